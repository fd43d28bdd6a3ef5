"""Training: the whole loop against a bare product, attention against none, batches against pairs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from stareid import training
from stareid.bench import operations
from stareid.bench.ratio import in_turns, ratio, rounded
from stareid.bench.scale import Scale
from stareid.data import Clips, Dataset
from stareid.model import build
from stareid.training import Pairwise, Training

SIZE = (56, 40)  # of a frame as the network takes it


def small(people: int, reading: str = "joint-hidden", filters: int = 0) -> nn.Module:
    """A fresh small network."""
    torch.manual_seed(0)
    return build("attention", reading=reading, filters=filters, people=people, dropout=0.3)


def loop(network: nn.Module, clips: Clips, settings: Training | Pairwise) -> Callable[[], training.History]:
    """The whole training loop: sampling, augmenting, losses, optimiser, progress."""
    return lambda: training.train(network, clips, settings, torch.Generator().manual_seed(0))


def epochs(scale: Scale, people: int) -> Training:
    """As many whole epochs as make about `scale.steps` steps."""
    steps = -(-people // scale.people)
    return Training(epochs=max(1, round(scale.steps / steps)), people=scale.people, frames=scale.frames)


def loop_gemm(clips: Clips, scale: Scale) -> dict[str, dict[str, Any]]:
    """Operations a second of the whole loop without attention over those of a matrix product.

    `loop_gemm` counts what the layers are defined to do, so that doing less for the same numbers counts;
    `loop_gemm_on_picture` leaves out the taps that fall on padding.
    """
    people = len(clips.people)
    network, settings = small(people), epochs(scale, people)
    matrix = torch.rand(scale.matrix, scale.matrix)
    ours, bare = in_turns([loop(network, clips, settings), lambda: matrix @ matrix], scale.repeats)
    figures = {}
    for name, on_picture in (("loop_gemm", False), ("loop_gemm_on_picture", True)):
        step = operations.training_step(network, 2 * people, scale.frames, SIZE, on_picture=on_picture)
        figures[name] = ratio(
            [settings.epochs * step / spent / 1e9 for spent in ours],
            [operations.product(scale.matrix) / spent / 1e9 for spent in bare],
        )
    return figures


def overheads(clips: Clips, scale: Scale) -> dict[str, dict[str, Any]]:
    """The time of a step with three filters over that without any, for the two main readings."""
    people = len(clips.people)
    settings = epochs(scale, people)
    networks = [small(people), *(small(people, reading, 3) for reading in ("joint-hidden", "joint-full"))]
    none, hidden, full = in_turns([loop(net, clips, settings) for net in networks], scale.repeats)
    return {
        "attention_overhead_hidden": ratio(hidden, none),
        "attention_overhead_full": ratio(full, none),
    }


def speedup(
    dataset: Dataset, clips: Clips, scale: Scale, frames_in_pairs: float, frames_in_batches: float
) -> dict[str, Any]:
    """The seconds that the recipe in pairs takes to a rank-1 over those that the recipe in batches takes.

    The frames that each needs are those of two committed runs; the frames a second are measured here.
    """
    people = clips.people
    few = Clips(dataset, people[: max(2, scale.pairs // 2)])  # an epoch in pairs is two steps a person
    in_batches = replace(epochs(scale, len(people)), people=32, frames=4)  # as in the committed run
    network, network_of_few = small(len(people)), small(len(few.people))
    rates: list[tuple[float, float]] = []
    for _ in range(scale.repeats):
        pairs = loop(network_of_few, few, Pairwise(epochs=1))().frames_per_second
        rates.append((pairs, loop(network, clips, in_batches)().frames_per_second))
    return ratio(
        [frames_in_pairs / pairs for pairs, _ in rates], [frames_in_batches / batch for _, batch in rates]
    )


def crowds(dataset: Dataset, everybody: tuple[str, ...], scale: Scale) -> dict[str, float]:
    """Seconds of an epoch per training person, over those with the fewest people: 1 where time is linear."""
    each = []
    for count in scale.crowds:
        clips = Clips(dataset, everybody[:count])
        settings = Training(epochs=1, people=scale.people, frames=scale.frames)
        (times,) = in_turns([loop(small(count), clips, settings)], scale.repeats)
        each.append(sorted(times)[len(times) // 2] / count)
    return {str(count): rounded(time / each[0]) for count, time in zip(scale.crowds, each, strict=True)}
