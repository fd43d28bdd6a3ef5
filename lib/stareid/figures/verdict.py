"""What the results say, in sentences: each follows from an interval or a test, and says which."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from stareid.results.comparison import PAPER_SPLITS, compare, paired, paper_differences

Results = Sequence[Mapping[str, Any]]
FILTERS = 3  # the paper's best row of Table 2
LEVEL = 0.05


def sentences(results: Results) -> dict[str, str]:
    """The verdicts on a study by name: on three filters, on all settings, and on the paper's differences."""
    table = compare(results)
    return {
        "verdict": on_three_filters(results, table),
        "verdict_all": on_all(table),
        "verdict_paper": on_the_paper(results),
    }


def on_three_filters(results: Results, table: pd.DataFrame) -> str:
    """For each reading, whether the paper's best number of filters changed rank-1 beyond the spread."""
    rows = [row for row in table.reset_index().to_dict("records") if row["filters"] == FILTERS]
    if not rows:
        splits = [len(gains) for (_, filters), gains in paired(results).items() if filters == FILTERS]
        return (
            f"Nothing can be said yet: {FILTERS} filters and no attention have been compared on "
            f"{count(max(splits, default=0), 'split')}, and a spread needs at least 2."
        )
    return " ".join(map(_on_one, rows))


def _on_one(row: Mapping) -> str:
    measured = (
        f"Over {row['splits']:.0f} splits, {FILTERS} filters ({row['reading']}) changed rank-1 by "
        f"{signed(row['difference'])} points, with a 95 % interval from {signed(row['low'])} to "
        f"{signed(row['high'])}: "
    )
    if row["low"] <= 0 <= row["high"]:
        return measured + "within the spread over splits, so these runs do not tell whether attention helps."
    word = "raised" if row["difference"] > 0 else "lowered"
    return measured + f"beyond the spread over splits, so in these runs attention {word} rank-1."


def on_all(table: pd.DataFrame) -> str:
    """How many settings differ from no attention after Holm's correction, and what could have been found."""
    if table.empty:
        return "No setting has been compared with no attention on two splits yet."
    rows = sorted(table.reset_index().to_dict("records"), key=lambda row: row["difference"])
    clear = sum(row["p_holm"] < LEVEL for row in rows)
    lowest, highest = (f"{bound:.1f}" for bound in (table["detectable"].min(), table["detectable"].max()))
    return (
        f"Of {count(len(rows), 'setting')} with attention, {clear} {'differs' if clear == 1 else 'differ'} "
        "in rank-1 from no attention beyond chance (corrected for overlapping splits, and after Holm for "
        f"their number). The lowest difference is {_named(rows[0])} points, the highest {_named(rows[-1])}. "
        f"To be found four times in five by as many splits, a true difference has to be {lowest} points"
        + (f", for some settings {highest}." if highest != lowest else ".")
    )


def on_the_paper(results: Results) -> str:
    """Whether the paper's own differences would stand out from a spread like ours."""
    table = paper_differences(results)
    if table.empty:
        return "There is no spread yet to hold the paper's differences against."
    largest = max(table.to_dict("records"), key=lambda row: row["difference"])
    clear, plain = (int((table[p] < LEVEL).sum()) for p in ("p", "p_plain"))
    return (
        f"If the paper's numbers are means of {PAPER_SPLITS} splits, and its differences spread over them as "
        f"ours do (standard deviation {largest['deviation']:.1f} points), then {clear} of its {len(table)} "
        f"differences from no attention would stand out. The largest, {signed(largest['difference'])} "
        f"points, has p = {largest['p']:.2f}; such runs find {largest['detectable']:.1f} points four times "
        f"in five. Were the splits independent, which they are not, {plain} would stand out, the largest "
        f"with p = {largest['p_plain']:.3f}."
    )


def _named(row: Mapping) -> str:
    return f"{signed(row['difference'])} ({row['reading']}, n = {row['filters']})"


def signed(value: float) -> str:
    """A number with its sign and one decimal."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
