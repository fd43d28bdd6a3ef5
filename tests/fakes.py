"""Miniatures of real layouts, written in shuffled order, for the real loaders to read."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat

NUMBERS = (1, 2, 5, 7, 9, 13, 14, 21)  # of the people: with gaps, as in iLIDS-VID
FIRST_FRAME = 95  # so that frame numbers pass from two digits to three: text order is not frame order


def colour(person: int, camera: int, frame: int) -> tuple[int, int, int]:
    """The colour of a frame's upper half, so that a test can tell which frame it got."""
    return (10 * person, 100 * camera, frame)


def picture(person: int, camera: int, frame: int) -> np.ndarray:
    """A frame: flat above, below a pattern that is the person's, so that there is something to learn."""
    pixels = np.full((128, 64, 3), colour(person, camera, frame), np.uint8)
    pattern = np.random.default_rng(person).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    pixels[64:] = pattern.repeat(8, axis=0).repeat(8, axis=1)
    return pixels


def length(person: int, camera: int) -> int:
    return 5 + (person + camera) % 5


def ilids_vid(root: Path, numbers=NUMBERS, seed: int = 0) -> Path:
    """A tree in the layout of the unpacked iLIDS-VID archive, its files created in random order."""
    files = [
        (person, camera, frame)
        for person in numbers
        for camera in (1, 2)
        for frame in range(length(person, camera))
    ]
    generator = np.random.default_rng(seed)
    for i in generator.permutation(len(files)):
        person, camera, frame = files[i]
        folder = root / "i-LIDS-VID" / "sequences" / f"cam{camera}" / f"person{person:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"cam{camera}_person{person:03d}_{FIRST_FRAME + frame:05d}.png"
        Image.fromarray(picture(person, camera, frame)).save(folder / name)
    splits = np.stack([generator.permutation(len(numbers)) + 1 for _ in range(10)])
    write_splits(root, splits)
    return root


def write_splits(root: Path, positions: np.ndarray) -> None:
    """The split file: rows of 1-based positions, first half TEST."""
    folder = root / "train-test people splits"
    folder.mkdir(exist_ok=True)
    savemat(folder / "train_test_splits_ilidsvid.mat", {"ls_set": positions.astype(np.uint16)})


STUDY = """
title: A miniature
dataset: {name: mini, reader: ilids_vid}
protocol: two_camera_2_views
grid:
  method: [attention]
  reading: [joint-hidden]
  filters: [0, 2]
  recipe: [batched]
  split: [0, 1]
  seed: [0]
network: {steps: 2, rescale: true, dropout: 0.5}
training: {epochs: 2, people: 4, frames: 4}
variants: {slow: {learning_rate: 0.0001}}
"""
