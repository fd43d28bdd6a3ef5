"""Methods side by side, from results that are made up: what is said follows from the numbers."""

from typing import Any

import numpy as np
import pytest
from results_made import record

from stareid.figures import methods

M: Any = {"method": "mclaughlin"}
RUNS = [
    *(record(3, 0, 40.0 + seed, seed=seed) for seed in range(3)),
    *(record(3, 0, 10.0 + seed, seed=seed, recipe="batched-untrained") for seed in range(3)),
    *(record(0, 0, 50.0, seed=seed, **M) for seed in range(3)),
    *(record(0, 0, 44.0 - seed, seed=seed, recipe="batched-untrained", **M) for seed in range(3)),
]
AVERAGING = [record(0, 0, value, seed=seed) for seed, value in enumerate((39.0, 43.0, 40.0))]


def test_the_table_has_trained_networks_alone_best_first() -> None:
    table = methods.table(RUNS)
    assert list(table.index) == ["mclaughlin", "attention, joint-hidden, n = 3"]
    assert table["rank-1"].tolist() == ["50.0 ± 0.0", "41.0 ± 1.0"]
    assert list(table.columns) == ["rank-1", "rank-5", "rank-10", "rank-20", "runs"]
    assert table["runs"].tolist() == ["3", "3"]
    fallen = methods.table([*RUNS, record(0, 0, 2.0, method="rfa", status="collapsed")])
    assert fallen["collapsed"].tolist() == ["", "", "1"]


def test_attention_without_filters_is_plain_averaging() -> None:
    assert list(methods.table(AVERAGING).index) == ["plain averaging"]


def test_costs_are_those_of_trained_networks() -> None:
    table = methods.costs(RUNS)
    assert sorted(table.index) == sorted(methods.table(RUNS).index)
    assert table["minutes"].tolist() == ["1.0", "1.0"] and table["parameters"].tolist() == ["10", "10"]


def test_gains_name_both_references_where_they_were_run() -> None:
    table = methods.gains(RUNS)
    assert table["over untrained, rank-1"].tolist() == ["+30.0 (+30.0 to +30.0)", "+7.0 (+4.5 to +9.5)"]
    assert list(table.columns) == ["over untrained, rank-1", "over untrained, mAP"]
    assert "over averaging, rank-1" in methods.gains(RUNS + AVERAGING)
    alone = methods.gains([*AVERAGING, record(0, 0, 60.0, method="rfa", average=70.0), *RUNS[:6]])
    assert alone.loc[["rfa"]].to_numpy().tolist() == [
        ["not run", "not run", "+21.0 (one run)", "+20.0 (one run)"]
    ]
    assert methods.gains([]).empty


def test_the_verdict_follows_from_margin_and_interval() -> None:
    said = methods.verdict(RUNS)
    assert said.startswith("Of 2 methods, 1 found at least 10 points more") and said.endswith(
        "not so mclaughlin."
    )
    said = methods.verdict(RUNS + AVERAGING)
    assert "in rank-1 mclaughlin (+9.3), but not attention, joint-hidden, n = 3; in mAP none of 2" in said
    one_run_each = [RUNS[0], RUNS[3]]
    assert methods.verdict(one_run_each).startswith("Nothing can be said yet")
    assert methods.verdict([]) == methods.verdict(one_run_each)


@pytest.mark.parametrize("runs", [RUNS, RUNS[:1], []])
def test_every_run_is_a_dot(runs) -> None:
    (axes,) = methods.rank1(runs).axes
    assert sum(np.size(line.get_xdata()) for line in axes.lines) == len(runs)


def test_a_network_that_was_only_trained_or_only_made_is_drawn_or_left_out() -> None:
    (axes,) = methods.rank1(RUNS[3:9]).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["mclaughlin"]
