import math

import pytest
from results_made import record

from stareid.results import tables
from stareid.results.statistics import corrected_error, summarise


def test_the_corrected_error_worked_by_hand() -> None:
    # Values 1, 2, 3: variance 1. Five times as much as 1/3 would be: sqrt(1/3 + 1).
    assert corrected_error([1, 2, 3]) == pytest.approx(math.sqrt(4 / 3))
    assert corrected_error([1, 2, 3], test_over_train=0) == pytest.approx(math.sqrt(1 / 3))  # the plain one


def test_a_summary_worked_by_hand() -> None:
    summary = summarise([58.0, 60.0, 62.0])
    assert (summary.mean, summary.deviation, summary.count) == (60.0, 2.0, 3)
    assert summary.half_width == pytest.approx(
        4.302653 * 2 * math.sqrt(4 / 3), rel=1e-5
    )  # t of 2 degrees, 97.5 %


def test_one_value_has_no_spread() -> None:
    summary = summarise([5.0])
    assert summary.mean == 5.0
    assert math.isnan(summary.deviation) and math.isnan(summary.half_width)


RECORDS = [record(0, 0, 50), record(0, 1, 54), record(3, 0, 55), record(3, 1, 61), record(3, 1, 63, seed=1)]


def test_a_table_means_over_splits_after_seeds() -> None:
    table = tables.table2(RECORDS)
    assert table.loc[("none", "batched", 0), ("rank1", "mean")] == 52.0
    assert table.loc[("joint-hidden", "batched", 3), ("rank1", "mean")] == (55 + 62) / 2
    assert table.loc[("joint-hidden", "batched", 3), ("runs", "")] == 3
    assert table.loc[("none", "batched", 0), ("rank1", "sd")] == pytest.approx(math.sqrt(8))


def test_the_terminal_table_names_rows_and_counts_collapses() -> None:
    text = tables.as_text([*RECORDS, record(4, 0, 0.7, status="collapsed")])
    assert "52.0 ± 2.8" in text
    assert "(1 collapsed)" in text
    assert "63.3" in text  # the paper's own row


def test_the_plain_table_has_no_spread_for_one_split() -> None:
    (row,) = tables.as_json([record(2, 0, 40.0)])
    assert row["filters"] == 2
    assert row["rank1"] == {"mean": 40.0, "sd": None, "ci": None}


def test_the_papers_tables_agree_where_they_overlap() -> None:
    assert list(tables.PAPER_TABLE_2.loc[3]) == list(tables.PAPER_TABLE_1.loc["Ours"])
