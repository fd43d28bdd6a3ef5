"""The batched recipe: many people seen by both cameras in a step, two losses, Adam with a one-cycle rate."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from stareid.data import Batch, Clips
from stareid.training.history import Recipe, Step
from stareid.training.losses import VERIFICATIONS, identity, wanted
from stareid.training.settings import Training


def batched(network: nn.Module, source: Clips, settings: Training, generator: torch.Generator) -> Recipe:
    """A training in batches of `settings.people`; everybody is in one batch of every epoch."""
    total = settings.epochs * math.ceil(len(source.people) / settings.people)
    warmup = settings.warmup
    if total * warmup == 1:  # the highest rate at the very first step: the schedule would divide by nought
        warmup = 1.5 / total
    optimiser = torch.optim.Adam(network.parameters(), weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=total, pct_start=warmup
    )

    def epoch() -> Iterator[Step]:
        for people in shuffled(len(source.people), settings.people, generator):
            batch = source.batch(
                people,
                settings.frames,
                generator,
                neighbours=settings.neighbours,
                augmented=settings.augmented,
            )
            if settings.erasing:
                batch = Batch(erased(batch.clips, settings.erasing), batch.people)
            loss = step(network, batch, settings, optimiser)
            schedule.step()
            yield loss, batch.clips.shape[0] * batch.clips.shape[1]

    return Recipe(epoch, stuck_at(len(source.people), settings, wanted(network)))


def step(network: nn.Module, batch: Batch, settings: Training, optimiser: torch.optim.Optimizer) -> Tensor:
    """One step down the sum of the losses that the network wants; the loss before it, detached.

    Whatever the precision of the network, the losses are computed in float32.
    """
    low = settings.precision == "bfloat16"
    with torch.autocast(batch.clips.device.type, torch.bfloat16, enabled=low):
        _, out = network(batch.clips)
    if low:
        out = {name: tensor.float() for name, tensor in out.items()}
    verification = torch.zeros(())
    if "verification" in wanted(network):
        verification = VERIFICATIONS[settings.verification](out["features"], batch.people)
    loss = identity(out, batch.people, settings.smoothing) + verification
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.detach()


def shuffled(count: int, size: int, generator: torch.Generator) -> Iterator[list[int]]:
    """All numbers below `count` in random order, in batches of at most `size`, none of them a single one."""
    order = torch.randperm(count, generator=generator).tolist()
    batches = math.ceil(count / size)
    for number in range(batches):
        yield order[count * number // batches : count * (number + 1) // batches]


def erased(clips: Tensor, share: float) -> Tensor:
    """A `share` of the clips (B, T, C, H, W) with a box of noughts (Zhong et al. 2020), as if all its frames
    were hidden at the same place. For prepared frames nought is the mean colour.
    """
    from torchvision.transforms.v2 import RandomErasing  # takes seconds, and few need it

    erase = RandomErasing(p=share)
    return torch.stack([erase(clip) for clip in clips])


def stuck_at(people: int, settings: Training, losses: tuple[str, ...]) -> float:
    """The loss while all features are equal: ln(people) + the verification loss of those, if it is wanted.

    For triplets that is ln(people) + ln 2.
    """
    level = math.log(people)
    if "verification" in losses:
        equal = VERIFICATIONS[settings.verification](torch.zeros(4, 1), torch.tensor([0, 0, 1, 1]))
        level += equal.item()
    return level
