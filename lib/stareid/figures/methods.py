"""All methods of a study side by side: as a table, as dots, and against those that learned or saw less."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stareid.figures import style
from stareid.figures.verdict import count, signed
from stareid.results import tables
from stareid.results.comparison import MEASURES, Gains, over_averaging, over_untrained
from stareid.results.evidence import Interval
from stareid.results.tables import Row, name

Results = Sequence[Mapping[str, Any]]
MARGIN = 10  # points of rank-1 that training has to bring
FILLED: dict[str, Any] = {"color": style.OURS, "alpha": 0.55, "mew": 0}
HOLLOW: dict[str, Any] = {"color": style.QUIET, "mfc": "none"}


def table(results: Results) -> pd.DataFrame:
    """Table 1 of a study as text, best first: ranks in percent, mean ± deviation."""
    measured = tables.table1(tables.trained(results))
    return _headed({name(cast(Row, key)): tables.as_cells(row) for key, row in measured.iterrows()})


def costs(results: Results) -> pd.DataFrame:
    """What each method costs, as text: its parameters and the minutes of a training (mean over its runs)."""
    runs = tables.frame(tables.trained(results)).groupby(tables.TABLE_1)
    return _headed(
        {
            name(cast(Row, key)): {
                "parameters": f"{group['parameters'].mean():,.0f}",
                "minutes": f"{group['minutes'].mean():.1f}",
            }
            for key, group in runs
        }
    )


def _headed(rows: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """A row for each method, with the columns named in the header's own line."""
    shown = pd.DataFrame.from_dict(dict(rows), orient="index").fillna("")
    return shown.rename_axis(index=None, columns="method")


def rank1(results: Results) -> Figure:
    """Rank-1 of every run as a dot, a line for each method, best first; circles for untrained networks."""
    after, before = _by_name(results, untrained=False), _by_name(results, untrained=True)
    order = sorted(after, key=lambda row: -float(np.mean(after[row])))
    figure = style.figure(height=1.0 + 0.36 * len(order))
    axes = figure.subplots()
    for place, row in enumerate(order):
        for values, look in ((before.get(row, []), HOLLOW), (after[row], FILLED)):
            axes.plot(values, np.full(len(values), place), "o", ms=6, **look)
        axes.vlines(float(np.mean(after[row])), place - 0.3, place + 0.3, color=style.OURS, lw=2.5)
    axes.set(
        xlabel="rank-1 (%), each run and the mean", xlim=(0, None), ylim=(max(1, len(order)) - 0.5, -0.5)
    )
    axes.set_yticks(range(len(order)), order)
    return figure


def _by_name(results: Results, *, untrained: bool) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for run in results:
        if run["recipe"].endswith(tables.UNTRAINED) == untrained:
            recipe = run["recipe"].removesuffix(tables.UNTRAINED)
            row = name((run["method"], run["reading"], run["filters"], recipe))
            found.setdefault(row, []).append(run["cmc"]["1"])
    return found


def gains(results: Results) -> pd.DataFrame:
    """Points over the same network untrained, and over plain averaging, with intervals, as text."""
    references: dict[str, Gains] = {"untrained": over_untrained, "averaging": over_averaging}
    columns = {
        f"over {what}, {shown}": found
        for what, compared in references.items()
        for measure, shown in MEASURES.items()
        if (found := compared(results, measure))
    }
    rows = dict.fromkeys(row for found in columns.values() for row in found)
    return _headed(
        {name(row): {column: _interval(found.get(row)) for column, found in columns.items()} for row in rows}
    )


def _interval(gain: Interval | None) -> str:
    if gain is None:
        return "not run"
    reach = f" ({signed(gain.low)} to {signed(gain.high)})" if gain.over else " (one run)"
    return signed(gain.mean) + reach


def verdict(results: Results) -> str:
    """What training brought, and what each has over plain averaging: sentences that follow from intervals."""
    said = " ".join(filter(None, (_on_training(results), _on_averaging(results))))
    return said or "Nothing can be said yet: no two runs are there to be compared with an interval."


def _on_training(results: Results) -> str:
    found = {name(row): gain for row, gain in over_untrained(results).items() if gain.over}
    if not found:
        return ""
    clear = [row for row, gain in found.items() if gain.mean >= MARGIN and gain.low > 0]
    short = ", ".join(row for row in found if row not in clear)
    return (
        f"Of {count(len(found), 'method')}, {len(clear)} found at least {MARGIN} points more people after "
        "training than before, with a 95 % interval that leaves out 0"
        + (f"; not so {short}." if short else ".")
    )


def _on_averaging(results: Results) -> str:
    parts = [_beyond(shown, over_averaging(results, measure)) for measure, shown in MEASURES.items()]
    if not all(parts):
        return ""
    return f"Above plain averaging, with a 95 % interval that leaves out 0: {'; '.join(parts)}."


def _beyond(shown: str, gains: dict[Row, Interval]) -> str:
    """Who is above 0 with the whole interval, and who isn't."""
    found = {name(row): gain for row, gain in gains.items() if gain.over}
    if not found:
        return ""
    clear = ", ".join(f"{row} ({signed(gain.mean)})" for row, gain in found.items() if gain.low > 0)
    others = ", ".join(row for row, gain in found.items() if gain.low <= 0)
    if not clear:
        return f"in {shown} none of {count(len(found), 'method')}"
    return f"in {shown} {clear}" + (f", but not {others}" if others else "")
