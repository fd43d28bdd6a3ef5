import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stareid.evaluation import cmc, mean_average_precision, ranking, true_match_ranks

# Four probes (rows) against four gallery people (columns); the match of each is in its own column.
#   probe 0: 0.1 is the nearest                     -> rank 1
#   probe 1: 0.2 and 0.3 are nearer than 0.4        -> rank 3
#   probe 2: only 0.1 is nearer than 0.5            -> rank 2
#   probe 3: everything is nearer than 0.9          -> rank 4
DISTANCE = np.array([[0.1, 0.5, 0.6, 0.7], [0.2, 0.4, 0.3, 0.8], [0.1, 0.9, 0.5, 0.6], [0.2, 0.3, 0.4, 0.9]])
PEOPLE = ["a", "b", "c", "d"]


def test_ranks_of_a_matrix_worked_on_paper() -> None:
    assert true_match_ranks(DISTANCE, PEOPLE, PEOPLE).tolist() == [1, 3, 2, 4]
    assert cmc(DISTANCE, PEOPLE, PEOPLE, ranks=(1, 2, 3, 4)) == {1: 25.0, 2: 50.0, 3: 75.0, 4: 100.0}
    assert mean_average_precision(DISTANCE, PEOPLE, PEOPLE) == pytest.approx(
        100 * (1 + 1 / 3 + 1 / 2 + 1 / 4) / 4
    )


def test_several_matches_of_one_probe() -> None:
    distance = np.array(
        [[0.3, 0.1, 0.2, 0.4]]
    )  # order of the gallery: x, match, x, match by distance: 1, 2, 0, 3
    people = ["p", "x", "p", "y"]  # nearest first: x, p, p, y -> precisions 1/2 and 2/3
    assert true_match_ranks(distance, ["p"], people).tolist() == [2]
    assert mean_average_precision(distance, ["p"], people) == pytest.approx(100 * (1 / 2 + 2 / 3) / 2)


def test_ties_count_against_the_probe() -> None:
    same = np.zeros((5, 5))
    assert true_match_ranks(same, range(5), range(5)).tolist() == [5] * 5
    assert mean_average_precision(same, range(5), range(5)) == pytest.approx(20)


def test_a_probe_without_a_match_is_refused() -> None:
    with pytest.raises(ValueError, match="person 7 is not in the gallery"):
        cmc(np.zeros((1, 2)), [7], [1, 2])


@given(arrays(float, (6, 9), elements=st.floats(0, 1)), st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_ranks_are_those_of_a_plain_loop(distance: np.ndarray, others: list[int]) -> None:
    probes, gallery = [0, 1, 2, 3, 0, 1], [0, 1, 2, 3, *others]
    ranks = true_match_ranks(distance, probes, gallery)
    for p, probe in enumerate(probes):
        best = min(d for d, person in zip(distance[p], gallery, strict=True) if person == probe)
        before = [d for d, person in zip(distance[p], gallery, strict=True) if person != probe and d <= best]
        assert ranks[p] == 1 + len(before)


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(ranking).failed == 0
    assert doctest.testmod(ranking).attempted > 0
