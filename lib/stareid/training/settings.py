"""The settings of a training, with the types and ranges that they must have."""

from dataclasses import dataclass

from stareid.errors import InputError
from stareid.training.losses import VERIFICATIONS


@dataclass(frozen=True)
class Training:
    """The batched recipe: PK batches, identity + verification loss, Adam with a one-cycle rate."""

    epochs: int = 150
    people: int = 32  # in a batch, each seen by both cameras
    frames: int = 4  # of a clip
    verification: str = "triplet"
    smoothing: float = 0.0  # of the identity labels
    learning_rate: float = 3e-3  # the highest of the cycle
    warmup: float = 0.1  # share of the steps before the highest rate
    weight_decay: float = 5e-4

    def __post_init__(self) -> None:
        for key in ("epochs", "frames"):
            if getattr(self, key) < 1:
                raise InputError(f"training.{key} is {getattr(self, key)}: it must be at least 1.")
        if self.people < 2:
            raise InputError(f"training.people is {self.people}: a batch needs at least 2 people to compare.")
        if self.verification not in VERIFICATIONS:
            known = ", ".join(VERIFICATIONS)
            raise InputError(f"training.verification is {self.verification!r}: it must be one of {known}.")
        if self.learning_rate <= 0 or self.weight_decay < 0:
            raise InputError("training.learning_rate must be above 0 and training.weight_decay at least 0.")
        if not 0 < self.warmup < 1 or not 0 <= self.smoothing < 1:
            raise InputError("training.warmup must lie between 0 and 1 and training.smoothing in [0, 1).")
