"""What the batched recipe does with networks that want less, or more, than the paper's."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from stareid import data
from stareid.data import Batch, Clips
from stareid.model import build
from stareid.training import Training, generator, train
from stareid.training.batched import erased, step


class Linear(nn.Module):
    """Features that are clips added up, and logits that depend on other weights."""

    def __init__(self, losses: tuple[str, ...]) -> None:
        super().__init__()
        self.losses = losses
        self.features = nn.Linear(3, 2)
        self.classifier = nn.Linear(3, 4)

    def forward(self, clips: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        values = clips.mean((1, 3, 4))
        features = self.features(values)
        return features, {"features": features, "logits": self.classifier(values)}


@pytest.mark.parametrize("losses", [("identity", "verification"), ("identity",)])
def test_a_network_is_trained_with_the_losses_that_it_wants(losses: tuple[str, ...]) -> None:
    network = Linear(losses)
    clips = torch.rand(4, 2, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    batch = Batch(clips, torch.tensor([0, 0, 1, 1]))
    step(network, batch, Training(), torch.optim.SGD(network.parameters(), 0.1))
    assert network.classifier.weight.grad is not None
    assert (network.features.weight.grad is not None) == ("verification" in losses)


def test_an_erased_box_is_the_same_in_all_frames_of_a_clip() -> None:
    clips = torch.rand(20, 3, 2, 16, 12) + 0.5
    torch.manual_seed(0)
    hidden = erased(clips, 0.5) == 0
    assert (hidden == hidden[:, :1, :1]).all()
    share = hidden[:, 0, 0].flatten(1).any(1).float().mean().item()
    assert 0.2 < share < 0.8
    assert torch.equal(erased(clips, 0.0), clips)


def test_erasing_and_neighbours_are_trained_with(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = Clips(dataset, dataset.splits[0].train)
    settings = Training(epochs=1, people=4, frames=3, erasing=0.5, neighbours=True, augmented=False)
    history = train(Linear(("identity",)), clips, settings, generator(0, 0, "batches"))
    assert history.frames == 4 * 2 * 3


def small(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return build("attention", reading="joint-full", filters=2, people=4, dropout=0.0)


def test_low_precision_changes_little_and_its_losses_are_float32(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = Clips(dataset, dataset.splits[0].train)
    losses, seen = {}, []
    for precision in ("float32", "bfloat16"):
        network = small()
        network.get_submodule("backbone").register_forward_hook(lambda _, __, maps: seen.append(maps.dtype))
        settings = Training(epochs=3, people=4, frames=3, precision=precision)
        history = train(network, clips, settings, generator(0, 0, "batches"))
        losses[precision] = torch.tensor(history.loss)
        assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}
    assert set(seen[:3]) == {torch.float32} and set(seen[3:]) == {torch.bfloat16}
    assert not torch.equal(losses["float32"], losses["bfloat16"])
    torch.testing.assert_close(losses["float32"], losses["bfloat16"], rtol=0.02, atol=0.02)


def test_compiling_is_asked_for_and_leaves_the_names_of_the_weights(tree: Path, monkeypatch) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = Clips(dataset, dataset.splits[0].train)
    compiled = nn.Module.compile
    monkeypatch.setattr(
        nn.Module, "compile", lambda self: compiled(self, backend="eager")
    )  # needs no compiler
    plain, fast = small(), small()
    for network, wanted in ((plain, False), (fast, True)):
        settings = Training(epochs=1, people=4, frames=3, compiled=wanted)
        train(network, clips, settings, generator(0, 0, "batches"))
    assert fast._compiled_call_impl is not None and plain._compiled_call_impl is None
    assert list(fast.state_dict()) == list(plain.state_dict())
    for one, other in zip(plain.parameters(), fast.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_settings_that_older_results_do_not_know_are_left_out() -> None:
    assert set(Training().config()) == {
        "epochs", "people", "frames", "verification", "smoothing", "learning_rate", "warmup", "weight_decay",
    }  # fmt: skip
    assert Training(erasing=0.5, neighbours=True).config()["erasing"] == 0.5
    assert Training(augmented=False).config()["augmented"] is False


def test_a_warm_up_of_a_single_step_is_no_division_by_nought(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = Clips(dataset, dataset.splits[0].train)
    network = Linear(("identity",))
    network.classifier = nn.Linear(3, len(clips.people))
    history = train(
        network, clips, Training(epochs=2, people=99, frames=2, warmup=0.5), generator(0, 0, "batches")
    )
    assert len(history.loss) == 2
