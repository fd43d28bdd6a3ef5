"""Ranked lists are in the order of distance, right and wrong told apart, the failures first."""

import io

import numpy as np
import pytest

from stareid.figures import ranked

PEOPLE = ["ann", "bob", "eve"]
DISTANCE = np.array([[0.1, 0.9, 0.5], [0.2, 0.4, 0.9], [0.3, 0.2, 0.6]])  # ranks of the matches 1, 2, 3


@pytest.fixture
def lists():
    return ranked.ranked_lists(DISTANCE, PEOPLE, first=2)


def test_worst_rank_comes_first_and_answers_by_distance(lists):
    assert [(entry.person, entry.rank) for entry in lists] == [("eve", 3), ("bob", 2), ("ann", 1)]
    assert [(a.person, a.distance, a.right) for a in lists[1].answers] == [
        ("ann", 0.2, False),
        ("bob", 0.4, True),
    ]


def test_a_tie_counts_against_the_probe():
    [first, _] = ranked.ranked_lists(np.array([[0.5, 0.5], [0.9, 0.1]]), ["ann", "bob"])
    assert (first.person, first.rank) == ("ann", 2)
    assert [a.right for a in first.answers] == [False, True]


def test_right_and_wrong_are_told_by_mark_word_and_line(lists):
    asked = []

    def frames(person: str, camera: int) -> np.ndarray:
        asked.append((person, camera))
        return np.zeros((7, 128, 64, 3), np.uint8)

    figure = ranked.strips(lists, frames)
    figure.savefig(io.BytesIO(), format="svg")
    assert asked[:3] == [("eve", 1), ("bob", 2), ("ann", 2)]
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[3:6] == ["probe", "✗ other 0.20", "✓ same 0.40"]
    lines = [axes.spines["top"].get_linestyle() for axes in figure.axes[3:6]]
    assert lines == ["-", "--", "-"]


def test_sentence_counts(lists):
    assert ranked.sentence(lists).startswith("1 of 3 probes find their match at rank 1; the worst rank is 3.")
