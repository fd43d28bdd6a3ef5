"""Figures and tables of results that are whole, partial, single or missing."""

import io
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from stareid import data
from stareid.figures import ablation, attention, curves, sequences, style, verdict, wording
from stareid.geometry import BLOCKS


def result(filters: int, split: int, rank1: float = 50.0, recipe: str = "batched", **changes) -> dict:
    return {
        "method": "attention",
        "reading": "joint-hidden" if filters else "none",
        "filters": filters,
        "recipe": recipe,
        "split": split,
        "seed": 0,
        "status": "done",
        "study": "test",
        "dataset": "walkers",
        "protocol": "two_camera_2_views",
        "cmc": {"1": rank1, "5": 80.0, "10": 90.0, "20": 100.0},
        "map": 60.0,
        "ranks": [1, 2, 3, 4],
        "loss": [3.0, 2.0],
        "parameters": 10,
        "train_seconds": 90.0,
        "frames_per_second": 100.0,
        "machine": {"device": "cpu", "name": "x", "cores": 2, "threads": 1},
        "versions": {"python": "3.11", "torch": "2"},
        "commit": "abc",
    } | changes


STUDIES = {
    "nothing": [],
    "one run": [result(3, 0)],
    "one split": [result(n, 0) for n in (0, 3)],
    "missing cells": [result(0, 0), result(3, 0), result(3, 1), result(1, 1, status="collapsed")],
    "two readings": [result(0, 0), result(3, 0), result(3, 0, reading="joint-full")],
    "recipes": [result(0, s, recipe=r) for r in ("batched", "batched-low_rate") for s in (0, 1)],
}


def drawn(figure) -> str:
    page = io.StringIO()
    figure.savefig(page, format="svg")
    return page.getvalue()


@pytest.mark.parametrize("results", STUDIES.values(), ids=STUDIES.keys())
@pytest.mark.parametrize(
    "draw", [curves.loss, curves.cmc, ablation.rank1, ablation.differences, ablation.cost]
)
def test_drawing_any_study(draw, results):
    style.use()
    assert "</svg>" in drawn(draw(results))


@pytest.mark.parametrize("name", ["nothing", "one run", "recipes"])
def test_figures_without_anything_to_compare_say_so(name: str):
    texts = [text.get_text() for text in ablation.differences(STUDIES[name]).axes[0].texts]
    assert texts == ["nothing to compare yet"]
    assert not ablation.differences(STUDIES["one split"]).axes[0].texts


@pytest.mark.parametrize("results", STUDIES.values(), ids=STUDIES.keys())
def test_tables_of_any_study(results):
    assert "the paper" in ablation.table2(results).to_html()
    assert len(ablation.runs(results)) == len(results)
    assert ablation.compared(results).columns.name == "setting"
    assert all(isinstance(text, str) and text for text in wording.facts(results, 9).values())


def test_table2_has_ours_and_the_papers_row_for_the_same_filters():
    table = ablation.table2([result(3, 0, 60.0), result(3, 1, 62.0)])
    assert table["whose"].tolist() == ["ours, joint-hidden", "the paper"]
    assert table["rank-1"].tolist() == ["61.0 ± 1.4", "63.3"]
    assert table["runs"].tolist() == ["2", "not said"]


def test_shares_by_hand():
    assert curves.shares([1, 1, 2, 5], 3).tolist() == [50, 75, 75]


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ([], "on 0 splits"),
        ([5.0], "on 1 split,"),
        ([5.0, -5.0, 1.0], "within the spread"),
        ([5.0, 5.1, 4.9], "attention raised rank-1"),
        ([-5.0, -5.1, -4.9], "attention lowered rank-1"),
    ],
)
def test_verdict_compares_split_by_split(gains, said):
    runs = [result(0, s, 40.0 + 10 * s) for s in range(len(gains))]
    runs += [result(3, s, 40.0 + 10 * s + gain) for s, gain in enumerate(gains)]
    assert said in verdict.sentences(runs)["verdict"]


