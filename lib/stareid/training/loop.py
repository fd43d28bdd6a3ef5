"""The training loop, whatever the recipe: epochs of steps, their mean loss, and when to stop."""

import math
import time

import torch
from torch import Tensor, nn
from tqdm import tqdm

from stareid.data import Clips
from stareid.training.batched import batched
from stareid.training.history import History
from stareid.training.memory import keep_memory
from stareid.training.pairwise import pairwise
from stareid.training.settings import Pairwise, Training


class NonFiniteLossError(RuntimeError):
    """The loss became infinite or not a number; the message names epoch and step."""


def train(
    network: nn.Module, source: Clips, settings: Training | Pairwise, generator: torch.Generator
) -> History:
    """Train `network` in place by the recipe that its settings belong to; raises NonFiniteLossError.

    What goes into each step is drawn from `generator`. No epochs at all leave the network as it is.
    """
    keep_memory()
    network.train().to(memory_format=torch.channels_last)
    history = History()
    if settings.epochs == 0:
        return history
    if isinstance(settings, Training):
        if settings.compiled:
            network.compile()
        recipe = batched(network, source, settings, generator)
    else:
        recipe = pairwise(network, source, settings, generator)
    began = time.perf_counter()
    with tqdm(total=settings.epochs, unit="epoch") as progress:
        for epoch in range(settings.epochs):
            losses = []
            for loss, frames in recipe.epoch():
                losses.append(loss)
                history.frames += frames
            history.loss.append(torch.stack(losses).mean().item())
            history.seconds = time.perf_counter() - began
            if not math.isfinite(history.loss[-1]):
                raise NonFiniteLossError(_where(losses, epoch, settings.learning_rate))
            speed = f"{history.frames_per_second:.0f}"
            progress.set_postfix(loss=f"{history.loss[-1]:.3f}", frames_per_s=speed)
            progress.update()
    history.collapsed = is_collapsed(history.loss, recipe.stuck)
    return history


def is_collapsed(loss: list[float], stuck: float, tolerance: float = 0.05) -> bool:
    """Whether the loss ends where all features are equal: the mean of the last tenth of the epochs."""
    last = loss[-max(1, len(loss) // 10) :]
    return abs(sum(last) / len(last) - stuck) < tolerance


def _where(losses: list[Tensor], epoch: int, learning_rate: float) -> str:
    first = next((i for i, loss in enumerate(losses) if not torch.isfinite(loss)), 0)
    return (
        f"the loss is not finite at epoch {epoch + 1}, step {first + 1}: "
        f"try a lower learning_rate (now {learning_rate})."
    )
