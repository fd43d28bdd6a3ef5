"""Table 2, ours beside the paper's: as dots and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stareid.figures import style
from stareid.figures.curves import groups
from stareid.figures.verdict import signed
from stareid.results import tables
from stareid.results.comparison import compare, paired

Results = Sequence[Mapping[str, Any]]
RANKS = tuple(tables.PAPER_TABLE_2.columns)
PAPER_SET = "iLIDS-VID"


def rank1(results: Results) -> Figure:
    """Rank-1: a dot for every split, a bar at their mean, the paper's means beside them.

    Across lies the number of filters; a study of several recipes has a row for each recipe instead.
    """
    recipes = {result["recipe"] for result in results}
    return _by_group(results) if len(recipes) > 1 else _by_filters(results)


def _by_filters(results: Results) -> Figure:
    figure = style.figure()
    axes = figure.subplots()
    readings = sorted({r["reading"] for r in results if r["filters"]}) or ["none"]
    paper = tables.PAPER_TABLE_2[1]
    axes.plot(paper.index, paper, "D--", color=style.PAPER, lw=1, ms=6, label=f"the paper ({PAPER_SET})")
    dataset = results[0]["dataset"] if results else ""
    for number, reading in enumerate(readings):
        mine = [r for r in results if r["reading"] in (reading, "none")]
        colour = style.SERIES[0 if number == 0 else number + 1]
        shift = 0.12 * number
        which = reading if len(readings) > 1 else dataset
        _dots(axes, mine, colour, shift, f"ours ({which}), each split")
    axes.set(xlabel="number of filters (0 = no attention)", ylabel="rank-1 (%)", xlim=(-0.5, 4.5))
    axes.set_xticks(paper.index)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def _dots(axes: Axes, results: Results, colour: str, shift: float, name: str) -> None:
    table = tables.frame(list(results))
    look: dict[str, Any] = {"color": colour, "ms": 6, "alpha": 0.55, "mew": 0, "zorder": 3}
    axes.plot(table["filters"] + shift, table["rank1"], "o", label=name, **look)
    means = table.groupby(["filters", "split"])["rank1"].mean().groupby("filters").mean()
    axes.hlines(means, means.index + shift - 0.16, means.index + shift + 0.16, color=colour, lw=2.5)


def _by_group(results: Results) -> Figure:
    named = groups(results)
    figure = style.figure(height=0.9 + 0.36 * len(named))
    axes = figure.subplots()
    for row, runs in enumerate(named.values()):
        splits = tables.frame(list(runs)).groupby("split")["rank1"].mean()
        axes.plot(splits, np.full(len(splits), row), "o", color=style.OURS, ms=6, alpha=0.55, mew=0)
        axes.vlines(splits.mean(), row - 0.3, row + 0.3, color=style.OURS, lw=2.5)
    axes.set(xlabel="rank-1 (%), each split and the mean", ylim=(len(named) - 0.5, -0.5))
    axes.set_yticks(range(len(named)), list(named))
    return figure


def differences(results: Results) -> Figure:
    """Rank-1 with attention minus without: a dot for every split, the mean with its corrected interval."""
    gains = {setting: values for setting, values in paired(results).items() if len(values)}
    table = compare(results)
    highs = dict(zip(table.index, table["high"], strict=True)) if len(table) else {}
    figure = style.figure(height=1.1 + 0.34 * max(1, len(gains)))
    axes = figure.subplots()
    axes.axvline(0, color=style.QUIET, lw=1)
    readings = list(dict.fromkeys(reading for reading, _ in gains))
    for row, ((reading, filters), values) in enumerate(gains.items()):
        colour = style.SERIES[readings.index(reading) + (readings.index(reading) > 0)]
        axes.plot(values, np.full(len(values), row), "o", color=colour, ms=5, alpha=0.45, mew=0)
        if (reading, filters) in highs:
            mean = float(values.mean())
            half = highs[reading, filters] - mean
            axes.errorbar(mean, row, xerr=half, fmt="D", color=colour, ms=6, capsize=3)
    axes.set(xlabel="rank-1 with attention minus without (points)", ylim=(max(1, len(gains)) - 0.5, -0.5))
    axes.set_yticks(range(len(gains)), [f"{reading}, n = {filters}" for reading, filters in gains])
    axes.grid(axis="y", visible=False)
    if not gains:
        axes.text(0.5, 0, "nothing to compare yet", ha="center", va="center", color=style.QUIET)
    return figure


def compared(results: Results) -> pd.DataFrame:
    """The comparison of each setting with no attention as text: points, interval, p, what could be found."""
    rows = [
        {
            "setting": f"{row['reading']}, n = {row['filters']}",
            "difference": signed(row["difference"]),
            "95 % interval": f"{signed(row['low'])} to {signed(row['high'])}",
            "p": f"{row['p']:.2f}",
            "p (Holm)": f"{row['p_holm']:.2f}",
            "p (plain)": f"{row['p_plain']:.2f}",
            "detectable": f"{row['detectable']:.1f}",
            "splits": f"{row['splits']:.0f}",
        }
        for row in compare(results).reset_index().to_dict("records")
    ]
    columns = ["setting", "difference", "95 % interval", "p", "p (Holm)", "p (plain)", "detectable", "splits"]
    return _headed(pd.DataFrame(rows, columns=columns), "setting")


def cost(results: Results) -> Figure:
    """What rank-1 costs: minutes of training and parameters, a dot for each setting (mean over its runs)."""
    figure = style.figure()
    named = {name: tables.frame(list(runs)) for name, runs in groups(results).items()}
    for axes, (key, unit) in zip(
        figure.subplots(1, 2, sharey=True), {"minutes": 1, "parameters": 1000}.items(), strict=True
    ):
        for number, (name, runs) in enumerate(named.items()):
            colour, marker = style.SERIES[number % len(style.SERIES)], "osD^v"[number % 5]
            axes.plot(runs[key].mean() / unit, runs["rank1"].mean(), marker, color=colour, ms=7, label=name)
    figure.axes[0].set(xlabel="minutes of training", ylabel="rank-1 (%), mean")
    figure.axes[1].set(xlabel="parameters, in thousands")
    if named:
        figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def table2(results: Results) -> pd.DataFrame:
    """Table 2 as text: a row for each setting that was run, then the paper's rows for the same filters."""
    measured = tables.table2(list(results))
    keys = sorted(measured.index, key=lambda key: (key[2], *key[:2]))
    rows = [
        {"#filters": str(key[2]), "whose": _whose(*key[:2])} | tables.as_cells(measured.loc[key])
        for key in keys
    ]
    for filters in sorted({int(key[2]) for key in keys}) or tables.PAPER_TABLE_2.index:
        means = tables.PAPER_TABLE_2.loc[filters]
        paper = {f"rank-{r}": f"{means[r]:.1f}" for r in RANKS} | {"runs": "not said"}
        rows.append({"#filters": str(filters), "whose": "the paper"} | paper)
    return _headed(pd.DataFrame(rows).fillna(""), "#filters")


