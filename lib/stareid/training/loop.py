"""The training loop: batches of many people seen by both cameras, two losses, one optimiser."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from tqdm import tqdm

from stareid.data import Batch, Clips
from stareid.training.losses import VERIFICATIONS, identity
from stareid.training.memory import keep_memory
from stareid.training.settings import Training


@dataclass
class History:
    """What a training leaves behind beside the weights."""

    loss: list[float] = field(default_factory=list)  # mean of each epoch
    seconds: float = 0.0
    frames: int = 0
    collapsed: bool = False


class NonFiniteLossError(RuntimeError):
    """The loss became infinite or not a number; the message names epoch and step."""


def train(network: nn.Module, source: Clips, settings: Training, generator: torch.Generator) -> History:
    """Train `network` in place; raises NonFiniteLossError. The randomness of batches is `generator`'s."""
    keep_memory()
    network.train().to(memory_format=torch.channels_last)
    steps = math.ceil(len(source.people) / settings.people)
    optimiser = torch.optim.Adam(network.parameters(), weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.epochs * steps, pct_start=settings.warmup
    )
    history = History()
    began = time.perf_counter()
    with tqdm(total=settings.epochs, unit="epoch") as progress:
        for epoch in range(settings.epochs):
            losses = []
            for people in shuffled(len(source.people), settings.people, generator):
                batch = source.batch(people, settings.frames, generator)
                losses.append(step(network, batch, settings, optimiser))
                schedule.step()
                history.frames += batch.clips.shape[0] * batch.clips.shape[1]
            history.loss.append(torch.stack(losses).mean().item())
            history.seconds = time.perf_counter() - began
            if not math.isfinite(history.loss[-1]):
                raise NonFiniteLossError(_where(losses, epoch, settings))
            progress.set_postfix(
                loss=f"{history.loss[-1]:.3f}", frames_per_s=f"{history.frames / history.seconds:.0f}"
            )
            progress.update()
    history.collapsed = is_collapsed(history.loss, len(source.people), settings)
    return history


def step(network: nn.Module, batch: Batch, settings: Training, optimiser: torch.optim.Optimizer) -> Tensor:
    """One step down the sum of both losses; the loss before it, detached."""
    _, out = network(batch.clips)
    verification = VERIFICATIONS[settings.verification](out["features"], batch.people)
    loss = identity(out["logits"], batch.people, settings.smoothing) + verification
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


def is_collapsed(loss: list[float], people: int, settings: Training, tolerance: float = 0.05) -> bool:
    """Whether the loss is stuck where all features are equal, at ln(people) + the verification loss of those.

    For triplets that is ln(people) + ln 2. Looks at the last tenth of the epochs.
    """
    equal = VERIFICATIONS[settings.verification](torch.zeros(4, 1), torch.tensor([0, 0, 1, 1])).item()
    last = loss[-max(1, len(loss) // 10) :]
    return abs(sum(last) / len(last) - (math.log(people) + equal)) < tolerance


def _where(losses: list[Tensor], epoch: int, settings: Training) -> str:
    first = next((i for i, loss in enumerate(losses) if not torch.isfinite(loss)), 0)
    return (
        f"the loss is not finite at epoch {epoch + 1}, step {first + 1}: "
        f"try a lower training.learning_rate (now {settings.learning_rate})."
    )
