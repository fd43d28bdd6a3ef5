import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stareid.evaluation import equal_error_threshold


def test_a_threshold_worked_on_paper() -> None:
    distance = np.array([[0.2, 0.9, 0.8], [0.7, 0.6, 1.0], [0.3, 0.9, 0.4]])  # true pairs: 0.2, 0.6, 0.4
    # below 0.5 one of three true pairs is missed and one of six false ones passed; at 0.65 none and one;
    # between 0.4 and 0.6 the shares differ by 1/6, between 0.6 and 0.7 by 1/6 as well: the middle of both.
    assert equal_error_threshold(distance, list("abc"), list("abc")) == pytest.approx((0.5 + 0.65) / 2)


def test_without_overlap_it_lies_halfway() -> None:
    assert equal_error_threshold(np.array([[0.2, 0.9], [0.7, 0.4]]), list("ab"), list("ab")) == pytest.approx(
        0.55
    )


def test_it_needs_both_kinds_of_pairs() -> None:
    with pytest.raises(ValueError, match="pairs of one person and pairs of two"):
        equal_error_threshold(np.array([[0.2]]), ["a"], ["a"])


def test_a_network_that_maps_all_to_one_point_has_a_threshold_too() -> None:
    assert equal_error_threshold(np.full((3, 3), 0.25), list("abc"), list("abc")) == 0.25


@settings(deadline=None)
@given(seed=st.integers(0, 1000), people=st.integers(2, 9))
def test_errors_are_as_equal_as_they_can_be(seed: int, people: int) -> None:
    distance = np.random.default_rng(seed).normal(1 - 0.5 * np.eye(people), 0.3)
    same = np.eye(people, dtype=bool)

    def gap(threshold: float) -> float:
        return abs((distance[same] > threshold).mean() - (distance[~same] <= threshold).mean())

    found = equal_error_threshold(distance, range(people), range(people))
    assert gap(found) <= min(gap(value + shift) for value in distance.flat for shift in (-1e-9, 1e-9)) + 1e-9
