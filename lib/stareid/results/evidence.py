"""Tables of the evidence: figures of trained networks beside those of the controls, with intervals."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from stareid.evaluation.evidence import CONTROLS
from stareid.results.statistics import summarise

Records = Sequence[Mapping[str, Any]]
SETTING = ["reading", "filters"]
REPEAT = ["split", "seed"]


@dataclass(frozen=True)
class Figure:
    """What a figure is called, its value when there is nothing to see, and which way speaks for attention."""

    label: str
    nothing: float
    sign: int = 1
    margin: float = 0.0  # less than this from `nothing` is next to nothing
    unit: str = ""


FIGURES = {
    "person_ratio": Figure("attention on the person / area of the person", 1),
    "occluder_ratio": Figure("attention on what hides / its area", 1, -1),
    "pointing_gain": Figure("strongest cell on the person, above chance", 0),
    "visibility_correlation": Figure("correlation of weight and visibility", 0),
    "frame_entropy": Figure("entropy of the weights of frames", 1, -1, 0.01),
    "map_entropy": Figure("entropy of the whole map", 1, -1, 0.01),
    "frame_peak": Figure("heaviest frame / uniform weight", 1, 1, 0.1),
} | {
    f"{part}_{what}_{measure}": Figure(f"{what} of {part} ({unit})", 0, unit=unit)
    for part in ("frames", "regions")
    for what in ("deletion", "insertion")
    for measure, unit in (("rank1", "points of rank-1"), ("map", "points of mAP"))
}


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval, and what the interval is over: `splits`, `seeds`, or nothing (NaN)."""

    mean: float
    low: float
    high: float
    over: str
    runs: int

    def beyond(self, nothing: float, margin: float = 0.0) -> int:
        """+1 or -1 if the whole interval lies above or below `nothing`, by more than `margin`; else 0."""
        return int(self.low > nothing + margin) - int(self.high < nothing - margin)


NO_INTERVAL = Interval(float("nan"), float("nan"), float("nan"), "", 0)


def interval(values: pd.Series) -> Interval:
    """The interval of one figure over runs, indexed by split and seed; missing values (NaN) are left out.

    With several splits, seeds are averaged within each, and the interval is the corrected one over splits.
    With one split, it is the plain t interval over seeds: they are independent, but all on the same people.
    """
    values = values.dropna()
    if values.empty:
        return NO_INTERVAL
    splits = values.groupby(level="split").mean()
    if len(splits) > 1:
        summary, over = summarise(splits.tolist()), "splits"
    else:
        summary, over = summarise(values.tolist(), test_over_train=0.0), "seeds" if len(values) > 1 else ""
    low, high = summary.mean - summary.half_width, summary.mean + summary.half_width
    return Interval(summary.mean, low, high, over, len(values))


def frame(records: Records) -> pd.DataFrame:
    """One row a file: reading, filters, split, seed, control, status and all figures."""
    keys = [*SETTING, *REPEAT, "control", "status"]
    rows = [{key: record[key] for key in keys} | dict(record["figures"]) for record in records]
    table = pd.DataFrame(
        rows, columns=[*keys, *dict.fromkeys(name for r in records for name in r["figures"])]
    )
    figures = table.columns[len(keys) :]
    return table.astype(dict.fromkeys(figures, float)).reindex(
        columns=[*keys, *{**dict.fromkeys(figures), **FIGURES}]
    )


def learnt(records: Records) -> Records:
    """Those of networks that did not collapse: the others have one embedding for all, and nothing to ask."""
    return [record for record in records if record["status"] != "collapsed"]


def by_run(records: Records, figure: str, control: str) -> pd.DataFrame:
    """One figure under one control: rows (split, seed), columns (reading, filters); without the collapsed."""
    table = frame(learnt(records))
    chosen = table[table["control"] == control]
    return chosen.pivot(index=REPEAT, columns=SETTING, values=figure).astype(float)


def levels(records: Records, figure: str) -> dict[tuple[str, str, int], Interval]:
    """The interval of a figure by (control, reading, filters)."""
    found: dict[tuple[str, str, int], Interval] = {}
    for control in CONTROLS:
        for key, values in by_run(records, figure, control).items():
            reading, filters = cast(tuple[str, int], key)
            found[control, reading, int(filters)] = interval(values)
    return found


def pooled(records: Records, figure: str, control: str | None = None) -> Interval:
    """The figure of the trained networks, or trained minus `control`, averaged over readings and filters.

    The difference is taken run by run: same reading, filters, split and seed. Settings that lack a run are
    left out, so that every run averages the same settings.
    """
    values = by_run(records, figure, "trained")
    if control is not None:
        values = values - by_run(records, figure, control)
    values = values.dropna(axis="index", how="all").dropna(axis="columns")
    return interval(values.mean(axis="columns")) if values.size else NO_INTERVAL


def curves(records: Records, part: str, measure: str = "map") -> pd.DataFrame:
    """What trained networks find after removal: reading, filters, split, seed, order, removed, value."""
    rows = [
        {key: record[key] for key in [*SETTING, *REPEAT]}
        | {"order": order, "removed": removed, "value": value}
        for record in learnt(records)
        if record["control"] == "trained"
        for order, found in record["curves"][part].items()
        for removed, value in zip(record["removed"], found[measure], strict=True)
    ]
    return pd.DataFrame(rows, columns=[*SETTING, *REPEAT, "order", "removed", "value"])


def missing(records: Records, names: Sequence[str]) -> list[str]:
    """Those of `names` (CELL_CONTROL) for which there is no evidence yet, in their order."""
    axes = ("method", "reading", "filters", "recipe", "split", "seed", "control")
    there = {"{}_{}_n{}_{}_split{}_seed{}_{}".format(*(record[axis] for axis in axes)) for record in records}
    return [name for name in names if name not in there]


def table(records: Records) -> pd.DataFrame:
    """All figures as text: trained, and trained minus each control, averaged over readings and filters."""
    rows = {
        figure.label: {"nothing to see": f"{figure.nothing:g}", "trained": text(pooled(records, name))}
        | {f"trained minus {control}": text(pooled(records, name, control), True) for control in CONTROLS[1:]}
        for name, figure in FIGURES.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index=None, columns="figure")


def text(found: Interval, signed: bool = False) -> str:
    """Mean and interval, with as many decimals as the interval is wide: two digits of its half-width."""
    if not found.runs:
        return "not measured"
    reach = (found.high - found.low) / 2 if found.over else 0.0
    decimals = min(5, max(1, 1 - math.floor(math.log10(reach)))) if reach > 1e-9 else 2
    shape = f"{'+' if signed else ''}.{decimals}f"
    mean, low, high = (
        f"{value:{shape}}".replace("-", "\N{MINUS SIGN}") for value in (found.mean, found.low, found.high)
    )
    return f"{mean} [{low} to {high}]" if found.over else f"{mean} (one run)"
