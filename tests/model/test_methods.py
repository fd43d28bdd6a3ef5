"""What every method promises: its size, what comes out, and how it treats batches, pairs and the order."""

import pytest
import torch

from stareid.model import METHODS, build
from stareid.model.network import Siamese

PEOPLE = 7
PARAMETERS = {  # with 150 people
    ("attention", 5): 800 + 386_838 + 3 * (32 * 9 + 1) + 81 + 27 + 12 * (32 * 9 + 1) + 3 * 12 * 9,
    ("mclaughlin", 3): 403_478,
    ("mclaughlin", 5): 404_278,  # as the source
}


def clips_for(network: Siamese, batch: int = 2, frames: int = 4, seed: int = 0) -> torch.Tensor:
    """Clips of the size that a network takes."""
    size = (56, 40) if network.preparation == "mclaughlin" else (128, 64)
    return torch.rand(batch, frames, 3, *size, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module", params=METHODS)
def network(request: pytest.FixtureRequest) -> Siamese:
    torch.manual_seed(0)
    network = build(request.param, people=PEOPLE).eval()
    assert isinstance(network, Siamese)
    return network


@pytest.mark.parametrize(("method", "channels"), PARAMETERS)
def test_every_method_has_exactly_its_parameters(method: str, channels: int) -> None:
    with torch.device("meta"):  # counts without holding them
        parameters = build(method, channels=channels).parameters()
    assert sum(p.numel() for p in parameters) == PARAMETERS[method, channels]


def test_no_method_is_left_out_of_the_count() -> None:
    assert {method for method, _ in PARAMETERS} == set(METHODS)


def test_a_step_backward_reaches_every_parameter(network: Siamese) -> None:
    embedding, out = network(clips_for(network))
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
def test_the_two_branches_are_one_network(network: Siamese) -> None:
    probes, galleries = clips_for(network), clips_for(network, seed=1)
    forth, back = network.compare(probes, galleries), network.compare(galleries, probes)
    assert forth.shape == (2,)
    assert network.compare(probes, probes).abs().max() < 1e-5
    (probe, _), (gallery, _) = network.pair(probes, galleries)
    torch.testing.assert_close(forth, (probe - gallery).square().sum(1).sqrt())
    torch.testing.assert_close(forth, back)
    torch.testing.assert_close(probe, network(probes)[0])


@torch.no_grad()
def test_embeddings_have_length_one_where_the_method_says_so(network: Siamese) -> None:
    embedding, out = network(clips_for(network))
    if network.normalised:
        torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))
    else:
        torch.testing.assert_close(embedding, out["features"])
