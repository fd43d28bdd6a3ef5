"""The paper's tables, and a study's own beside them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pandas as pd

from stareid.evaluation import RANKS
from stareid.results.statistics import Summary, summarise

Records = Sequence[Mapping[str, Any]]
Row = tuple[str, str, int, str]
TABLE_1 = ["method", "reading", "filters", "recipe"]  # what a row of Table 1 is told by
UNTRAINED = "-untrained"  # how the recipe of a network ends that is measured before training

PAPER_TABLE_1 = pd.DataFrame(
    {
        "Ours": [63.3, 87.4, 94.0, 97.8],
        "Xu": [62.0, 86.0, 94.0, 98.0],
        "Zhang": [60.2, 85.1, None, 94.2],
        "McLaughlin": [58.0, 84.0, 91.0, 96.0],
        "Zheng": [53.0, 81.4, None, 95.1],
        "Yan": [49.3, 76.8, 85.3, 90.1],
    },
    index=pd.Index(RANKS, name="rank"),
).T.rename_axis("method")

PAPER_TABLE_2 = pd.DataFrame(
    {
        0: [60.5, 84.8, 93.0, 96.9],
        1: [59.4, 85.7, 93.2, 97.4],
        2: [63.0, 87.7, 93.9, 97.3],
        3: [63.3, 87.4, 94.0, 97.8],
        4: [59.6, 87.2, 93.9, 97.7],
    },
    index=pd.Index(RANKS, name="rank"),
).T.rename_axis("filters")


def variant(recipe: str) -> str:
    """A recipe as readers know it: nothing for `batched`, else its base if it is another, and its variant."""
    base, _, name = recipe.partition("-")
    return " ".join(word for word in (base if base != "batched" else "", name.replace("_", " ")) if word)


def name(row: Row) -> str:
    """A row of Table 1 as readers know it: method, attention, and the recipe where it is not the usual.

    The attention method without filters averages the frames, and is called so.
    """
    method, reading, filters, recipe = row
    if method == "attention" and not filters:
        method = "plain averaging"
    attention = f"{reading}, n = {filters}" if filters else ""
    return ", ".join(word for word in (method, attention, variant(recipe)) if word)


def trained(records: Records) -> list[Mapping[str, Any]]:
    """The records of networks after their training."""
    return [record for record in records if not record["recipe"].endswith(UNTRAINED)]


def frame(records: Records) -> pd.DataFrame:
    """One row a run: what tells it apart, its status, `rank1`.. in percent, mAP and minutes."""
    keys = ["method", "reading", "filters", "recipe", "split", "seed", "status", "map", "parameters"]
    rows = [
        {key: record[key] for key in keys}
        | {f"rank{r}": record["cmc"][str(r)] for r in RANKS}
        | {"minutes": record["train_seconds"] / 60}
        for record in records
    ]
    columns = [*keys, *(f"rank{r}" for r in RANKS), "minutes"]
    return pd.DataFrame(rows, columns=columns)


def table(records: Records, by: list[str], *, seeds: bool = False) -> pd.DataFrame:
    """Mean, standard deviation and 95 % half-width of each rank, over the runs that share `by`.

    Columns (rank, mean | sd | ci), and `runs` and `collapsed` counts. Seeds of one split are averaged
    before the spread over splits is taken. With `seeds`, the spread of a single split is that over its
    seeds: they are independent, but all on the same people.
    """
    rows = {}
    for key, group in frame(records).groupby(by, sort=True):
        row: dict[tuple[str, str], float] = {}
        for rank in RANKS:
            summary = _summary(group, f"rank{rank}", seeds)
            row |= {
                (f"rank{rank}", "mean"): summary.mean,
                (f"rank{rank}", "sd"): summary.deviation,
                (f"rank{rank}", "ci"): summary.half_width,
            }
        row |= {("runs", ""): len(group), ("collapsed", ""): int((group["status"] == "collapsed").sum())}
        rows[key] = row
    result = pd.DataFrame.from_dict(rows, orient="index")
    result.index = (
        pd.MultiIndex.from_tuples(list(rows), names=by) if rows else pd.MultiIndex.from_arrays([[]] * len(by))
    )
    return result


def _summary(group: pd.DataFrame, column: str, seeds: bool) -> Summary:
    splits = group.groupby("split")[column].mean()
    if seeds and len(splits) == 1:
        return summarise(group[column].tolist(), test_over_train=0)
    return summarise(splits.tolist())


def table1(records: Records) -> pd.DataFrame:
    """Table 1 of a study: all methods, best first, as in the paper's; spread as in `table`, with seeds."""
    measured = table(records, TABLE_1, seeds=True)
    return measured.sort_values(("rank1", "mean"), ascending=False) if len(measured) else measured


