"""The quick way of computing a step gives what the plain one gives: losses and gradients, written out."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stareid.data import Batch
from stareid.model import build
from stareid.training import Training
from stareid.training.batched import step

PEOPLE = [0, 0, 1, 1, 2, 2]


def convolved(module: nn.Module, maps: Tensor) -> Tensor:
    """A convolution without layouts or plans: every window of the padded maps times the kernel."""
    assert isinstance(module, nn.Conv2d)
    side = module.kernel_size[0]
    height, width = (size + 2 * int(module.padding[0]) - side + 1 for size in maps.shape[-2:])
    windows = F.unfold(maps, side, padding=int(module.padding[0]))
    answer = (module.weight.flatten(1) @ windows).unflatten(2, (height, width))
    return answer if module.bias is None else answer + module.bias[:, None, None]


def maps_of(network: nn.Module, frames: Tensor) -> Tensor:
    """Three blocks in the source's order: squash all, then halve."""
    for block in network.get_submodule("backbone.blocks").children():
        frames = F.max_pool2d(torch.tanh(convolved(block.get_submodule("convolution"), frames)), 2)
    return frames


def attended(network: nn.Module, maps: Tensor, reading: str) -> Tensor:
    """One clip (T, C, H, W) through the module: at first a state of noughts, then all anew at every step."""
    refinement = network.get_submodule("attention.refinement")
    branch, cell = refinement.get_submodule("branch"), refinement.get_submodule("cell")
    steps = 4
    from_state = cell.get_submodule("from_state")
    assert isinstance(from_state, nn.Conv2d)
    h = c = maps.new_zeros(len(maps), from_state.in_channels, *maps.shape[-2:])
    weighted = maps
    for _ in range(steps):
        before = convolved(branch.get_submodule("from_state"), h) + convolved(
            branch.get_submodule("from_maps"), maps
        )
        scores = convolved(branch.get_submodule("score"), torch.tanh(before))
        weighted = maps * (scores.exp() / scores.exp().sum()) * scores.numel()
        gates = convolved(cell.get_submodule("from_input"), weighted) + convolved(from_state, h)
        i, f, o, g = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h if reading == "joint-full" else weighted


def plain_loss(network: nn.Module, clips: Tensor, reading: str) -> Tensor:
    """Identity and soft batch-hard losses, clip by clip and pair by pair."""
    features = []
    for clip in clips:
        maps = maps_of(network, clip)
        maps = maps if reading == "none" else attended(network, maps, reading)
        averaged = maps.mean(0).permute(1, 2, 0).flatten()
        features.append(network.get_submodule("embedding")(averaged))
    total = torch.zeros((), dtype=clips.dtype)
    for number, feature in enumerate(features):
        logits = network.get_submodule("classifier")(feature)
        total = total - logits.log_softmax(0)[PEOPLE[number]]
        apart = [(feature - other).square().sum().clamp_min(1e-12).sqrt() for other in features]
        near = max(
            (d for d, who in zip(apart, PEOPLE, strict=True) if who == PEOPLE[number]), key=Tensor.item
        )
        far = min((d for d, who in zip(apart, PEOPLE, strict=True) if who != PEOPLE[number]), key=Tensor.item)
        total = total + torch.log1p(torch.exp(near - far))
    return total / len(PEOPLE)


@pytest.mark.parametrize("reading", ["none", "joint-hidden", "joint-full"])
def test_loss_and_gradients_are_those_of_the_plain_way(reading: str) -> None:
    torch.manual_seed(0)
    known = "joint-hidden" if reading == "none" else reading
    filters = 0 if reading == "none" else 3
    network = build("attention", reading=known, filters=filters, people=3, dropout=0.0, drawn=True)
    network = network.to(memory_format=torch.channels_last)
    clips = torch.rand(len(PEOPLE), 2, 3, 56, 40)
    quick = step(network, Batch(clips, torch.tensor(PEOPLE)), Training(), frozen(network))

    network.zero_grad()
    network, clips = network.double(), clips.double()
    expected = plain_loss(network, clips, reading)
    expected.backward()
    wanted = {name: p.grad.clone() for name, p in network.named_parameters() if p.grad is not None}
    assert math.isclose(quick.item(), expected.item(), abs_tol=1e-5)

    step(network, Batch(clips, torch.tensor(PEOPLE)), Training(), frozen(network))
    found = {name: p.grad for name, p in network.named_parameters() if p.grad is not None}
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-10)


def frozen(network: nn.Module) -> torch.optim.Optimizer:
    """An optimiser that leaves the weights where they are, so that the gradients can be looked at."""
    return torch.optim.SGD(network.parameters(), 0.0)
