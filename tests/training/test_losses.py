import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stareid.training.losses import distances, hinge, identity, soft_batch_hard

ANGLES = torch.tensor([0.0, 20.0, 65.0, 80.0, 200.0, 230.0]) * math.pi / 180
CIRCLE = torch.stack([ANGLES.cos(), ANGLES.sin()], 1)
PEOPLE = torch.tensor([0, 0, 1, 1, 2, 2])


def chord(i: int, j: int) -> float:
    """The distance of two points of the circle, from their angle."""
    return 2 * abs(math.sin(float(ANGLES[i] - ANGLES[j]) / 2))


def test_distances_are_chords() -> None:
    between = distances(CIRCLE)
    for i in range(6):
        for j in range(6):
            assert between[i, j].item() == pytest.approx(chord(i, j), abs=1e-3)


def test_batch_hard_against_all_triplets_written_out() -> None:
    people = PEOPLE.tolist()
    terms = []
    for a in range(6):
        positive = max(chord(a, p) for p in range(6) if people[p] == people[a])
        negative = min(chord(a, n) for n in range(6) if people[n] != people[a])
        terms.append(math.log(1 + math.exp(positive - negative)))
    assert soft_batch_hard(CIRCLE, PEOPLE).item() == pytest.approx(np.mean(terms), abs=1e-5)


def test_equal_features_give_ln_2_and_a_finite_gradient() -> None:
    features = torch.zeros(6, 4, requires_grad=True)
    loss = soft_batch_hard(features, PEOPLE)
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2))
    assert features.grad is not None
    assert torch.isfinite(features.grad).all()


@pytest.mark.parametrize("people", [[0, 0, 0, 0], [0, 0, 1, 2]])
def test_a_batch_without_triplets_is_refused(people: list[int]) -> None:
    with pytest.raises(ValueError, match="two clips of every person and two people"):
        soft_batch_hard(torch.randn(4, 2), torch.tensor(people))


def test_the_hinge_against_all_pairs_written_out() -> None:
    people = PEOPLE.tolist()
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    same = [chord(i, j) for i, j in pairs if people[i] == people[j]]
    other = [max(0.0, 1.5 - chord(i, j)) for i, j in pairs if people[i] != people[j]]
    assert hinge(CIRCLE, PEOPLE, margin=1.5).item() == pytest.approx(np.mean(same) + np.mean(other), abs=1e-3)


def test_the_hinge_is_not_squared() -> None:
    features = torch.tensor([[0.0], [0.5], [9.0], [9.5]])
    assert hinge(features, torch.tensor([0, 0, 1, 1])).item() == pytest.approx(0.5, abs=1e-5)


@given(smoothing=st.floats(0, 0.9), people=st.integers(2, 20))
def test_even_logits_cost_ln_people_however_smoothed(smoothing: float, people: int) -> None:
    loss = identity(torch.zeros(3, people), torch.zeros(3, dtype=torch.long), smoothing)
    assert loss.item() == pytest.approx(math.log(people), rel=1e-4)
