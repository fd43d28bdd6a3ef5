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


def shuffled(root: Path, files: dict[str, np.ndarray], seed: int = 0) -> Path:
    """Write pictures at these places below `root`, in random order."""
    names = list(files)
    for i in np.random.default_rng(seed).permutation(len(names)):
        path = root / names[i]
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(files[names[i]]).save(path, quality=100)
    return root


def small(person: int, camera: int, frame: int, size: tuple[int, int] = (8, 16)) -> np.ndarray:
    """A frame of one colour and of few pixels (width, height)."""
    return np.full((size[1], size[0], 3), colour(person, camera, frame), np.uint8)


def prid2011(root: Path, lengths: dict[tuple[int, int], int]) -> Path:
    """A PRID 2011 tree; `lengths` are of (person, camera)."""
    files = {
        f"prid_2011/multi_shot/cam_{'ab'[camera - 1]}/person_{person:04d}/{frame:04d}.png": small(
            person % 25, camera, frame
        )
        for (person, camera), frames in lengths.items()
        for frame in range(1, frames + 1)
    }
    return shuffled(root, files)


def folder(root: Path, people=("ann", "bob", "eve"), cameras=("door", "hall"), frames: int = 12) -> Path:
    """Somebody's own tree: camera folders with names, frame numbers without leading zeros."""
    files = {
        f"{name}/{place}/frame{frame}.{'jpg' if frame % 2 else 'PNG'}": small(person, camera, frame)
        for person, name in enumerate(people, 1)
        for camera, place in enumerate(cameras, 1)
        for frame in range(1, frames + 1)
    }
    return shuffled(root, files)


MARS_TRAIN = ((1, 1, 3), (1, 2, 4), (1, 2, 2), (3, 4, 3))  # tracks: person, camera, frames
MARS_TEST = (
    *((-1, 1, 2), (0, 6, 3), (2, 1, 12), (2, 1, 3), (2, 2, 10)),
    *((4, 1, 2), (4, 2, 9), (4, 2, 2), (16, 3, 3), (16, 6, 2), (-1, 2, 3)),
)
MARS_PROBES = (4, 6, 9)  # rows of the test table, from 1: (2, 1, 3) comes second on purpose


def mars(root: Path, train=MARS_TRAIN, test=MARS_TEST, probes=MARS_PROBES) -> Path:
    """A MARS tree: boxes of 128 x 256 in small, names, track tables and probes in the real formats."""
    (root / "info").mkdir(parents=True)
    for half, tracks in (("train", train), ("test", test)):
        rows: list[tuple[int, int, int, int]] = []
        files: dict[str, np.ndarray] = {}
        for number, (person, camera, frames) in enumerate(tracks, 1):
            start = "00-1" if person == -1 else f"{person:04d}"
            rows.append((len(files) + 1, len(files) + frames, person, camera))
            for frame in range(1, frames + 1):
                name = f"bbox_{half}/{start}/{start}C{camera}T{number:04d}F{frame:03d}.jpg"
                files[name] = small(max(person, 0), number % 2, 20 * frame)
        shuffled(root, files)
        names = "\n".join(Path(name).name for name in files)
        (root / "info" / f"{half}_name.txt").write_text(names + "\n")
        table = np.array(rows, np.int32)
        savemat(root / "info" / f"tracks_{half}_info.mat", {f"track_{half}_info": table})
    savemat(root / "info" / "query_IDX.mat", {"query_IDX": np.array([probes], np.uint16)})
    return root


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
