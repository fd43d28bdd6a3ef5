"""What pages say in numbers: every figure in the book's prose is one of these, glued from a notebook."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd

from stareid.results import tables
from stareid.results.statistics import Summary, summarise

Results = Sequence[Mapping[str, Any]]
NONE_YET = "not measured yet"
FILTERS = 3  # the paper's best row of Table 2
TOOLS = ("jupyter-book", "papermill", "matplotlib", "seaborn", "pandas")


def facts(results: Results, expected: int) -> dict[str, str]:
    """All that pages may say of a study, as text. `expected` is the number of its runs, done or not."""
    return (
        {
            "runs": f"{len(results)}",
            "runs_expected": f"{expected}",
            "runs_collapsed": f"{sum(r['status'] == 'collapsed' for r in results)}",
            "dataset": _only(r["dataset"] for r in results),
            "protocol": _only(r["protocol"] for r in results),
            "probes": _only(str(len(r["ranks"])) for r in results),
        }
        | _measured(results)
        | _paper()
        | _made(results)
    )


def progress(facts: Mapping[str, str], missing: Sequence[str]) -> str:
    """What has been run of a study and what has not, in a few lines."""
    what = f"data set {facts['dataset']}, protocol {facts['protocol']}, {facts['probes']} people to find"
    done = f"{facts['runs']} runs are done, {facts['runs_collapsed']} of them collapsed"
    return "\n".join([what, f"{done}; {len(missing)} are missing" + (":" if missing else ""), *missing])


def differences(results: Results, rank: int = 1) -> pd.Series:
    """Rank-r with three filters minus without attention, split by split: in points, index = split.

    Seeds of one split are averaged. Only splits with both are in it.
    """
    table = tables.frame([r for r in results if r["recipe"] == "batched"])
    per_split = table.groupby(["filters", "split"])[f"rank{rank}"].mean().unstack("filters")
    per_split = per_split.reindex(columns=pd.Index([0, FILTERS]))
    return (per_split[FILTERS] - per_split[0]).dropna()


def verdict(results: Results) -> str:
    """One sentence: whether attention changed rank-1 by more than the splits differ among themselves."""
    paired = differences(results)
    if len(paired) < 2:
        return (
            f"Nothing can be said yet: {FILTERS} filters and no attention have been compared on "
            f"{_count(len(paired), 'split')}, and a spread needs at least 2."
        )
    summary = summarise(paired.tolist())
    low, high = summary.mean - summary.half_width, summary.mean + summary.half_width
    measured = (
        f"Over {len(paired)} splits, {FILTERS} filters changed rank-1 by {_signed(summary.mean)} points, "
        f"with a 95 % interval from {_signed(low)} to {_signed(high)}: "
    )
    if low <= 0 <= high:
        return measured + "within the spread over splits, so these runs do not tell whether attention helps."
    word = "raised" if summary.mean > 0 else "lowered"
    return measured + f"beyond the spread over splits, so in these runs attention {word} rank-1."


def _measured(results: Results) -> dict[str, str]:
    table = tables.frame([r for r in results if r["recipe"] == "batched"])
    paired = differences(results)
    difference = summarise(paired.tolist()) if len(paired) else None
    said = {"splits": f"{len(paired)}", "verdict": verdict(results)}
    for filters in (0, FILTERS):
        splits = table[table["filters"] == filters].groupby("split")["rank1"].mean().tolist()
        said[f"rank1_n{filters}"] = _spread(summarise(splits)) if splits else NONE_YET
    said["difference"] = _signed(difference.mean) if difference else NONE_YET
    return said


def _paper() -> dict[str, str]:
    rank1 = tables.PAPER_TABLE_2[1]
    return {
        "paper_rank1_n0": f"{rank1[0]:.1f}",
        "paper_rank1_n3": f"{rank1[FILTERS]:.1f}",
        "paper_difference": _signed(rank1[FILTERS] - rank1[0]),
        "paper_lowest": f"{rank1.min():.1f}",
        "paper_lowest_filters": f"{rank1.idxmin()}",
    }


def _made(results: Results) -> dict[str, str]:
    minutes = [r["train_seconds"] / 60 for r in results]
    machines = (
        f"{r['machine']['name']} ({r['machine']['device']}, {_count(r['machine']['threads'], 'thread')})"
        for r in results
    )
    return {
        "minutes_each": f"{sum(minutes) / len(minutes):.1f}" if minutes else NONE_YET,
        "minutes_longest": f"{max(minutes):.1f}" if minutes else NONE_YET,
        "minutes_all": f"{sum(minutes):.0f}" if minutes else NONE_YET,
        "machines": _only(machines),
        "commits": _only(r["commit"] or "no commit" for r in results),
        "versions": _only(", ".join(f"{k} {v}" for k, v in r["versions"].items()) for r in results),
        "tools": ", ".join(f"{tool} {version(tool)}" for tool in TOOLS),
    }


def _spread(summary: Summary) -> str:
    if summary.count < 2:
        return f"{summary.mean:.1f} % (one split)"
    return f"{summary.mean:.1f} ± {summary.deviation:.1f} %"


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def _only(values: Any) -> str:
    """The different values, in order, as one text."""
    return "; ".join(dict.fromkeys(values)) or NONE_YET


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
