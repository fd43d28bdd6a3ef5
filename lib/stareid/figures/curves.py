"""Curves: how the loss fell, and how soon the right person is found."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stareid.figures import style
from stareid.results.tables import variant

Results = Sequence[Mapping[str, Any]]


def label(result: Mapping[str, Any]) -> str:
    """What tells the runs of a study apart in a legend: the filters, and the recipe where it is a variant."""
    words = "no attention" if result["filters"] == 0 else f"{result['filters']} filters"
    words = words.replace("1 filters", "1 filter")
    return f"{words}, {variant(result['recipe'])}".removesuffix(", ")


def groups(results: Results) -> dict[str, list[Mapping[str, Any]]]:
    """The results by label, fewest filters first; readings are told apart where there are several."""
    readings = {r["reading"] for r in results if r["filters"]}
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for result in sorted(results, key=lambda r: (r["filters"], r["reading"], r["recipe"], r["split"])):
        extra = f" ({result['reading']})" if len(readings) > 1 and result["filters"] else ""
        grouped.setdefault(label(result) + extra, []).append(result)
    return grouped


def loss(results: Results) -> Figure:
    """The mean loss of every epoch: a thin line a run, one colour for each number of filters."""
    figure = style.figure()
    axes = figure.subplots()
    for (name, runs), colour in zip(groups(results).items(), _colours(), strict=False):
        for number, run in enumerate(runs):
            epochs = np.arange(1, len(run["loss"]) + 1)
            alone = "." if len(epochs) < 8 else None
            axes.plot(epochs, run["loss"], color=colour, lw=1.3, marker=alone, label=None if number else name)
    axes.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _finish(figure, bool(results), "upper right")


def shares(ranks: Sequence[int], last: int) -> np.ndarray:
    """The percentage of probes whose match is among the first 1..last of the gallery: (last,)."""
    found = np.asarray(ranks)[:, None] <= np.arange(1, last + 1)[None]
    return 100 * found.mean(0)


def cmc(results: Results, last: int = 20) -> Figure:
    """CMC: a line for the mean over splits, a band from the worst to the best split."""
    figure = style.figure()
    axes = figure.subplots()
    ranks, lowest = np.arange(1, last + 1), 100.0
    for (name, runs), colour in zip(groups(results).items(), _colours(), strict=False):
        curves = np.stack([shares(run["ranks"], last) for run in runs])
        if len(runs) > 1:
            axes.fill_between(ranks, curves.min(0), curves.max(0), color=colour, alpha=0.15, lw=0)
        axes.plot(ranks, curves.mean(0), color=colour, marker="o", ms=3, label=name)
        lowest = min(lowest, float(curves.min()))
    axes.set(xlabel="the first r people of the gallery", ylabel="right person among them (%)")
    axes.set(xlim=(0.5, last + 0.5), xticks=[1, *range(5, last + 1, 5)])
    axes.set_ylim(max(0, 10 * (lowest // 10 - 1)), 102)
    return _finish(figure, bool(results), "lower right")


def _colours() -> list[str]:
    return list(style.SERIES) * 3


def _finish(figure: Figure, drawn: bool, place: Literal["upper right", "lower right"]) -> Figure:
    axes = figure.axes[0]
    if drawn:
        axes.legend(loc=place)
    else:
        axes.text(0.5, 0.5, "no runs yet", transform=axes.transAxes, ha="center", color=style.QUIET)
    return figure
