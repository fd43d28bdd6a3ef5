"""The attention against the equations, computed again in plain NumPy, float64."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from stareid.model import build
from stareid.model.build import attention
from torch import nn

B, T, C, H, W = 2, 3, 32, 10, 8


def random_module(reading: str, filters: int, steps: int = 3, rescale: bool = True) -> nn.Module:
    """An attention module whose weights are all random, V_a too."""
    module = attention(reading, filters, steps=steps, rescale=rescale).double()
    generator = torch.Generator().manual_seed(filters)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return module


def maps_of(seed: int = 0) -> torch.Tensor:
    return torch.randn(B, T, C, H, W, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def convolve(weight: np.ndarray, bias: np.ndarray | float, maps: np.ndarray) -> np.ndarray:
    """A 3 x 3 convolution that keeps the size, one output at a time: (C, H, W) -> (O, H, W)."""
    planes = [sum(correlate2d(m, w, mode="same") for m, w in zip(maps, ws, strict=True)) for ws in weight]
    return np.stack(planes) + np.reshape(bias, (-1, 1, 1))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def reference(
    module: nn.Module, clip: np.ndarray, steps: int, positions: int
) -> tuple[list, np.ndarray, np.ndarray]:
    """Maps of all steps, attended maps and state after the last, for one clip (T, C, H, W)."""
    p = {name: value.detach().numpy() for name, value in module.refinement.named_parameters()}
    hidden = p["cell.from_state.weight"].shape[1]
    h = np.zeros((len(clip), hidden, H, W))
    c = np.zeros_like(h)
    maps = []
    for _ in range(steps):
        inner = [
            convolve(p["branch.from_state.weight"], 0, h[t])
            + convolve(p["branch.from_maps.weight"], p["branch.from_maps.bias"], clip[t])
            for t in range(len(clip))
        ]
        z = np.stack([convolve(p["branch.score.weight"], 0, np.tanh(x))[0] for x in inner])
        a = np.exp(z) / np.exp(z).sum()
        maps.append(a)
        attended = positions * a[:, None] * clip
        for t in range(len(clip)):
            gates = convolve(p["cell.from_input.weight"], p["cell.from_input.bias"], attended[t]) + convolve(
                p["cell.from_state.weight"], 0, h[t]
            )
            i, f, o, g = np.split(gates, 4)
            c[t] = sigmoid(f) * c[t] + sigmoid(i) * np.tanh(g)
            h[t] = sigmoid(o) * np.tanh(c[t])
    return maps, attended, h


@pytest.mark.parametrize("rescale", [True, False])
@pytest.mark.parametrize("filters", [1, 3])
@pytest.mark.parametrize("reading", ["joint-hidden", "joint-full"])
def test_the_module_computes_the_equations(reading: str, filters: int, rescale: bool) -> None:
    module, maps = random_module(reading, filters, rescale=rescale), maps_of()
    with torch.no_grad():
        result, out = module(maps)
    for b in range(B):
        steps, attended, state = reference(module, maps[b].numpy(), 3, T * H * W if rescale else 1)
        np.testing.assert_allclose(out["attention"][b].numpy(), np.stack(steps), atol=1e-6)
        expected = attended if reading == "joint-hidden" else state
        np.testing.assert_allclose(result[b].numpy(), expected, atol=1e-6)
    assert np.abs(np.diff(out["attention"].numpy(), axis=1)).max() > 1e-6  # the steps do refine


@pytest.mark.parametrize("reading", ["joint-hidden", "joint-full"])
def test_attention_sums_to_one_over_frames_and_pixels(reading: str) -> None:
    with torch.no_grad():
        _, out = random_module(reading, 2)(maps_of())
    attention_maps = out["attention"]
    assert (attention_maps >= 0).all()
    torch.testing.assert_close(attention_maps.sum((2, 3, 4)), torch.ones(B, 3, dtype=torch.float64))
    torch.testing.assert_close(out["temporal_attention"], attention_maps.sum((3, 4)))


@pytest.mark.parametrize("reading", ["joint-hidden", "joint-full"])
def test_permuting_frames_permutes_the_attention_and_keeps_the_embedding(reading: str) -> None:
    network = build("attention", reading=reading, people=5).double().eval()
    network.attention = random_module(reading, 3)
    clips = torch.randn(2, 4, 3, 56, 40, dtype=torch.float64)
    order = [2, 0, 3, 1]
    with torch.no_grad():
        embedding, out = network(clips)
        permuted, permuted_out = network(clips[:, order])
    torch.testing.assert_close(permuted, embedding)
    torch.testing.assert_close(permuted_out["attention"], out["attention"][:, :, order])


def test_hidden_attention_starts_as_no_attention() -> None:
    module = attention("joint-hidden", 3, steps=4, rescale=True).double()
    maps = maps_of()
    with torch.no_grad():
        attended, out = module(maps)
    torch.testing.assert_close(attended, maps)
    torch.testing.assert_close(
        out["attention"], torch.full((B, 4, T, H, W), 1 / (T * H * W), dtype=torch.float64)
    )


@pytest.mark.parametrize("reading", ["joint-hidden", "joint-full"])
def test_every_parameter_of_the_module_learns(reading: str) -> None:
    module = random_module(reading, 2)
    result, _ = module(maps_of())
    result.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in module.parameters())
