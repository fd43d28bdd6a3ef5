"""McLaughlin et al.'s recipe, against values worked out here."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from stareid import data
from stareid.data import Clips, Pair
from stareid.errors import InputError
from stareid.model import build
from stareid.training import Pairwise, generator, train
from stareid.training.pairwise import couples, dampened, step, stuck_at


class Scales(nn.Module):
    """Features are the sums of clips times a weight; the logits say nothing. Wants the hinge alone."""

    losses = ("verification",)

    def __init__(self, weight: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([weight]))

    def pair(self, probe: Tensor, gallery: Tensor) -> list[tuple[Tensor, dict[str, Tensor]]]:
        features = [self.weight * clip.sum().reshape(1, 1) for clip in (probe, gallery)]
        return [(own, {"features": own, "logits": torch.zeros(1, 3)}) for own in features]


def pair(probe: float, gallery: float, people: tuple[int, int]) -> Pair:
    one, other = (torch.full((1, 1, 1, 1, 1), value) for value in (probe, gallery))
    return Pair(one, other, torch.tensor(people)[:, None])


def test_the_first_three_steps_of_dampened_descent_worked_by_hand() -> None:
    network = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(5.0)
    optimiser = dampened(network, 0.1)
    weights = []
    for gradient in (1.0, 2.0, -4.0):
        network.weight.grad = torch.tensor([[gradient]])
        optimiser.step()
        weights.append(network.weight.item())
    # u: 1, then 0.9 * 1 + 0.1 * 2 = 1.1, then 0.9 * 1.1 - 0.1 * 4 = 0.59
    assert weights == pytest.approx([5 - 0.1, 5 - 0.1 - 0.11, 5 - 0.1 - 0.11 - 0.059])


@pytest.mark.parametrize(("distance", "moved"), [(3.0, 3.0), (40.0, 5.0)])
def test_every_element_of_the_gradient_is_clamped(distance: float, moved: float) -> None:
    network = Scales()
    settings = Pairwise(learning_rate=0.01)
    loss = step(network, pair(distance, 0.0, (1, 1)), settings, dampened(network, 0.01))
    identities = 2 * math.log(3)  # even logits of three people
    assert loss.item() == pytest.approx(identities + distance)
    assert network.weight.item() == pytest.approx(1 - 0.01 * moved)  # d loss / d weight is the distance


def test_a_pair_of_two_people_is_pushed_apart_until_the_margin() -> None:
    for distance, expected in ((0.5, 1.5), (9.0, 0.0)):
        network = Scales()
        loss = step(network, pair(distance, 0.0, (0, 1)), Pairwise(), dampened(network, 1e-3))
        assert loss.item() - 2 * math.log(3) == pytest.approx(expected, abs=1e-6)
        assert (network.weight.item() > 1) == (expected > 0)


def test_negative_and_positive_pairs_alternate_and_everybody_is_positive_once() -> None:
    pairs = list(couples(7, torch.Generator().manual_seed(0)))
    assert len(pairs) == 14
    assert all(one != other for one, other in pairs[::2])
    assert all(one == other for one, other in pairs[1::2])
    order = [one for one, _ in pairs[1::2]]
    assert sorted(order) == list(range(7)) != order
    again = list(couples(7, torch.Generator().manual_seed(1)))
    assert [one for one, _ in again[1::2]] != order


def test_all_couples_of_two_people_are_drawn() -> None:
    random = torch.Generator().manual_seed(0)
    drawn = {pair for _ in range(200) for pair in list(couples(4, random))[::2]}
    assert drawn == {(i, j) for i in range(4) for j in range(4) if i != j}


@pytest.fixture
def clips(tree: Path) -> Clips:
    dataset = data.load("ilids_vid", tree)
    return Clips(dataset, dataset.splits[0].train)


@pytest.mark.parametrize("method", ["mclaughlin", "attention"])
def test_training_in_pairs_lowers_the_loss(clips: Clips, method: str) -> None:
    torch.manual_seed(0)
    network = build(method, people=4, dropout=0.0)
    settings = Pairwise(epochs=12, frames=3, learning_rate=0.02)
    history = train(network, clips, settings, generator(0, 0, "batches"))
    assert history.loss[-1] < 0.8 * history.loss[0]
    assert history.frames == 12 * 8 * 2 * 3  # two steps a person, two clips a step
    assert not history.collapsed


def test_the_loss_of_equal_features_is_known(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stuck_at(150, Pairwise(), ("identity", "verification")) == pytest.approx(2 * math.log(150) + 1)
    assert stuck_at(150, Pairwise(), ("identity",)) == pytest.approx(2 * math.log(150))
    network = build("mclaughlin", people=4)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    settings = Pairwise(epochs=2, frames=4, learning_rate=1e-9)
    assert train(network, clips, settings, generator(0, 0, "batches")).collapsed


CHANGES: list[Callable[[], Pairwise]] = [
    lambda: Pairwise(epochs=-1),
    lambda: Pairwise(frames=0),
    lambda: Pairwise(learning_rate=0.0),
    lambda: Pairwise(margin=-2.0),
]


@pytest.mark.parametrize("change", CHANGES)
def test_settings_out_of_range_are_refused_by_name(change: Callable[[], Pairwise]) -> None:
    with pytest.raises(InputError, match="pairwise"):
        change()
