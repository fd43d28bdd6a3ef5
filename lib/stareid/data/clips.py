"""From frames to what a network sees: size, colour, normalisation, crops and flips.

The pre-processing is McLaughlin et al.'s (CVPR 2016, released code): 48 x 64 pixels, YUV, each channel of
each frame minus its mean and divided by the *square root* of its standard deviation; a 40 x 56 crop of it,
minus the mean of the whole cropped frame. Everything is the same for all frames of a clip.
"""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as transforms

from stareid.data.sequences import Dataset
from stareid.errors import InputError

SIZE = (64, 48)  # height, width of a frame before it is cropped
CROP = (56, 40)  # height, width of what the network sees
OFFSETS = range(1, 9)  # of a crop, both ways: torch's image.crop counts from 0, so 0 never occurs

YUV = torch.tensor(
    [[0.299, 0.587, 0.114], [-0.14713, -0.28886, 0.436], [0.615, -0.51499, -0.10001]]
)  # rows: Y, U, V of R, G, B in 0..1


def resize(frames: np.ndarray) -> Tensor:
    """Frames uint8 (T, H, W, 3) at the network's size, uint8 (T, 64, 48, 3)."""
    channels_first = torch.from_numpy(np.array(frames)).permute(0, 3, 1, 2)
    return transforms.resize(channels_first, list(SIZE), antialias=True).permute(0, 2, 3, 1).contiguous()


def prepare(frames: Tensor) -> Tensor:
    """Resized frames uint8 (..., 64, 48, 3) as normalised YUV, float (..., 3, 64, 48).

    x = (yuv - mean) / sqrt(std), mean and (unbiased) std over the pixels of one channel of one frame.
    """
    yuv = (frames.float() / 255) @ YUV.T.to(frames.device)  # (..., 64, 48, 3)
    std, mean = torch.std_mean(yuv, dim=(-3, -2), keepdim=True)
    return ((yuv - mean) / std.clamp_min(1e-6).sqrt()).movedim(-1, -3)


def crop(prepared: Tensor, top: int, left: int, flip: bool) -> Tensor:
    """One window of prepared frames (..., C, 64, 48), mirrored or not, minus its mean: (..., C, 56, 40)."""
    window = prepared[..., top : top + CROP[0], left : left + CROP[1]]
    window = window.flip(-1) if flip else window
    return window - window.mean((-3, -2, -1), keepdim=True)


@dataclass(frozen=True)
class Batch:
    """Clips (B, T, C, H, W) with the people in them, numbered as in the training people: (B,)."""

    clips: Tensor
    people: Tensor


class Clips:
    """The sequences of some people, resized once, from which batches of clips are gathered.

    A batch is made of `people` x 2 cameras x `frames`, augmented by a random crop and flip a sequence.
    """

    def __init__(self, dataset: Dataset, people: Ordered[str], device: torch.device | str = "cpu") -> None:
        self.people = tuple(people)
        pairs = [dataset.select(people, camera) for camera in (1, 2)]
        sequences = [pairs[camera][i] for i in range(len(self.people)) for camera in (0, 1)]
        self.lengths = [sequence.length for sequence in sequences]
        self.starts = np.cumsum([0, *self.lengths[:-1]]).tolist()
        self.pixels = torch.cat([resize(dataset.frames(sequence)) for sequence in sequences]).to(device)

    def batch(self, people: Ordered[int], frames: int, generator: torch.Generator) -> Batch:
        """Clips of the people with these numbers, both cameras of one person side by side."""
        sequences = [2 * person + camera for person in people for camera in (0, 1)]
        rows = torch.tensor(
            [self.starts[s] + t for s in sequences for t in spread(self.lengths[s], frames, generator)]
        )
        gathered = self.pixels[rows.to(self.pixels.device)]  # (B*T, 64, 48, 3)
        prepared = prepare(gathered).unflatten(0, (len(sequences), frames))  # (B, T, 3, 64, 48)
        draws = torch.randint(len(OFFSETS), (len(sequences), 2), generator=generator).tolist()
        flips = (torch.rand(len(sequences), generator=generator) < 0.5).tolist()
        clips = torch.stack(
            [
                crop(clip, OFFSETS[top], OFFSETS[left], flip)
                for clip, (top, left), flip in zip(prepared, draws, flips, strict=True)
            ]
        )  # (B, T, 3, 56, 40)
        numbers = torch.tensor(people, device=clips.device).repeat_interleave(2)
        return Batch(clips, numbers)


def refuse_long_clips(dataset: Dataset, people: Ordered[str], frames: int) -> None:
    """InputError when clips of `frames` frames are longer than the shortest sequence of `people`."""
    sequences = [sequence for camera in (1, 2) for sequence in dataset.select(people, camera)]
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
