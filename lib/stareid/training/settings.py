"""The settings of a training, with the types and ranges that they must have: one class a recipe."""

from dataclasses import asdict, dataclass
from typing import Any

from stareid.errors import InputError
from stareid.training.losses import VERIFICATIONS

PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class Training:
    """The batched recipe: PK batches, identity + verification loss, Adam with a one-cycle rate."""

    epochs: int = 150  # 0: the network as it was made
    people: int = 32  # in a batch, each seen by both cameras
    frames: int = 4  # of a clip
    neighbours: bool = False  # consecutive frames instead of some that are spread over the sequence
    augmented: bool = True  # a window of its own for every clip, mirrored or not; else the middle, as filmed
    verification: str = "triplet"
    smoothing: float = 0.0  # of the identity labels
    erasing: float = 0.0  # share of the clips in which a random box is hidden
    learning_rate: float = 3e-3  # the highest of the cycle
    warmup: float = 0.1  # share of the steps before the highest rate
    weight_decay: float = 5e-4
    precision: str = "float32"  # of the network's operations: float32, or bfloat16 under autocast
    compiled: bool = False  # by torch.compile, which needs a C++ compiler on the CPU

    def __post_init__(self) -> None:
        _check_length(self, "training")
        if self.people < 2:
            raise InputError(f"training.people is {self.people}: a batch needs at least 2 people to compare.")
        if self.verification not in VERIFICATIONS:
            known = ", ".join(VERIFICATIONS)
            raise InputError(f"training.verification is {self.verification!r}: it must be one of {known}.")
        if self.precision not in PRECISIONS:
            known = " or ".join(PRECISIONS)
            raise InputError(f"training.precision is {self.precision!r}: it must be {known}.")
        if self.learning_rate <= 0 or self.weight_decay < 0:
            raise InputError("training.learning_rate must be above 0 and training.weight_decay at least 0.")
        if not 0 < self.warmup < 1 or not 0 <= self.smoothing < 1:
            raise InputError("training.warmup must lie between 0 and 1 and training.smoothing in [0, 1).")
        if not 0 <= self.erasing <= 1:
            raise InputError(f"training.erasing is {self.erasing}: it is a share, from 0 to 1.")

    def config(self) -> dict[str, Any]:
        """As plain values; what older results do not know only where it is changed: they stay valid."""
        later = {
            "neighbours": False, "augmented": True, "erasing": 0.0, "precision": "float32", "compiled": False,
        }  # fmt: skip
        return {key: value for key, value in asdict(self).items() if key not in later or value != later[key]}


@dataclass(frozen=True)
class Pairwise:
    """The recipe mclaughlin2016: one pair a step, hinge + two identity losses, dampened descent."""

    epochs: int = 1000  # what the source needs for its figures; 0: the network as it was made
    frames: int = 16  # of a clip, consecutive
    learning_rate: float = 1e-3
    margin: float = 2.0

    def __post_init__(self) -> None:
        _check_length(self, "pairwise")
        if self.learning_rate <= 0 or self.margin <= 0:
            raise InputError("pairwise.learning_rate and pairwise.margin must be above 0.")

    def config(self) -> dict[str, Any]:
        return asdict(self)


def _check_length(settings: Training | Pairwise, where: str) -> None:
    if settings.epochs < 0:
        raise InputError(f"{where}.epochs is {settings.epochs}: it must be at least 0.")
    if settings.frames < 1:
        raise InputError(f"{where}.frames is {settings.frames}: it must be at least 1.")