def table2(records: Records) -> pd.DataFrame:
    """Table 2 of a study: the attention method by reading and number of filters."""
    return table([r for r in records if r["method"] == "attention"], ["reading", "recipe", "filters"])


def as_cells(row: pd.Series) -> dict[str, str]:
    """A row of `table` as text: the ranks, mean ± deviation where there is one, and counts that are not 0."""
    cells = {}
    for rank in RANKS:
        mean, deviation = row[(f"rank{rank}", "mean")], row[(f"rank{rank}", "sd")]
        cells[f"rank-{rank}"] = f"{mean:.1f}" if pd.isna(deviation) else f"{mean:.1f} ± {deviation:.1f}"
    counts = {key: int(row[(key, "")]) for key in ("runs", "collapsed")}
    return cells | {key: f"{count}" for key, count in counts.items() if count}


def as_text(records: Records) -> str:
    """Table 2 for a terminal: mean and standard deviation over splits, beside the paper's means."""
    header = _header(f"{'reading':<14}{'#filters':>8}  ")
    lines = ["percent, mean ± standard deviation over splits", header, "-" * len(header)]
    for key, row in table2(records).iterrows():
        reading, recipe, filters = cast(tuple[str, str, int], key)
        label = f"{reading} {variant(recipe)}".rstrip()
        lines.append(f"{label:<14}{filters:>8}  {_cells(row)}")
    lines.append("-" * len(header))
    lines += [f"{'paper':<14}{number:>8}  {_paper(means)}" for number, means in PAPER_TABLE_2.iterrows()]
    return "\n".join(lines)


def table1_as_text(records: Records) -> str:
    """Table 1 for a terminal, the paper's own below; empty for a study of one method."""
    if len({record["method"] for record in records}) < 2:
        return ""
    header = _header(f"{'method':<40}")
    said = "percent, mean ± standard deviation over splits, or over the seeds of a single one"
    lines = [said, header, "-" * len(header)]
    for key, row in table1(records).iterrows():
        lines.append(f"{name(cast(Row, key)):<40}{_cells(row)}")
    lines.append("-" * len(header))
    lines += [f"{f'the paper: {name}':<40}{_paper(means)}" for name, means in PAPER_TABLE_1.iterrows()]
    return "\n".join(lines)


def _header(first: str) -> str:
    return first + "".join(f"{f'rank-{r}':>15}" for r in RANKS) + f"{'runs':>6}"


def _cells(row: pd.Series) -> str:
    cells = "".join(f"{_cell(row, r):>15}" for r in RANKS)
    collapsed = f"  ({int(row[('collapsed', '')])} collapsed)" if row[("collapsed", "")] else ""
    return f"{cells}{int(row[('runs', '')]):>6}{collapsed}"


def _cell(row: pd.Series, rank: int) -> str:
    mean, deviation = row[(f"rank{rank}", "mean")], row[(f"rank{rank}", "sd")]
    return f"{mean:.1f}      " if pd.isna(deviation) else f"{mean:.1f} ± {deviation:.1f}"


def _paper(means: pd.Series) -> str:
    return "".join(f"{'-' if pd.isna(means[r]) else f'{means[r]:.1f}':>9}      " for r in RANKS)


def as_json(records: Records) -> list[dict[str, Any]]:
    """Table 2 as plain values, one entry a row, for `report --json`."""
    return _entries(table2(records), ("reading", "recipe", "filters"))


def table1_as_json(records: Records) -> list[dict[str, Any]]:
    """Table 1 as plain values, one entry a row, best first, for `report --json`."""
    return _entries(table1(records), TABLE_1)


def _entries(measured: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    entries = []
    for key, row in measured.iterrows():
        entry: dict[str, Any] = dict(zip(names, cast(tuple, key), strict=True))
        for rank in RANKS:
            values = {part: row[(f"rank{rank}", part)] for part in ("mean", "sd", "ci")}
            entry[f"rank{rank}"] = {
                part: None if pd.isna(v) else round(float(v), 2) for part, v in values.items()
            }
        entries.append(entry | {"runs": int(row[("runs", "")]), "collapsed": int(row[("collapsed", "")])})
    return entries
