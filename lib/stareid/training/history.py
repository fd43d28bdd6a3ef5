"""What the loop needs to know of a recipe, and what a training leaves behind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from torch import Tensor

Step = tuple[Tensor, int]  # the loss, detached, and the frames that went into it


@dataclass(frozen=True)
class Recipe:
    """A training of one network: the steps of an epoch, and the loss at which nothing has been learnt.

    `stuck` is the mean loss while all features are equal.
    """

    epoch: Callable[[], Iterator[Step]]
    stuck: float


@dataclass
class History:
    """What a training leaves behind beside the weights."""

    loss: list[float] = field(default_factory=list)  # mean of each epoch
    seconds: float = 0.0
    frames: int = 0
    collapsed: bool = False

    @property
    def frames_per_second(self) -> float:
        return self.frames / self.seconds if self.seconds else 0.0
