import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stareid.training.losses import distances, hinge, identity, siamese, soft_batch_hard

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
    loss = identity({"logits": torch.zeros(3, people)}, torch.zeros(3, dtype=torch.long), smoothing)
    assert loss.item() == pytest.approx(math.log(people), rel=1e-4)


def test_every_frame_is_asked_where_frames_have_logits() -> None:
    frames = torch.tensor([[[2.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [1.0, 1.0]]])  # (B, T, people)
    people = torch.tensor([0, 1])
    right = [(2.0, 0.0), (0.0, 1.0), (3.0, 0.0), (1.0, 1.0)]  # of each frame: the person's logit, the other's
    expected = np.mean([math.log(1 + math.exp(other - own)) for own, other in right])
    loss = identity({"frame_logits": frames, "logits": frames.mean(1)}, people)
    assert loss.item() == pytest.approx(expected, abs=1e-6)


def test_the_hinge_of_one_pair_worked_by_hand() -> None:
    probe, near, far = torch.tensor([[0.0, 0.0]]), torch.tensor([[0.3, 0.4]]), torch.tensor([[3.0, 4.0]])
    values = {
        (name, same): siamese(probe, gallery, same=same, margin=2.0).item()
        for name, gallery in (("near", near), ("far", far))
        for same in (True, False)
    }
    assert values[("near", True)] == pytest.approx(0.5)  # not 0.25: it is not squared
    assert values[("near", False)] == pytest.approx(1.5)
    assert (values[("far", True)], values[("far", False)]) == (5.0, 0.0)


def test_a_pair_at_one_point_has_a_finite_gradient() -> None:
    point = torch.zeros(1, 3, requires_grad=True)
    siamese(point, torch.zeros(1, 3), same=False, margin=2.0).backward()
    assert point.grad is not None and torch.isfinite(point.grad).all()
