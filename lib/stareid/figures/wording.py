"""What pages say in numbers: every figure in the book's prose is one of these, glued from a notebook."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd

from stareid.figures import verdict
from stareid.results import tables
from stareid.results.comparison import paired
from stareid.results.statistics import summarise

Results = Sequence[Mapping[str, Any]]
NONE_YET = "not measured yet"
READINGS = ("joint-hidden", "joint-full")  # the two that the paper's words allow most readily
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


def _measured(results: Results) -> dict[str, str]:
    """Rank-1 without attention and of the two main readings with three filters, and what follows from all."""
    table = tables.frame([r for r in results if r["recipe"] == "batched" and r["method"] == "attention"])
    per_split = table.groupby(["reading", "filters", "split"])["rank1"].mean()
    gains = paired(results)
    said = {"rank1_n0": _spread(per_split.get(("none", 0)))}
    for reading in READINGS:
        gain = gains.get((reading, FILTERS), pd.Series(dtype=float))
        said |= {
            f"rank1_n{FILTERS}_{reading}": _spread(per_split.get((reading, FILTERS))),
            f"difference_{reading}": verdict.signed(gain.mean()) if len(gain) else NONE_YET,
            f"splits_{reading}": f"{len(gain)}",
        }
    return said | verdict.sentences(results)


def _paper() -> dict[str, str]:
    rank1 = tables.PAPER_TABLE_2[1]
    return {
        "paper_rank1_n0": f"{rank1[0]:.1f}",
        "paper_rank1_n3": f"{rank1[FILTERS]:.1f}",
        "paper_difference": verdict.signed(rank1[FILTERS] - rank1[0]),
        "paper_lowest": f"{rank1.min():.1f}",
        "paper_lowest_filters": f"{rank1.idxmin()}",
    }


def _made(results: Results) -> dict[str, str]:
    minutes = [r["train_seconds"] / 60 for r in results]
    machines = (
        f"{m['name']} ({m['device']}, {verdict.count(m['threads'], 'thread')})"
        for m in (r["machine"] for r in results)
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


def _spread(splits: pd.Series | None) -> str:
    if splits is None:
        return NONE_YET
    summary = summarise(splits.tolist())
    if summary.count < 2:
        return f"{summary.mean:.1f} % (one split)"
    return f"{summary.mean:.1f} ± {summary.deviation:.1f} %"


def _only(values: Any) -> str:
    """The different values, in order, as one text."""
    return "; ".join(dict.fromkeys(values)) or NONE_YET
