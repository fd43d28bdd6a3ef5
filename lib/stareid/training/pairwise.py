"""McLaughlin et al.'s recipe (CVPR 2016, released code): one pair a step, a hinge, plain descent."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from stareid.data import Clips, Pair
from stareid.training.history import Recipe, Step
from stareid.training.losses import identity, siamese, wanted
from stareid.training.settings import Pairwise

MOMENTUM = 0.9
CLAMP = 5.0  # of every single element of the gradient


def pairwise(network: nn.Module, source: Clips, settings: Pairwise, generator: torch.Generator) -> Recipe:
    """A training in pairs: an epoch has two steps for each person."""
    optimiser = dampened(network, settings.learning_rate)

    def epoch() -> Iterator[Step]:
        for one, other in couples(len(source.people), generator):
            pair = source.pair(one, other, settings.frames, generator)
            yield step(network, pair, settings, optimiser), 2 * pair.probe.shape[1]

    return Recipe(epoch, stuck_at(len(source.people), settings, wanted(network)))


def couples(people: int, generator: torch.Generator) -> Iterator[tuple[int, int]]:
    """Who is paired with whom in an epoch: two different people, then one with themselves, and so on.

    The different ones are drawn at random each time, the same ones come in a random order, each once.
    """
    for person in torch.randperm(people, generator=generator).tolist():
        one = int(torch.randint(people, (), generator=generator))
        other = int(torch.randint(people - 1, (), generator=generator))
        yield one, other + (other >= one)
        yield person, person


def dampened(network: nn.Module, learning_rate: float) -> torch.optim.SGD:
    r"""Descent as Torch7 had it: $w \leftarrow w - \eta u$ with $u \leftarrow 0.9\,u + 0.1\,g$, at first $g$.

    There the dampening is the momentum unless one says otherwise. Without any, steps are ten times as large.
    """
    return torch.optim.SGD(network.parameters(), learning_rate, momentum=MOMENTUM, dampening=MOMENTUM)


def step(network: nn.Module, pair: Pair, settings: Pairwise, optimiser: torch.optim.Optimizer) -> Tensor:
    r"""One step down $E(v_i, v_j) + I(v_i) + I(v_j)$, as far as the network wants it; the loss before."""
    sides = network.pair(pair.probe, pair.gallery)  # type: ignore[operator]
    outs = [out for _, out in sides]
    loss = sum((identity(out, who) for out, who in zip(outs, pair.people, strict=True)), torch.zeros(()))
    if "verification" in wanted(network):
        same = bool(pair.people[0] == pair.people[1])
        loss = loss + siamese(*(out["features"] for out in outs), same=same, margin=settings.margin)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_value_(network.parameters(), CLAMP)
    optimiser.step()
    return loss.detach()


def stuck_at(people: int, settings: Pairwise, losses: tuple[str, ...]) -> float:
    """The mean loss while all features are equal: 2 ln(people), and the margin for every other pair."""
    return 2 * math.log(people) + ("verification" in losses) * settings.margin / 2
