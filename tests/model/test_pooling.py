"""The two poolings of ASTPN against plain NumPy, float64."""

import numpy as np
import torch

from stareid.model import build
from stareid.model.pooling import AttentivePooling
from stareid.model.pyramid import PyramidBlock
from stareid.model.recurrent import RecurrentNetwork

CLIPS = torch.randn(2, 3, 3, 56, 40, generator=torch.Generator().manual_seed(0))
OTHERS = torch.randn(2, 5, 3, 56, 40, generator=torch.Generator().manual_seed(1))


def softmax(scores: np.ndarray) -> np.ndarray:
    return np.exp(scores) / np.exp(scores).sum()


def test_attentive_pooling_computes_its_equation() -> None:
    pooling = AttentivePooling(4).double()
    probes, galleries = torch.randn(2, 3, 4, dtype=torch.float64), torch.randn(2, 5, 4, dtype=torch.float64)
    u = pooling.get_parameter("affinity.weight").detach().numpy()
    with torch.no_grad():
        pooled = [side.numpy() for side in pooling(probes, galleries)]
    for b, (p, g) in enumerate(zip(probes.numpy(), galleries.numpy(), strict=True)):
        affinity = np.tanh(p @ u @ g.T)  # (3, 5)
        np.testing.assert_allclose(pooled[0][b], softmax(affinity.max(1)) @ p, atol=1e-6)
        np.testing.assert_allclose(pooled[1][b], softmax(affinity.max(0)) @ g, atol=1e-6)


def test_the_pyramid_takes_the_maxima_of_its_fields() -> None:
    block = PyramidBlock(2, 3, levels=(2, 1)).double()
    maps = torch.randn(1, 2, 2, 4, 6, dtype=torch.float64)  # 8 x 10 after the convolution
    with torch.no_grad():
        squashed = torch.tanh(block.convolution(maps[0])).numpy()
        pooled = block(maps)[0].numpy()
    for t, frame in enumerate(squashed):
        quarters = [[frame[c, y : y + 4, x : x + 5].max() for y in (0, 4) for x in (0, 5)] for c in range(3)]
        np.testing.assert_allclose(pooled[t], [*np.ravel(quarters), *frame.max((1, 2))])


def test_the_pyramid_of_the_source_has_2720_numbers_a_frame() -> None:
    with torch.no_grad():
        assert build("astpn").get_submodule("backbone")(CLIPS).shape == (2, 3, 2_720)


@torch.no_grad()
def test_a_pair_is_pooled_together_and_a_sequence_alone_with_itself() -> None:
    torch.manual_seed(0)
    network = build("astpn").eval()
    assert isinstance(network, RecurrentNetwork)
    for parameter in network.pooling.parameters():
        parameter.mul_(10)  # so that affinities differ
    (probes, out), (galleries, _) = network.pair(CLIPS, OTHERS)
    alone, of_itself = network(CLIPS)[0], network.pair(CLIPS, CLIPS)[0][0]
    torch.testing.assert_close(alone, of_itself)
    assert (probes - alone).abs().max() > 1e-6
    torch.testing.assert_close(out["logits"], network.classifier(probes))
    torch.testing.assert_close(network.compare(CLIPS, OTHERS), (probes - galleries).norm(dim=1))
