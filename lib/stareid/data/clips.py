"""Batches of clips: the sequences of the training people, resized once, from which clips are gathered.

All frames of a clip share their person, their camera, their window and whether they are mirrored.
"""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from stareid.data.flow import channels
from stareid.data.preparation import PREPARATIONS, crop, resize
from stareid.data.sequences import Dataset, Sequence
from stareid.errors import InputError

SHARE = 0.5  # of the free memory of a GPU that frames may take; the rest is for training


@dataclass(frozen=True)
class Batch:
    """Clips (B, T, C, H, W) with the people in them, numbered as in the training people: (B,)."""

    clips: Tensor
    people: Tensor


@dataclass(frozen=True)
class Pair:
    """Two clips, each (1, T, C, H, W), and the number of the person in each: people (2, 1)."""

    probe: Tensor
    gallery: Tensor
    people: Tensor


class Clips:
    """The sequences of some people, resized once, from which batches of clips are gathered.

    A batch is made of `people` x 2 sequences x `frames`, augmented by a random crop and flip a sequence. The
    two are of different cameras where there are such. With `flow` (`optical_flow`), clips have five channels.
    """

    def __init__(
        self,
        dataset: Dataset,
        people: Ordered[str],
        device: torch.device | str = "cpu",
        *,
        flow: np.ndarray | None = None,
        preparation: str = "mclaughlin",
    ) -> None:
        self.people = tuple(people)
        self.device = torch.device(device)
        self.preparation = PREPARATIONS[preparation]
        seen = list(tracks(dataset, people).values())
        sequences = [sequence for one in seen for sequence in one]
        self.cameras = [[sequence.camera for sequence in one] for one in seen]  # of each person's sequences
        self.first = np.cumsum([0, *map(len, seen[:-1])]).tolist()  # number of each person's first sequence
        self.lengths = [sequence.length for sequence in sequences]
        self.starts = np.cumsum([0, *self.lengths[:-1]]).tolist()
        pixels = [resize(channels(dataset, s, flow), self.preparation.size) for s in sequences]
        self.pixels = settle(torch.cat(pixels), self.device)

    def batch(
        self,
        people: Ordered[int],
        frames: int,
        generator: torch.Generator,
        *,
        neighbours: bool = False,
        augmented: bool = True,
    ) -> Batch:
        """Clips of the people with these numbers, both sequences of one person side by side.

        Their frames are spread over the sequences, or with `neighbours` consecutive; the window of each clip
        is drawn, and whether it is mirrored; if they are not `augmented` it is the middle one, as filmed.
        """
        choose = window if neighbours else spread
        sequences = [self.first[p] + one for p in people for one in draw_pair(self.cameras[p], generator)]
        rows = [choose(self.lengths[s], frames, generator) for s in sequences]
        clips = self.cut(sequences, rows, generator, augmented=augmented)
        numbers = torch.tensor(people, device=clips.device).repeat_interleave(2)
        return Batch(clips, numbers)

    def pair(self, one: int, other: int, frames: int, generator: torch.Generator) -> Pair:
        """A pair of clips of consecutive frames: of one person in two cameras, or of two people.

        Of two people, each is seen by a camera drawn at random, so both may be seen by the same. A sequence
        shorter than `frames` cuts both clips to its length.
        """
        if one == other:
            drawn = draw_pair(self.cameras[one], generator)
        else:
            drawn = draw_one(self.cameras[one], generator), draw_one(self.cameras[other], generator)
        sequences = [self.first[one] + drawn[0], self.first[other] + drawn[1]]
        frames = min(frames, *(self.lengths[s] for s in sequences))
        rows = [window(self.lengths[s], frames, generator) for s in sequences]
        clips = self.cut(sequences, rows, generator)
        return Pair(clips[:1], clips[1:], torch.tensor([[one], [other]], device=clips.device))

    def cut(
        self,
        sequences: list[int],
        rows: list[list[int]],
        generator: torch.Generator,
        *,
        augmented: bool = True,
    ) -> Tensor:
        """Clips (B, T, C, 56, 40) of these rows of the sequences, each with a crop and a flip of its own.

        Not `augmented`, the crop is the middle one, as filmed.
        """
        how = self.preparation
        starts = [self.starts[s] for s in sequences]
        places = torch.tensor([start + t for start, own in zip(starts, rows, strict=True) for t in own])
        gathered = self.pixels[places.to(self.pixels.device)].to(self.device)  # (B*T, 64, 48, C)
        prepared = how.normalise(gathered).unflatten(0, (len(sequences), -1))  # (B, T, C, 64, 48)
        draws = torch.randint(len(how.offsets), (len(sequences), 2), generator=generator)
        flips = torch.rand(len(sequences), generator=generator) < 0.5
        if not augmented:
            draws.fill_((len(how.offsets) - 1) // 2)
            flips.fill_(False)
        return torch.stack(
            [
                crop(clip, how.offsets[top], how.offsets[left], flip, how)
                for clip, (top, left), flip in zip(prepared, draws.tolist(), flips.tolist(), strict=True)
            ]
        )


def settle(pixels: Tensor, device: torch.device) -> Tensor:
    """Frames where batches are gathered: on the device, or in locked host memory if they are too many."""
    if device.type == "cuda" and pixels.nbytes > SHARE * torch.cuda.mem_get_info(device)[0]:
        return pixels.pin_memory()
    return pixels.to(device)


def tracks(dataset: Dataset, people: Ordered[str]) -> dict[str, list[Sequence]]:
    """All sequences of each of `people`, in the order of people and, for each, of cameras."""
    found: dict[str, list[Sequence]] = {person: [] for person in people}
    for sequence in sorted(dataset.sequences, key=lambda s: (s.camera, s.start)):
        if sequence.person in found:
            found[sequence.person].append(sequence)
    for person, sequences in found.items():
        if not sequences:
            raise InputError(f"data set {dataset.name!r} has no frames of {person}.")
    return found


def draw_pair(cameras: list[int], generator: torch.Generator) -> tuple[int, int]:
    """Two of a person's sequences, told by their cameras, from different cameras where there are such.

    Of two sequences both are taken and nothing is drawn; one alone gives both clips.
    """
    if len(cameras) <= 2:
        return 0, len(cameras) - 1
    first = int(torch.randint(len(cameras), (1,), generator=generator))
    elsewhere = [number for number, camera in enumerate(cameras) if camera != cameras[first]]
    others = elsewhere or [number for number in range(len(cameras)) if number != first]
    return first, others[int(torch.randint(len(others), (1,), generator=generator))]


def draw_one(cameras: list[int], generator: torch.Generator) -> int:
    """One of a person's sequences."""
    return int(torch.randint(len(cameras), (), generator=generator))


def refuse_long_clips(dataset: Dataset, people: Ordered[str], frames: int) -> None:
    """InputError when clips of `frames` frames are longer than the shortest sequence of `people`."""
    sequences = [sequence for one in tracks(dataset, people).values() for sequence in one]
    shortest = min(sequences, key=lambda sequence: sequence.length)
    if frames > shortest.length:
        raise InputError(
            f"a clip of {frames} frames is longer than the shortest sequence ({shortest.person} in camera "
            f"{shortest.camera} has {shortest.length}): set frames to {shortest.length} or less."
        )


def spread(length: int, frames: int, generator: torch.Generator) -> list[int]:
    """Rows of `frames` frames in order, one drawn from each of as many equal parts of the sequence."""
    edges = [length * t // frames for t in range(frames + 1)]
    draws = torch.rand(frames, generator=generator).tolist()
    return [low + int(u * (high - low)) for low, high, u in zip(edges[:-1], edges[1:], draws, strict=True)]


def window(length: int, frames: int, generator: torch.Generator) -> list[int]:
    """Rows of `frames` consecutive frames, from anywhere in the sequence."""
    start = int(torch.randint(length - frames + 1, (), generator=generator))
    return list(range(start, start + frames))