def test_verdict_by_hand():
    # Differences 1, 2, 3: mean 2, variance 1, corrected error sqrt(1/3 + 1), t(0.975, 2) = 4.303.
    runs = [result(0, s, 50.0) for s in range(3)] + [result(3, s, 51.0 + s) for s in range(3)]
    said = verdict.sentences(runs)
    assert "by +2.0 points, with a 95 % interval from \N{MINUS SIGN}3.0 to +7.0" in said["verdict"]
    assert "Of 1 setting with attention, 0 differ in rank-1" in said["verdict_all"]
    # The paper's ten splits with this deviation of 1, in errors of sqrt(1.1): its differences of -1.1, 2.5,
    # 2.8 and -0.9 points are t = -1.05, 2.38, 2.67 and -0.86; 2.26 is the bound for 9 degrees of freedom.
    assert "(standard deviation 1.0 points), then 2 of its 4 differences" in said["verdict_paper"]
    assert "+2.8 points, has p = 0.03" in said["verdict_paper"]


def test_readings_are_judged_apart():
    runs = [result(0, s, 50.0) for s in range(2)]
    runs += [result(3, s, 51.0) | {"reading": "joint-full"} for s in range(2)] + [
        result(3, s, 40.0) for s in range(2)
    ]
    said = verdict.sentences(runs)["verdict"]
    assert "(joint-full) changed rank-1 by +1.0 points" in said
    assert "(joint-hidden) changed rank-1 by \N{MINUS SIGN}10.0 points" in said
    assert ablation.compared(runs).index.tolist() == ["joint-full, n = 3", "joint-hidden, n = 3"]


@pytest.fixture
def record():
    random = np.random.default_rng(0)
    maps = random.random((2, 3, 10, 8))
    maps /= maps.sum((1, 2, 3), keepdims=True)
    frames = random.integers(0, 256, (3, 128, 64, 3), np.uint8)
    place = {"top": 4, "left": 4, "size": (64, 48), "grid": (BLOCKS, BLOCKS)}
    return SimpleNamespace(frames=frames, maps=maps, weights=maps.sum((2, 3)), **place)


@pytest.mark.parametrize("visible", [None, np.array([0.2, 1.0, 0.5])])
def test_attention_strip_has_a_row_for_every_step(record, visible):
    figure = attention.strip(record, visible=visible, title="somebody")
    rows = 1 + 2 * 2 + (visible is not None)
    assert len(figure.axes) == 3 * rows + 1  # the colour bar
    assert "</svg>" in drawn(figure)
    assert "</svg>" in drawn(attention.mean_map([record, record]))


def test_agreement_by_hand(record):
    visible = record.weights[-1]  # they go up and down together
    assert "+1.00" in attention.agreement([record], [10 * visible])
    assert "No correlation" in attention.agreement([record], [np.ones(3)])
    record.weights = np.array([[0.25, 0.5, 0.25]])
    assert "1.50 times" in attention.evenness([record])


def test_only_drawn_people_may_be_shown():
    walkers = data.load("walkers", people=4, seed=1, shortest=3, longest=5)
    assert sequences.may_be_shown(walkers)
    assert not sequences.may_be_shown(replace(walkers, flags=None))
    assert not sequences.may_be_shown(replace(walkers, name="mars"))


def test_evenly_takes_first_and_last():
    assert sequences.evenly(10, 4).tolist() == [0, 3, 6, 9]
    assert sequences.evenly(2, 4).tolist() == [0, 1]


def test_drawing_walkers():
    dataset = data.load("walkers", people=4, seed=1, shortest=3, longest=5)
    person = sequences.most_occluded(dataset, dataset.splits[0].test, 1)[0]
    [sequence] = dataset.select([person], 1)
    strip = sequences.truth_strip(dataset.frames(sequence), dataset.truth(sequence))
    figures = [sequences.sheet(dataset, [person]), strip, sequences.lengths(dataset)]
    for figure in [*figures, sequences.visible_fractions(dataset)]:
        assert "</svg>" in drawn(figure)
    assert sequences.summary(dataset)["people"].tolist() == [4, 4]


def test_pages_are_told_of_both_main_readings():
    runs = [result(0, s, 50.0) for s in range(2)] + [result(3, s, 51.0 + s) for s in range(2)]
    said = wording.facts(runs, 9)
    assert (said["rank1_n0"], said["rank1_n3_joint-hidden"]) == ("50.0 ± 0.0 %", "51.5 ± 0.7 %")
    assert (said["difference_joint-hidden"], said["splits_joint-hidden"]) == ("+1.5", "2")
    assert (said["rank1_n3_joint-full"], said["difference_joint-full"]) == ("not measured yet",) * 2
    assert said["splits_joint-full"] == "0"
