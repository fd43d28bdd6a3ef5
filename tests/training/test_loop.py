import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stareid import data
from stareid.data import Clips
from stareid.errors import InputError
from stareid.model import build
from stareid.training import NonFiniteLossError, Pairwise, Training, generator, stream_seed, train
from stareid.training.batched import shuffled, stuck_at
from stareid.training.loop import is_collapsed


@pytest.fixture
def clips(tree: Path) -> Clips:
    dataset = data.load("ilids_vid", tree)
    return Clips(dataset, dataset.splits[0].train)


def trained(clips: Clips, settings: Training, seed: int = 0):
    torch.manual_seed(seed)
    network = build("attention", filters=2, steps=2, people=len(clips.people), dropout=0.0)
    return network, train(network, clips, settings, generator(seed, 0, "batches"))


def test_training_lowers_the_loss_and_counts_its_frames(clips: Clips) -> None:
    _, history = trained(clips, Training(epochs=12, people=4, frames=3, learning_rate=1e-3))
    assert len(history.loss) == 12
    assert history.loss[-1] < 0.7 * history.loss[0]
    assert history.frames == 12 * 4 * 2 * 3
    assert not history.collapsed


def test_the_same_seed_gives_the_same_weights(clips: Clips) -> None:
    settings = Training(epochs=2, people=2, frames=3)
    (one, first), (two, second) = trained(clips, settings), trained(clips, settings)
    _, other = trained(clips, settings, seed=1)
    assert first.loss == second.loss != other.loss
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))


@pytest.mark.parametrize("settings", [Training(epochs=0), Pairwise(epochs=0)])
def test_no_epochs_leave_the_network_as_it_was(clips: Clips, settings: Training | Pairwise) -> None:
    network = build("mclaughlin", people=4)
    before = [parameter.clone() for parameter in network.parameters()]
    history = train(network, clips, settings, generator(0, 0, "batches"))
    assert (history.loss, history.frames, history.frames_per_second, history.collapsed) == ([], 0, 0.0, False)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), before, strict=True))


def test_a_loss_that_is_no_number_stops_the_training(clips: Clips) -> None:
    network = build("attention", filters=0, people=4)
    with torch.no_grad():
        network.get_parameter("classifier.bias")[0] = torch.nan
    with pytest.raises(NonFiniteLossError, match="epoch 1, step 1.*learning_rate"):
        train(network, clips, Training(epochs=1, people=4, frames=3), generator(0, 0, "batches"))


@given(count=st.integers(2, 300), size=st.integers(2, 64), seed=st.integers(0, 5))
def test_every_person_is_in_one_batch_and_none_is_alone(count: int, size: int, seed: int) -> None:
    batches = list(shuffled(count, size, torch.Generator().manual_seed(seed)))
    assert sorted(sum(batches, [])) == list(range(count))
    assert max(map(len, batches)) <= size
    if count > 3 or size > 2:
        assert min(map(len, batches)) >= 2 or size == 2


@pytest.mark.parametrize("verification", ["triplet", "hinge"])
def test_a_collapse_is_known_by_its_loss(verification: str) -> None:
    settings = Training(verification=verification)
    stuck = math.log(100) + (math.log(2) if verification == "triplet" else 2.0)
    assert stuck_at(100, settings, ("identity", "verification")) == pytest.approx(stuck)
    assert stuck_at(100, settings, ("identity",)) == pytest.approx(math.log(100))
    assert is_collapsed([9.0, stuck], stuck)
    assert is_collapsed([stuck + 0.03] * 30, stuck)
    assert not is_collapsed([stuck, stuck - 0.3], stuck)


def test_streams_of_a_run_differ() -> None:
    seeds = {stream_seed(s, p, name) for s in range(3) for p in range(10) for name in ("weights", "batches")}
    assert len(seeds) == 60


@pytest.mark.parametrize(
    "setting",
    [
        {"epochs": -1},
        {"people": 1},
        {"frames": 0},
        {"verification": "cosine"},
        {"learning_rate": 0.0},
        {"warmup": 1.0},
        {"smoothing": 1.0},
        {"weight_decay": -1.0},
        {"erasing": 1.5},
        {"precision": "float8"},
    ],
)
def test_settings_out_of_range_are_refused_by_name(setting: dict) -> None:
    with pytest.raises(InputError, match=next(iter(setting))):
        Training(**setting)
