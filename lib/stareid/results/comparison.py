"""Each number of filters against no attention, split by split; and the paper's differences in that light."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pandas as pd

from stareid.results.evidence import Interval, interval
from stareid.results.statistics import corrected_t_test, detectable, holm, summarise
from stareid.results.tables import PAPER_TABLE_2, TABLE_1, UNTRAINED, Row, frame, name, trained

Records = Sequence[Mapping[str, Any]]
Setting = tuple[str, int]  # reading and filters
Gains = Callable[[Records, str], dict[Row, Interval]]
MEASURES = {"rank1": "rank-1", "map": "mAP"}  # columns of `tables.frame`, in percent, as readers know them
PAPER_SPLITS = 10  # the field's custom; the paper does not say


def paired(records: Records, rank: int = 1) -> dict[Setting, pd.Series]:
    """Rank-r with attention minus without, in points, split by split: for each (reading, filters).

    Of the attention method under the batched recipe. Seeds of one split are averaged; a split that lacks one
    of the two is left out.
    """
    runs = frame([r for r in records if r["method"] == "attention" and r["recipe"] == "batched"])
    means = {
        cast(Setting, key): group.groupby("split")[f"rank{rank}"].mean()
        for key, group in runs.groupby(["reading", "filters"])
    }
    without = means.pop(("none", 0), pd.Series(dtype=float))
    return {setting: (means[setting] - without).dropna() for setting in sorted(means)}


def compare(records: Records, rank: int = 1) -> pd.DataFrame:
    """One row for each reading and number of filters that was run with and without attention on >= 2 splits.

    Columns, in points: `difference` (mean), `low`, `high` (95 %, corrected for overlapping splits),
    `deviation` over the splits, `detectable` (found four times in five by so many splits); `p` (corrected),
    `p_holm` (and for the number of rows), `p_plain` (as if splits were independent); `splits`.
    """
    rows = {}
    for key, column in paired(records, rank).items():
        differences = column.tolist()
        if len(differences) < 2:
            continue
        summary = summarise(differences)
        rows[key] = {
            "difference": summary.mean,
            "low": summary.mean - summary.half_width,
            "high": summary.mean + summary.half_width,
            "deviation": summary.deviation,
            "detectable": detectable(summary.deviation, summary.count),
            "p": corrected_t_test(differences),
            "p_plain": corrected_t_test(differences, test_over_train=0),
            "splits": summary.count,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    if table.empty:
        return table
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["reading", "filters"])
    table.insert(6, "p_holm", holm(table["p"].tolist()))
    return table


def over_untrained(records: Records, measure: str = "rank1") -> dict[Row, Interval]:
    """A measure of each network minus that of itself before training, in points: by the keys of Table 1.

    Those are the runs of the variant `untrained` of its recipe; split and seed are the same.
    """

    def untrained(row: Row) -> Row:
        return (*row[:3], row[3].partition("-")[0] + UNTRAINED)

    return _over(records, measure, untrained)


def over_averaging(records: Records, measure: str = "rank1") -> dict[Row, Interval]:
    """Likewise, each trained network against plain averaging, the attention method without filters."""
    return _over(trained(records), measure, lambda row: ("attention", "none", 0, row[3]))


def _over(records: Records, measure: str, reference: Callable[[Row], Row]) -> dict[Row, Interval]:
    """Run by run, each row of Table 1 minus the row that is its reference, where both were run."""
    runs = frame(records).set_index(["split", "seed"])[[*TABLE_1, measure]]
    found = {cast(Row, key): group[measure] for key, group in runs.groupby(TABLE_1)}
    gains = {
        row: interval(values - found[reference(row)])
        for row, values in found.items()
        if reference(row) in found and reference(row) != row
    }
    return {row: gain for row, gain in gains.items() if gain.runs}


def paper_differences(records: Records, rank: int = 1) -> pd.DataFrame:
    """Would the paper's differences stand out, if they spread over splits as ours do? A row for n = 1..4.

    `difference` is the paper's, of means over splits; `deviation` ours, the root of the mean squared
    deviation over the rows of `compare`; `p` that of ten splits with this deviation, corrected, and `p_plain`
    as if they were independent; `detectable` what ten splits would find four times in five. Empty without
    any deviation.
    """
    ours = compare(records, rank)
    if ours.empty or not (ours["deviation"] > 0).any():
        return pd.DataFrame()
    deviation = float((ours["deviation"] ** 2).mean() ** 0.5)
    means = PAPER_TABLE_2[rank]
    return pd.DataFrame(
        {
            filters: {
                "difference": means[filters] - means[0],
                "deviation": deviation,
                "p": corrected_t_test(_spread(means[filters] - means[0], deviation)),
                "p_plain": corrected_t_test(_spread(means[filters] - means[0], deviation), test_over_train=0),
                "detectable": detectable(deviation, PAPER_SPLITS),
            }
            for filters in means.index
            if filters
        }
    ).T.rename_axis("filters")


def _spread(mean: float, deviation: float) -> list[float]:
    """As many values as the paper's splits, with this mean and this standard deviation (n - 1)."""
    step = deviation * ((PAPER_SPLITS - 1) / PAPER_SPLITS) ** 0.5
    return [mean + step * (1 if number % 2 else -1) for number in range(PAPER_SPLITS)]


def as_text(records: Records) -> str:
    """The comparison for a terminal; empty when nothing was compared on two splits."""
    table = compare(records)
    if table.empty:
        return ""
    shown = table.drop(columns="deviation").astype({"splits": int}).reset_index()
    lines = ["rank-1 with attention minus without, in points; intervals of 95 % and p for overlapping splits"]
    return "\n".join([*lines, shown.to_string(index=False, float_format=lambda value: f"{value:.2f}")])


def as_json(records: Records) -> list[dict[str, Any]]:
    """The comparison as plain values, one entry a setting, for `report --json`."""
    return cast(list[dict[str, Any]], compare(records).round(4).reset_index().to_dict("records"))


def gains_as_text(records: Records) -> str:
    """What training brought each method, and what each has over plain averaging, for a terminal.

    Empty for a study of one method without runs of the variant `untrained`.
    """
    several = len({record["method"] for record in records}) > 1
    parts: dict[str, Gains] = {"after training minus before": over_untrained}
    parts |= {"minus that of plain averaging": over_averaging} if several else {}
    return "\n\n".join(
        _gains(f"{shown} {what}", gains)
        for what, compared in parts.items()
        for measure, shown in MEASURES.items()
        if (gains := compared(records, measure))
    )


def _gains(what: str, gains: Mapping[Row, Interval]) -> str:
    lines = [f"{what}, in points, with 95 % intervals over splits or seeds"]
    for row, gain in gains.items():
        reach = f"[{gain.low:+.1f} to {gain.high:+.1f}] over {gain.over}" if gain.over else "(one run)"
        lines.append(f"{name(row):<40}{gain.mean:+6.1f} {reach}")
    return "\n".join(lines)


def gains_as_json(compared: Gains, records: Records) -> list[dict[str, Any]]:
    """`over_untrained` or `over_averaging` in every measure, as plain values for `report --json`."""
    entries = []
    for measure in MEASURES:
        for key, gain in compared(records, measure).items():
            low, high = (round(gain.low, 2), round(gain.high, 2)) if gain.over else (None, None)
            values = {"mean": round(gain.mean, 2), "low": low, "high": high}
            counts = {"over": gain.over, "runs": gain.runs}
            entries.append(dict(zip(TABLE_1, key, strict=True)) | {"measure": measure} | values | counts)
    return entries
