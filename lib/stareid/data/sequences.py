"""What every data set is: sequences of frames of one person in one camera, and divisions of the people."""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass

import numpy as np

from stareid.errors import InputError


@dataclass(frozen=True)
class Sequence:
    """All frames of one person in one camera; `start` is the row of its first frame in the store."""

    person: str
    camera: int
    start: int
    length: int


@dataclass(frozen=True)
class Split:
    """One division of the people into those to train on and those to test on."""

    train: tuple[str, ...]
    test: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """What is known of a drawn sequence: masks (T, H, W) and the visible fraction (T,) of the person."""

    person: np.ndarray
    occluder: np.ndarray

    @property
    def visible(self) -> np.ndarray:
        whole = self.person.sum((1, 2))
        return (self.person & ~self.occluder).sum((1, 2)) / np.maximum(whole, 1)


@dataclass(frozen=True)
class Dataset:
    """Sequences, divisions and decoded frames.

    `pixels` is uint8 (frames, H, W, 3), RGB, usually a memory map; `flags` is uint8 (frames, H, W) with
    bit 1 = person and bit 2 = occluder where the truth is known. `fingerprint` is a digest of the frames and
    the sequences: equal fingerprints mean equal frames, wherever they lie.

    `consecutive` says that neighbouring frames were filmed one after the other, which optical flow needs.
    `probes` and `gallery` are the tracks that are compared where a person has several in a camera (MARS);
    two-camera sets leave them empty. `notes` say in sentences what a reader left out or did not find.
    """

    name: str
    sequences: tuple[Sequence, ...]
    splits: tuple[Split, ...]
    pixels: np.ndarray
    fingerprint: str
    flags: np.ndarray | None = None
    consecutive: bool = True
    probes: tuple[Sequence, ...] = ()
    gallery: tuple[Sequence, ...] = ()
    notes: tuple[str, ...] = ()

    def frames(self, sequence: Sequence) -> np.ndarray:
        """The frames of a sequence in their order, uint8 (T, H, W, 3)."""
        return self.pixels[sequence.start : sequence.start + sequence.length]

    def truth(self, sequence: Sequence) -> Truth:
        """The masks of a drawn sequence; real sequences have none (InputError)."""
        if self.flags is None:
            raise InputError(f"data set {self.name!r} has no ground truth; only drawn walkers have.")
        flags = self.flags[sequence.start : sequence.start + sequence.length]
        return Truth(person=(flags & 1) > 0, occluder=(flags & 2) > 0)

    def select(self, people: Ordered[str], camera: int) -> list[Sequence]:
        """The sequences of `people` in one camera, in the order of `people`; each must have exactly one."""
        seen = [s for s in self.sequences if s.camera == camera]
        found = {s.person: s for s in seen}
        if len(found) < len(seen):
            raise InputError(
                f"people of data set {self.name!r} have several sequences in camera {camera}: it is ranked "
                "track by track (`probes` and `gallery`), not as a two-camera set."
            )
        missing = [person for person in people if person not in found]
        if missing:
            raise InputError(f"data set {self.name!r} has no frames of {missing[0]} in camera {camera}.")
        return [found[person] for person in people]


def splits_from_positions(positions: np.ndarray, people: Ordered[str]) -> tuple[Split, ...]:
    """Divisions from rows of 1-based positions in the sorted people: first half TEST, last half TRAIN.

    The convention of `ls_set` in the official split file of iLIDS-VID. Raises InputError when a row is not
    a permutation of 1..len(people).
    """
    half = len(people) // 2
    splits = []
    for number, row in enumerate(positions):
        if sorted(row.tolist()) != list(range(1, len(people) + 1)):
            raise InputError(
                f"split {number} is not a permutation of 1..{len(people)}: it divides {len(row)} people, "
                f"the data set has {len(people)}. Use the split file that belongs to these sequences."
            )
        order = [people[position - 1] for position in row]
        splits.append(Split(train=tuple(order[half:]), test=tuple(order[:half])))
    return tuple(splits)
