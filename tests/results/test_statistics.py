import math
from typing import Any

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


METHODS = [
    *(record(0, 0, rank1, seed=seed, method="rfa") for seed, rank1 in enumerate((40.0, 44.0, 42.0))),
    *(record(0, 0, 30.0, seed=seed, method="rfa", recipe="batched-untrained") for seed in range(3)),
    *(record(3, split, 60.0 + split) for split in range(2)),
    record(0, 0, 90.0, method="modern"),
]


def test_table_1_is_best_first_with_the_spread_over_seeds_of_one_split() -> None:
    table = tables.table1(METHODS)
    assert [key[0] for key in table.index] == ["modern", "attention", "rfa", "rfa"]
    rows: dict[Any, Any] = dict(table.iterrows())
    row = rows["rfa", "none", 0, "batched"]
    assert (row[("rank1", "mean")], row[("rank1", "sd")], row[("runs", "")]) == (42.0, 2.0, 3)
    assert row[("rank1", "ci")] == pytest.approx(
        4.302653 * 2 / math.sqrt(3), rel=1e-6
    )  # seeds are independent
    splits = rows["attention", "joint-hidden", 3, "batched"]
    assert splits[("rank1", "sd")] == pytest.approx(math.sqrt(0.5))
    assert tables.table1([]).empty


def test_table_1_as_text_and_as_plain_values() -> None:
    text = tables.table1_as_text(METHODS)
    first_words = [line.replace(",", "").split()[0] for line in text.splitlines()[3:6]]
    assert first_words == ["modern", "attention", "rfa"]
    assert "rfa, untrained" in text and "42.0 ± 2.0" in text and "the paper: Xu" in text
    assert tables.table1_as_text(RECORDS) == ""  # one method: Table 2 says it all
    first, *_, last = tables.table1_as_json(METHODS)
    assert (first["method"], first["rank1"]) == ("modern", {"mean": 90.0, "sd": None, "ci": None})
    assert (last["recipe"], last["filters"], last["runs"]) == ("batched-untrained", 0, 3)
