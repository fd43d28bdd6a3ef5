"""Intervals, differences, verdicts and figures from made-up evidence: whole, partial, single or missing."""

import io

import pandas as pd
import pytest

from stareid.figures import evidence, style
from stareid.results import evidence as tables
from stareid.results.evidence import FIGURES, interval, pooled

LOW = {"trained": 0.0, "random": -1.0, "shuffled": 0.0}


def record(control="trained", filters=1, split=0, seed=0, **changes) -> dict:
    figures = {
        name: kind.nothing + kind.sign * (2 + LOW[control] + 0.1 * seed) for name, kind in FIGURES.items()
    }
    curve = {"rank1": [60.0, 50.0, 40.0, 30.0], "map": [70.0, 60.0, 50.0, 40.0 + seed]}
    orders = dict.fromkeys(("most", "random", "least"), curve)
    return {
        "method": "attention",
        "reading": "joint-hidden",
        "filters": filters,
        "recipe": "batched",
        "split": split,
        "seed": seed,
        "control": control,
        "status": "done",
        "people": 6,
        "figures": figures | changes,
        "curves": {"frames": orders, "regions": orders},
        "removed": [0.0, 0.25, 0.5, 0.75],
        "left_out": [],
    }


WHOLE = [record(c, n, 0, s) for c in tables.CONTROLS for n in (1, 2) for s in (0, 1, 2)]
SWEEPS = {
    "nothing": [],
    "one file": [record()],
    "trained only": [record(seed=s) for s in (0, 1)],
    "missing figures": [record(person_ratio=None, visibility_correlation=None)],
    "whole": WHOLE,
}


def series(values: dict) -> pd.Series:
    return pd.Series(values, index=pd.MultiIndex.from_tuples(values, names=["split", "seed"]))


def test_interval_over_seeds_by_hand():
    found = interval(series({(0, 0): 1.0, (0, 1): 2.0, (0, 2): 3.0}))
    # t(0.975, 2) = 4.303, standard error 1 / sqrt(3)
    assert (found.mean, found.over, found.runs) == (2.0, "seeds", 3)
    assert found.high - found.mean == pytest.approx(4.3027 / 3**0.5, abs=1e-3)


def test_interval_over_splits_averages_seeds_first():
    found = interval(series({(0, 0): 0.0, (0, 1): 2.0, (1, 0): 3.0, (2, 0): 2.0}))
    # splits 1, 3, 2: variance 1, corrected error sqrt(1/3 + 1)
    assert (found.mean, found.over) == (2.0, "splits")
    assert found.high - found.mean == pytest.approx(4.3027 * (4 / 3) ** 0.5, abs=1e-3)


def test_one_run_and_no_run_have_no_interval():
    assert interval(series({(0, 0): 1.0})).over == ""
    assert interval(series({(0, 0): float("nan")})).runs == 0
    assert interval(series({(0, 0): 1.0})).beyond(0) == 0


def test_differences_are_taken_run_by_run():
    assert pooled(WHOLE, "person_ratio").mean == pytest.approx(3.1)
    difference = pooled(WHOLE, "person_ratio", "random")
    assert (difference.low, difference.high) == (pytest.approx(1), pytest.approx(1))  # seeds cancel out
    partial = [r for r in WHOLE if (r["control"], r["filters"], r["seed"]) != ("random", 2, 1)]
    partial = [r | {"figures": r["figures"] | {"person_ratio": 9.0 * r["filters"]}} for r in partial]
    assert pooled(partial, "person_ratio", "random").mean == 0  # two filters lack a run: one filter is left


@pytest.mark.parametrize(
    ("name", "trained", "said"),
    [
        ("person_ratio", [1.5, 1.6, 1.5], "more than its area would explain: 1.53 ["),
        ("person_ratio", [1.5, 0.6, 0.9], "no more than its area"),
        ("person_ratio", [0.5, 0.6, 0.5], "avoids the person"),
        ("occluder_ratio", [0.5, 0.6, 0.5], "Attention avoids what hides"),
        ("map_entropy", [0.8, 0.8, 0.81], "map as a whole is not uniform"),
        ("regions_deletion_map", [5.0, 6.0, 5.0], "Without the most attended regions, people are found less"),
        ("regions_deletion_rank1", [5.0, 6.0, 5.0], "points of rank-1, where 0 says nothing"),
        ("frames_insertion_map", [-5.0, 5.0, 1.0], "The most attended frames alone tell no more"),
    ],
)
def test_verdict_follows_the_interval(name, trained, said):
    records = [record(seed=s, **{name: value}) for s, value in enumerate(trained)]
    sentence = evidence.verdict(records, name)
    assert said in sentence
    assert "not compared with what it is before training" in sentence


def test_verdict_compares_with_both_controls():
    sentence = evidence.verdict(WHOLE, "person_ratio")
    assert "it speaks more for attention than before training (+1.00 [" in sentence
    assert "it cannot be told from what it is when trained on shuffled people" in sentence
    assert "at least two seeds" in evidence.verdict([record()], "person_ratio")


@pytest.mark.parametrize("records", SWEEPS.values(), ids=SWEEPS)
def test_any_sweep_can_be_drawn_and_told(records):
    style.use()
    figures = [evidence.levels(records, name) for name in FIGURES]
    for figure in [*figures, evidence.removal(records, "frames"), evidence.sanity(records)]:
        page = io.StringIO()
        figure.savefig(page, format="svg")
        assert "</svg>" in page.getvalue()
    assert len(tables.table(records)) == len(FIGURES)
    assert all(evidence.verdict(records, name).endswith(".") for name in FIGURES)


def test_progress_names_the_command_that_makes_the_rest():
    names = [f"attention_joint-hidden_n{n}_batched_split0_seed0_trained" for n in (1, 2)]
    said = evidence.progress([record()], names, "mine")
    assert "1 of 2" in said and "python -m stareid evidence mine" in said
    assert "python" not in evidence.progress([record(), record(filters=2)], names, "mine")


def test_a_collapsed_training_is_neither_questioned_nor_a_control():
    failed = [record("shuffled", 1, 0, s) | {"status": "collapsed"} for s in (0, 1, 2)]
    records = [r for r in WHOLE if (r["control"], r["filters"]) != ("shuffled", 1)]
    assert pooled(records + failed, "person_ratio", "shuffled") == pooled(records, "person_ratio", "shuffled")
    assert "left out: 3 trained on shuffled people" in evidence.progress([*records, *failed], [], "study")
    trained = record(seed=3, person_ratio=99.0) | {"status": "collapsed"}
    assert pooled([*WHOLE, trained], "person_ratio") == pooled(WHOLE, "person_ratio")
    assert len(tables.curves([*WHOLE, trained], "frames")) == len(tables.curves(WHOLE, "frames"))


def test_only_what_was_measured_is_shown():
    without_truth = [record(seed=s, person_ratio=None, occluder_ratio=None) for s in (0, 1)]
    assert evidence.measured(WHOLE, evidence.WHERE) == list(evidence.WHERE)
    assert evidence.measured(without_truth, evidence.WHERE) == ["pointing_gain"]
    assert evidence.measured([], evidence.WHEN) == []


def test_one_control_alone_is_shown():
    without = [r for r in WHOLE if r["control"] != "shuffled"]
    panels = evidence.sanity(without).axes
    assert len(panels) == len(FIGURES)
    assert panels[0].get_legend_handles_labels()[1] == ["minus before training"]