def _whose(reading: str, recipe: str) -> str:
    words = ["ours", tables.variant(recipe), "" if reading == "none" else reading]
    return ", ".join(word for word in words if word)


def _headed(table: pd.DataFrame, first: str) -> pd.DataFrame:
    """The table with its column `first` as row labels, named in the header's own line."""
    return table.set_index(first).rename_axis(index=None, columns=first)


def table1() -> pd.DataFrame:
    """The paper's Table 1 as text: its method and those it compares with, all on iLIDS-VID."""
    shown = tables.PAPER_TABLE_1.map(lambda value: "not given" if pd.isna(value) else f"{value:.1f}")
    shown.columns = pd.Index([f"rank-{rank}" for rank in shown.columns])
    return shown.rename(index={"Ours": "the paper"}).rename_axis(index=None, columns="method")


def runs(results: Results) -> pd.DataFrame:
    """One row a run: rank-1, mean average precision, minutes of training, frames a second, status."""
    rows = [
        {
            "run": name,
            "split": run["split"],
            "seed": run["seed"],
            "rank-1": f"{run['cmc']['1']:.1f}",
            "mAP": f"{run['map']:.1f}",
            "minutes": f"{run['train_seconds'] / 60:.1f}",
            "frames/s": f"{run['frames_per_second']:.0f}",
            "status": run["status"],
        }
        for name, some in groups(results).items()
        for run in some
    ]
    columns = ["run", "split", "seed", "rank-1", "mAP", "minutes", "frames/s", "status"]
    return _headed(pd.DataFrame(rows, columns=columns), "run")
