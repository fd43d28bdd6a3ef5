"""Paired comparisons, worked by hand or against SciPy's own tests."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_made import record
from scipy import stats

from stareid.results import tables
from stareid.results.comparison import (
    compare,
    gains_as_json,
    gains_as_text,
    over_averaging,
    over_untrained,
    paired,
    paper_differences,
)
from stareid.results.statistics import corrected_t_test, detectable, holm

DIFFERENCES = st.lists(st.floats(-20, 20).map(lambda x: round(x, 3)), min_size=2, max_size=12)


def test_the_corrected_test_worked_by_hand() -> None:
    # 1, 2, 3: mean 2, variance 1, error sqrt(1/3 + 1) = 1.1547, t = 1.7321 with 2 degrees of freedom.
    # For 2 degrees, P(|T| > t) = 1 - t / sqrt(2 + t^2) = 1 - 1.7321 / sqrt(5) = 0.2254.
    assert corrected_t_test([1, 2, 3]) == pytest.approx(1 - math.sqrt(3) / math.sqrt(5))
    assert math.isnan(corrected_t_test([4.0]))
    assert (corrected_t_test([2, 2]), corrected_t_test([0, 0])) == (0, 1)


@given(DIFFERENCES.filter(lambda values: np.std(values) > 1e-3))
def test_the_plain_test_is_scipys_and_the_corrected_one_is_milder(differences: list[float]) -> None:
    plain = corrected_t_test(differences, test_over_train=0)
    assert plain == pytest.approx(stats.ttest_1samp(differences, 0).pvalue)
    assert corrected_t_test(differences) >= plain - 1e-12


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_by_its_definition(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for place, number in enumerate(order):
        wanted = max(min(1, p_values[n] * (len(p_values) - k)) for k, n in enumerate(order[: place + 1]))
        assert adjusted[number] == pytest.approx(wanted, abs=1e-9)


def test_what_can_be_detected_is_detected_so_often() -> None:
    shift = detectable(3.0, 5)
    error = 3.0 * math.sqrt(1 / 5 + 1)
    critical = stats.t.ppf(0.975, 4)
    draws = np.random.default_rng(0)
    statistic = (shift + error * draws.standard_normal(200_000)) / (
        error * np.sqrt(draws.chisquare(4, 200_000) / 4)
    )
    assert (np.abs(statistic) > critical).mean() == pytest.approx(0.8, abs=0.005)
    assert detectable(3.0, 10) < shift
    with pytest.raises(ValueError, match="at least 2"):
        detectable(3.0, 1)


RECORDS = [
    *(record(0, split, 50.0) for split in range(3)),
    *(record(3, split, 51.0 + split) for split in range(3)),
    *(record(3, split, 50.0, reading="joint-full") for split in range(2)),
    record(1, 0, 70.0),  # one split alone
    record(2, 7, 70.0),  # a split without its partner
    record(4, 0, 99.0, recipe="batched-other"),
]


def test_settings_are_compared_split_by_split_and_reading_by_reading() -> None:
    assert paired(RECORDS)[("joint-hidden", 3)].to_dict() == {0: 1.0, 1: 2.0, 2: 3.0}
    table = compare(RECORDS)
    assert list(table.index) == [("joint-full", 3), ("joint-hidden", 3)]
    row: Any = table.loc[("joint-hidden", 3)]
    assert (row["difference"], row["deviation"], row["splits"]) == (2.0, 1.0, 3)
    assert row["high"] - row["difference"] == pytest.approx(4.302653 * math.sqrt(4 / 3), rel=1e-6)
    assert row["p_holm"] == pytest.approx(2 * corrected_t_test([1, 2, 3]))
    assert row["p_plain"] == pytest.approx(stats.ttest_1samp([1, 2, 3], 0).pvalue)


def test_nothing_to_compare_is_an_empty_table() -> None:
    assert compare([]).empty
    assert compare([record(3, 0, 50.0), record(3, 1, 50.0)]).empty
    assert paper_differences([record(0, 0, 50.0), record(3, 0, 51.0)]).empty


def test_the_papers_differences_against_our_spread() -> None:
    table = paper_differences([r for r in RECORDS if r["reading"] != "joint-full"])
    row: Any = table.loc[3]
    assert row["difference"] == pytest.approx(63.3 - 60.5)
    assert row["deviation"] == 1.0
    assert row["p"] == pytest.approx(2 * stats.t.sf(2.8 / math.sqrt(1.1), 9))
    assert row["p_plain"] == pytest.approx(2 * stats.t.sf(2.8 / math.sqrt(0.1), 9))


def test_what_training_brought_is_told_run_by_run() -> None:
    rfa: Any = {"method": "rfa"}
    records = [
        *(record(0, 0, value, seed=seed, **rfa) for seed, value in enumerate((41.0, 44.0, 45.0))),
        *(record(0, 0, 30.0 + s, seed=s, recipe="batched-untrained", **rfa) for s in range(3)),
        record(3, 0, 50.0),  # without an untrained one
    ]
    gains = over_untrained(records)
    assert list(gains) == [("rfa", "none", 0, "batched")]
    gain = gains["rfa", "none", 0, "batched"]
    assert (gain.mean, gain.over, gain.runs) == (pytest.approx((11 + 13 + 13) / 3), "seeds", 3)
    error = np.std([11, 13, 13], ddof=1) / math.sqrt(3)
    assert gain.high - gain.mean == pytest.approx(4.302653 * error, rel=1e-6)
    _, row, *_ = gains_as_text(records).splitlines()
    assert row.split()[:2] == ["rfa", "+12.3"] and gains_as_text(RECORDS) == ""
    first, second = gains_as_json(over_untrained, records)
    assert (first["method"], first["measure"], first["mean"], first["over"]) == (
        "rfa", "rank1", 12.33, "seeds",
    )  # fmt: skip
    assert (second["measure"], second["mean"]) == ("map", 0.0)


def test_methods_are_held_against_plain_averaging_seed_by_seed() -> None:
    records = [
        *(record(0, 0, value, seed=seed) for seed, value in enumerate((2.0, 1.0))),
        *(record(3, 0, value, seed=seed) for seed, value in enumerate((3.0, 1.0, 9.0))),
        *(record(0, 0, value, seed=seed, method="mclaughlin") for seed, value in enumerate((40.0, 45.0))),
        record(0, 0, 90.0, method="mclaughlin", recipe="mclaughlin2016"),  # nothing averages by that recipe
    ]
    gains = over_averaging(records)
    assert [key[0] for key in gains] == ["attention", "mclaughlin"]
    order, joint = gains["mclaughlin", "none", 0, "batched"], gains["attention", "joint-hidden", 3, "batched"]
    assert (order.mean, order.runs, joint.mean, joint.runs) == (41.0, 2, 0.5, 2)
    assert order.high - order.mean == pytest.approx(12.706205 * 3, rel=1e-6)  # 38 and 44: error 3
    text = gains_as_text(records)
    assert "rank-1 minus that of plain averaging" in text and "after training" not in text
    nearer = over_averaging([*records[:2], record(3, 0, 0.0, average=53.0), records[3]], "map")
    assert nearer["attention", "joint-hidden", 3, "batched"].mean == 1.5


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ("batched", ""),
        ("batched-low_rate", "low rate"),
        ("mclaughlin2016", "mclaughlin2016"),
        ("mclaughlin2016-20", "mclaughlin2016 20"),
    ],
)
def test_recipes_are_told_apart_by_what_is_not_usual(recipe: str, said: str) -> None:
    assert tables.variant(recipe) == said
