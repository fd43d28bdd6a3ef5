"""The modern network: its neck, its places, and the weights that it takes."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import mobilenet_v2

from stareid.errors import InputError
from stareid.model import build
from stareid.model.modern import Modern

CLIPS = torch.randn(2, 2, 3, 128, 64, generator=torch.Generator().manual_seed(0))


def modern(**settings) -> Modern:
    torch.manual_seed(0)
    network = build("modern", people=3, **({"size": (64, 32)} | settings))
    assert isinstance(network, Modern)
    return network


@torch.no_grad()
def test_losses_read_what_comes_before_the_neck_and_the_rest_what_comes_after() -> None:
    network = modern(filters=0).eval()
    network.neck.get_buffer("running_mean").fill_(0.5)
    embedding, out = network(CLIPS)
    maps = network.backbone(CLIPS)  # (2, 2, 1280, 2, 1)
    torch.testing.assert_close(out["features"], maps.mean((1, 3, 4)))
    torch.testing.assert_close(out["logits"], network.classifier(network.neck(out["features"])))
    centred = (out["features"] - 0.5) / (1 + network.neck.eps) ** 0.5
    torch.testing.assert_close(embedding, centred / centred.norm(dim=1, keepdim=True))


def test_frames_are_enlarged_to_the_size_that_is_set() -> None:
    with torch.no_grad():
        assert modern(size=(176, 88)).eval()(CLIPS[:1])[1]["attention"].shape == (1, 4, 2, 6, 3)
        assert modern(size=(128, 64)).eval()(CLIPS[:1])[1]["attention"].shape == (1, 4, 2, 4, 2)


@pytest.mark.parametrize(
    ("reading", "numbers"), [("joint-state", 3 * 2 * 1), ("joint-full", 128), ("joint-maps", 1280)]
)
def test_every_reading_has_its_embedding(reading: str, numbers: int) -> None:
    embedding, out = modern(reading=reading).eval()(CLIPS)
    assert embedding.shape == (2, numbers)
    torch.testing.assert_close(out["attention"].sum((2, 3, 4)), torch.ones(2, 4))


def test_without_the_module_no_reading_is_read() -> None:
    with torch.no_grad():
        embedding, out = modern(filters=0, reading="joint-state").eval()(CLIPS)
    assert embedding.shape == (2, 1280)
    assert set(out) == {"features", "logits"}


def test_a_single_pair_can_be_trained_on() -> None:
    network = modern().train()
    (probe, out), (gallery, _) = network.pair(CLIPS[:1], CLIPS[1:])
    together, _ = network(CLIPS)
    assert out["logits"].shape == (1, 3)
    torch.testing.assert_close(torch.cat([probe, gallery]), together)


def test_clips_of_two_lengths_make_a_pair_too() -> None:
    network = modern().eval()
    with torch.no_grad():
        (probe, _), (gallery, _) = network.pair(CLIPS, CLIPS[:, :1])
        torch.testing.assert_close(probe, network(CLIPS)[0])
    assert gallery.shape == probe.shape


@pytest.mark.parametrize("as_file", ["", "weights.safetensors", "weights.pth"])
def test_the_backbone_takes_torchvisions_weights(as_file: str, tmp_path: Path) -> None:
    weights = mobilenet_v2(weights=None).state_dict()
    file = tmp_path / as_file
    if as_file.endswith("safetensors"):
        save_file(weights, file)
    elif as_file:
        torch.save(weights, file)
    network = modern(weights=file if as_file else weights)
    torch.testing.assert_close(
        network.backbone.state_dict()["features.18.0.weight"], weights["features.18.0.weight"]
    )


def test_all_weights_come_back() -> None:
    first = modern().eval()
    with torch.no_grad():
        for parameter in first.parameters():
            parameter.add_(0.01)
        assert torch.equal(modern(weights=first.state_dict()).eval()(CLIPS)[0], first(CLIPS)[0])


def test_weights_that_are_not_there_are_told() -> None:
    with pytest.raises(InputError, match="nowhere.safetensors: there is no such file"):
        build("attention", weights="nowhere.safetensors")
