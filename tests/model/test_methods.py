"""What every method promises: its size, what comes out, and how it treats batches, pairs and the order."""

from importlib import import_module

import pytest
import torch

from stareid.errors import InputError
from stareid.model import METHODS, build
from stareid.model.network import Siamese

PEOPLE = 7
PARAMETERS = {  # with 150 people
    ("attention", 5): 800 + 386_838 + 3 * (32 * 9 + 1) + 81 + 27 + 12 * (32 * 9 + 1) + 3 * 12 * 9,
    ("mclaughlin", 3): 403_478,
    ("mclaughlin", 5): 404_278,  # as the source
    ("astpn", 5): 404_278 + 128 * (2_720 - 2_560) + 128 * 128,  # the pyramid, and U
    ("compact", 5): 4 * (2_016 + 12_832 + 25_632) + 327_808 + 19_350,
    ("ide_xqda", 3): 386_838,
    ("rfa", 3): 2_048 * (58_950 + 1 + 512) + 150 * 513,
    # MobileNetV2 without its classifier, the module for 1,280 channels, neck and classifier
    ("modern", 3): 2_223_872 + 3 * (1_280 * 9 + 1) + 81 + 27 + 12 * (1_280 * 9 + 1) + 324 + 2_560 + 192_000,
}
ORDER_MATTERS = ("mclaughlin", "astpn", "compact", "rfa")


def clips_for(network: Siamese, batch: int = 2, frames: int = 4, seed: int = 0) -> torch.Tensor:
    """Clips of the size that a network takes."""
    size = (56, 40) if network.preparation == "mclaughlin" else (128, 64)
    return torch.rand(batch, frames, 3, *size, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module", params=METHODS)
def method(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def network(method: str) -> Siamese:
    """Every method in turn, `rfa` with nodes of 8 numbers: in its full size it takes a gigabyte to train."""
    torch.manual_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("stareid.model.build"), "NODE", 8)
        network = build(method, people=PEOPLE, size=(64, 32)).eval()
    assert isinstance(network, Siamese)
    return network


@pytest.mark.parametrize(("method", "channels"), PARAMETERS)
def test_every_method_has_exactly_its_parameters(method: str, channels: int) -> None:
    network = build(method, channels=channels)
    assert sum(p.numel() for p in network.parameters()) == PARAMETERS[method, channels]


def test_no_method_is_left_out_of_the_count() -> None:
    assert {method for method, _ in PARAMETERS} == set(METHODS)


def test_a_step_backward_reaches_every_parameter(network: Siamese) -> None:
    embedding, out = network.train()(clips_for(network))
    network.eval()
    assert embedding.shape == out["features"].shape
    assert out["logits"].shape == (2, PEOPLE)
    (out["logits"].square().sum() + out["features"].square().sum()).backward()
    without = [name for name, p in network.named_parameters() if p.requires_grad and p.grad is None]
    network.zero_grad()
    assert not without


@torch.no_grad()
@pytest.mark.parametrize("frames", [1, 2, 7])
def test_clips_of_any_length_become_embeddings_of_one_size(network: Siamese, frames: int) -> None:
    assert network(clips_for(network, 1, frames))[0].shape == network(clips_for(network, 1))[0].shape


@torch.no_grad()
def test_an_embedding_does_not_depend_on_its_batch(network: Siamese) -> None:
    clips = clips_for(network, 3)
    torch.testing.assert_close(network(clips)[0][1:2], network(clips[1:2])[0], rtol=0, atol=1e-5)


@torch.no_grad()
def test_the_two_branches_are_one_network(network: Siamese, method: str) -> None:
    probes, galleries = clips_for(network), clips_for(network, seed=1)
    (probe, _), (gallery, _) = network.pair(probes, galleries)
    forth, back = network.compare(probes, galleries), network.compare(galleries, probes)
    torch.testing.assert_close(forth, (probe - gallery).square().sum(1).sqrt())
    if method != "astpn":  # which asks different questions of a probe and of what it is compared with
        torch.testing.assert_close(probe, network(probes)[0])
        torch.testing.assert_close(forth, back)
        assert network.compare(probes, probes).abs().max() < 1e-5


@torch.no_grad()
def test_embeddings_have_length_one_where_the_method_says_so(network: Siamese) -> None:
    embedding, out = network(clips_for(network))
    if network.normalised:
        torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))
    else:
        torch.testing.assert_close(embedding, out["features"])


@torch.no_grad()
def test_frames_may_be_shuffled_where_the_method_is_blind_to_order(network: Siamese, method: str) -> None:
    clips = clips_for(network)
    shuffled = clips[:, [2, 0, 3, 1]]
    difference = (network(clips)[0] - network(shuffled)[0]).abs().max()
    assert (difference > 1e-5) == (method in ORDER_MATTERS)


@torch.no_grad()
def test_frame_logits_average_to_the_logits(network: Siamese, method: str) -> None:
    _, out = network(clips_for(network))
    assert ("frame_logits" in out) == (method in ("ide_xqda", "rfa"))
    if "frame_logits" in out:
        torch.testing.assert_close(out["frame_logits"].mean(1), out["logits"])


@pytest.mark.parametrize("method", ["rfa", "modern"])
def test_flow_is_refused_where_there_is_no_use_for_it(method: str) -> None:
    with pytest.raises(InputError, match=f"channels is 5: {method} takes 3"):
        build(method, channels=5)


def test_the_maximum_over_time_is_what_ide_keeps() -> None:
    network = build("ide_xqda", people=PEOPLE).eval()
    assert isinstance(network, Siamese)
    clips = clips_for(network)
    with torch.no_grad():
        frames = torch.stack([network(clips[:, t : t + 1])[0] for t in range(4)])
        torch.testing.assert_close(network(clips)[0], frames.amax(0))
