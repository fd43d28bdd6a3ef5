"""Writing a world as the files of iLIDS-VID, with the truth beside them."""

import csv
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from scipy.io import savemat
from tqdm import tqdm

from .scene import Drawing, draw_sequence
from .world import CAMERAS, World, splits

SEQUENCES = Path("i-LIDS-VID") / "sequences"
SPLITS = Path("train-test people splits") / "train_test_splits_ilidsvid.mat"
TRUTH = Path("truth")
PERSON_BIT, OCCLUDER_BIT = 1, 2
FAST = [cv2.IMWRITE_PNG_COMPRESSION, 1]


def frame_path(person: int, camera: int, frame: int) -> Path:
    """Return where a frame lies in `sequences` and in `truth`; persons and frames count from 1."""
    name = f"person{person:03d}"
    return Path(f"cam{camera}") / name / f"cam{camera}_{name}_{frame:05d}.png"


def write_picture(path: Path, picture: np.ndarray) -> None:
    """Write one PNG; an error names the file."""
    if not cv2.imwrite(str(path), picture, FAST):
        raise OSError(f"cannot write {path}")


def write_sequence(
    world: World, directory: Path, address: tuple[int, int]
) -> list[tuple[int, int, int, float]]:
    """Draw and write one sequence; return (person, camera, frame, visible) of its frames."""
    person, camera = address
    drawing: Drawing = draw_sequence(world, person, camera)
    for root in (SEQUENCES, TRUTH):
        (directory / root / frame_path(person, camera, 1)).parent.mkdir(parents=True)
    rows = []
    for index, (frame, visible) in enumerate(zip(drawing.frames, drawing.visible, strict=True)):
        path = frame_path(person, camera, index + 1)
        truth = PERSON_BIT * drawing.person[index] + OCCLUDER_BIT * drawing.occluder[index]
        write_picture(directory / SEQUENCES / path, cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        write_picture(directory / TRUTH / path, truth.astype(np.uint8))
        rows.append((person, camera, index + 1, float(visible)))
    return rows


def one_thread() -> None:
    """Keep OpenCV to one thread in a worker: the processes are parallel already."""
    cv2.setNumThreads(1)


def write_tree(world: World, directory: Path, processes: int = 1, progress: bool = True) -> None:
    """Write the frames of a world as an iLIDS-VID tree, and `truth/` (masks, visible fractions) beside it.

    The split file comes last: a tree without it is unfinished, and readers refuse it.
    """
    directory = Path(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ValueError(f"{directory}: exists and is not an empty folder; remove it or name another one")
    addresses = [(person, camera) for camera in CAMERAS for person in range(1, world.people + 1)]
    write = partial(write_sequence, world, directory)
    rows: list[tuple[int, int, int, float]] = []
    with tqdm(total=len(addresses), desc="walkers", unit="sequence", disable=not progress) as bar:
        if processes > 1:
            with get_context("spawn").Pool(processes, initializer=one_thread) as pool:
                for written in pool.imap(write, addresses, chunksize=2):
                    rows += written
                    bar.update()
        else:
            for address in addresses:
                rows += write(address)
                bar.update()
    with (directory / TRUTH / "visible.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["person", "camera", "frame", "visible"])
        table.writerows((person, camera, frame, f"{visible:.4f}") for person, camera, frame, visible in rows)
    (directory / SPLITS).parent.mkdir()
    savemat(directory / SPLITS, {"ls_set": np.stack(splits(world)).astype(np.uint16)})
