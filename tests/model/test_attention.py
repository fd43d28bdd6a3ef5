"""The attention against the equations, computed again in plain NumPy, float64."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from torch import nn

from stareid.model import READINGS, build
from stareid.model.build import attention

B, T, C, H, W = 2, 3, 32, 10, 8
JOINT = ["joint-state", "joint-maps", "joint-hidden", "joint-full"]  # and blind to the order


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


class Reference:
    """The parts of the equations, with the weights of a module, for one frame at a time."""

    def __init__(self, parts: nn.Module) -> None:
        self.p = {name: value.detach().numpy() for name, value in parts.named_parameters()}
        self.hidden = self.p["cell.from_state.weight"].shape[1]

    def scores(self, frame: np.ndarray, h: np.ndarray) -> np.ndarray:
        p = self.p
        inner = convolve(p["branch.from_state.weight"], 0, h) + convolve(
            p["branch.from_maps.weight"], p["branch.from_maps.bias"], frame
        )
        return convolve(p["branch.score.weight"], 0, np.tanh(inner))  # (n, H, W)

    def cell(self, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        p = self.p
        gates = convolve(p["cell.from_input.weight"], p["cell.from_input.bias"], x) + convolve(
            p["cell.from_state.weight"], 0, h
        )
        i, f, o, g = np.split(gates, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c


def joint(module: nn.Module, clip: np.ndarray, steps: int, positions: int, walks: bool = False):
    """Maps (K, T, n, H, W), attended maps and state after the last step, for one clip (T, C, H, W).

    With `walks` a frame goes on from the state of the frame before, the first from the last one's.
    """
    reference = Reference(module.get_submodule("refinement"))
    h = np.zeros((len(clip), reference.hidden, H, W))
    c = np.zeros_like(h)
    maps = []
    for _ in range(steps):
        exps = np.exp(
            np.stack([reference.scores(frame, state) for frame, state in zip(clip, h, strict=True)])
        )
        maps.append(exps / exps.sum((0, 2, 3), keepdims=True))
        attended = np.mean([positions * maps[-1][:, m, None] * clip for m in range(exps.shape[1])], axis=0)
        for t in range(len(clip)):
            before = t - 1 if walks else t  # of the first frame: -1, the last
            h[t], c[t] = reference.cell(attended[t], h[before], c[before])
    return np.stack(maps), attended, h


def framewise(module: nn.Module, clip: np.ndarray, steps: int, positions: int):
    """Maps (K, T, H, W) and the state that each frame leaves, for one clip (T, C, H, W)."""
    reference = Reference(module)
    h = c = np.zeros((reference.hidden, H, W))
    maps, states = np.zeros((steps, len(clip), H, W)), []
    for t, frame in enumerate(clip):
        for k in range(steps):
            exps = np.exp(reference.scores(frame, h)[0])
            maps[k, t] = exps / exps.sum()
            h, c = reference.cell(positions * maps[k, t] * frame, h, c)
        states.append(h)
    return maps, np.stack(states)


@pytest.mark.parametrize(
    ("reading", "filters", "rescale"),
    [
        ("joint-hidden", 1, True),
        ("joint-hidden", 3, False),
        ("joint-state", 2, True),
        ("joint-maps", 1, True),
        ("joint-maps", 3, True),
        ("joint-full", 2, True),
        ("joint-walk", 2, True),
    ],
)
def test_a_joint_reading_computes_the_equations(reading: str, filters: int, rescale: bool) -> None:
    module, maps = random_module(reading, filters, rescale=rescale), maps_of()
    with torch.no_grad():
        result, out = module(maps)
    for b in range(B):
        positions = T * H * W if rescale else 1
        steps, attended, state = joint(module, maps[b].numpy(), 3, positions, walks=reading == "joint-walk")
        np.testing.assert_allclose(out["attention"][b].numpy(), steps.mean(2), atol=1e-6)
        expected = state if reading in ("joint-state", "joint-full") else attended
        np.testing.assert_allclose(result[b].numpy(), expected, atol=1e-6)
        if reading == "joint-maps":
            np.testing.assert_allclose(out["attention_maps"][b].numpy(), steps.swapaxes(1, 2), atol=1e-6)
    assert np.abs(np.diff(out["attention"].numpy(), axis=1)).max() > 1e-6  # the steps do refine


@pytest.mark.parametrize("rescale", [True, False])
def test_the_framewise_reading_computes_the_equations(rescale: bool) -> None:
    module, maps = random_module("framewise", 2, rescale=rescale), maps_of()
    with torch.no_grad():
        result, out = module(maps)
    for b in range(B):
        steps, states = framewise(module, maps[b].numpy(), 3, H * W if rescale else 1)
        assert np.abs(np.diff(steps, axis=0)).max() > 1e-6  # the steps do refine
        np.testing.assert_allclose(out["attention"][b].numpy(), steps, atol=1e-6)
        np.testing.assert_allclose(result[b].numpy(), states, atol=1e-6)


def test_on_one_picture_without_rescaling_the_framewise_reading_is_the_cell_of_cornia() -> None:
    """Cornia et al. (2018): K steps on the same picture, a softmax over it, no factor, the last state."""
    module, maps = random_module("framewise", 3, rescale=False), maps_of()[:1, :1]
    reference, h, c = Reference(module), np.zeros((32, H, W)), np.zeros((32, H, W))
    picture = maps[0, 0].numpy()
    for _ in range(3):
        exps = np.exp(reference.scores(picture, h)[0])
        h, c = reference.cell(exps / exps.sum() * picture, h, c)
    with torch.no_grad():
        np.testing.assert_allclose(module(maps)[0][0, 0].numpy(), h, atol=1e-6)


def test_framewise_attention_sums_to_one_over_each_frame_and_minds_the_order() -> None:
    module, maps = random_module("framewise", 3), maps_of()
    with torch.no_grad():
        result, out = module(maps)
        turned, _ = module(maps.flip(1))
    torch.testing.assert_close(out["attention"].sum((3, 4)), torch.ones(B, 3, T, dtype=torch.float64))
    assert "temporal_attention" not in out
    assert (result.mean(1) - turned.mean(1)).abs().max() > 1e-4


def test_the_walk_minds_the_order() -> None:
    module, maps = random_module("joint-walk", 3), maps_of()
    with torch.no_grad():
        assert (module(maps)[0].mean(1) - module(maps.flip(1))[0].mean(1)).abs().max() > 1e-4


@pytest.mark.parametrize("reading", READINGS)
def test_more_filters_are_more_parameters(reading: str) -> None:
    sizes = [sum(p.numel() for p in random_module(reading, n).parameters()) for n in (1, 2, 3, 4)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("reading", [*JOINT, "joint-walk"])
def test_attention_sums_to_one_over_frames_and_pixels(reading: str) -> None:
    with torch.no_grad():
        _, out = random_module(reading, 2)(maps_of())
    attention_maps = out["attention"]
    assert (attention_maps >= 0).all()
    torch.testing.assert_close(attention_maps.sum((2, 3, 4)), torch.ones(B, 3, dtype=torch.float64))
    torch.testing.assert_close(out["temporal_attention"], attention_maps.sum((3, 4)))


@pytest.mark.parametrize("reading", JOINT)
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


@pytest.mark.parametrize("reading", ["joint-hidden", "joint-maps", "joint-walk"])
def test_attended_maps_start_as_no_attention(reading: str) -> None:
    module = attention(reading, 3, steps=4, rescale=True).double()
    maps = maps_of()
    with torch.no_grad():
        attended, out = module(maps)
    torch.testing.assert_close(attended, maps)
    torch.testing.assert_close(
        out["attention"], torch.full((B, 4, T, H, W), 1 / (T * H * W), dtype=torch.float64)
    )


@pytest.mark.parametrize("reading", READINGS)
def test_every_parameter_of_the_module_learns(reading: str) -> None:
    module = random_module(reading, 2)
    result, _ = module(maps_of())
    result.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in module.parameters())


@pytest.mark.parametrize("drawn", [False, True])
def test_scores_start_at_nought_or_drawn(drawn: bool) -> None:
    _, out = build("attention", filters=3, drawn=drawn).eval()(torch.randn(1, 2, 3, 56, 40))
    assert torch.allclose(out["attention"], torch.tensor(1 / (2 * 10 * 8))) != drawn
