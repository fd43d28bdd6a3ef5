"""Anybody's data: a folder for each person, in it a folder for each camera, in it the frames.

    ROOT/PERSON/CAMERA/*.png|jpg|jpeg

Camera names become numbers in sorted order; the first is the camera of the probes, the second that of the
gallery. Frames are in natural order (frame2 before frame10). They are brought to 64 x 128 pixels.
"""

import re
from pathlib import Path

from stareid.data.listing import Listing, Report, entries, is_consecutive, open_listings, printable, refuse
from stareid.data.sequences import Dataset
from stareid.data.splits import random_halves

SUFFIXES = (".png", ".jpg", ".jpeg")


def load(root: Path, *, seed: int = 0) -> Dataset:
    """Read a folder of people; the splits are ten random halves of them, drawn by `seed`.

    Raises InputError when somebody is missing from one of the first two cameras, there are fewer than two
    people, or a file is no picture or cannot be read.
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}: it must be 0 or more.")
    listings = list_frames(root)
    people = sorted({listing.person for listing in listings})
    store = open_listings("folder", root, listings, fit=True)
    cameras = camera_names(root)
    return Dataset(
        name="folder",
        sequences=store.sequences,
        splits=random_halves(people, seed),
        pixels=store.pixels,
        fingerprint=store.fingerprint,
        consecutive=all(listing.consecutive for listing in listings),
        notes=(", ".join(f"camera {number} is {name!r}" for number, name in enumerate(cameras, 1)) + ".",),
    )


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts the numbers in names as numbers.

    >>> sorted(["frame10", "frame9"], key=natural)
    ['frame9', 'frame10']
    """
    parts = re.split(r"([0-9]+)", name)
    return [(int(part), "") if at % 2 else (0, part) for at, part in enumerate(parts)]


def camera_names(root: Path, report: Report = refuse) -> list[str]:
    """The names of the camera folders, sorted: the first is camera 1."""
    people = entries(root, report, within=root, folders=True)
    found = {camera.name for p in people for camera in entries(p, report, within=root, folders=True)}
    return sorted(found, key=natural)


def list_frames(root: Path, report: Report = refuse) -> list[Listing]:
    """The sequences below `root`, people and cameras in order, files in natural order."""
    if not root.is_dir():
        report(f"{printable(root)} is not a folder of PERSON/CAMERA/ folders.")
        return []
    cameras = camera_names(root, report)
    people = [person.name for person in entries(root, lambda _: None, within=root, folders=True)]
    if len(people) < 2 or len(cameras) < 2:
        report(
            f"{printable(root)} holds {len(people)} people and {len(cameras)} cameras: two of each are "
            "needed, as PERSON/CAMERA/ folders with pictures."
        )
    listings = [
        _list_sequence(root, person, camera, number, report)
        for person in people
        for number, camera in enumerate(cameras, 1)
    ]
    return [listing for listing in listings if listing.files]


def _list_sequence(root: Path, person: str, camera: str, number: int, report: Report) -> Listing:
    folder = root / person / camera
    files: dict[str, Path] = {}
    for file in entries(folder, report, within=root) if folder.is_dir() else ():
        key = str(natural(file.stem))
        if file.suffix.lower() not in SUFFIXES:
            report(f"{printable(file)} is no picture ({', '.join(SUFFIXES)}): move it out of the sequences.")
        elif key in files:
            report(f"{printable(file)} and {files[key].name} have the same place in the order of frames.")
        else:
            files[key] = file
    if not files and (number <= 2 or folder.is_dir()):
        report(
            f"{person} has no frames in camera {number} ({camera}): {printable(folder)} is missing or empty. "
            "Add the frames or remove the person."
        )
    ordered = sorted(files.values(), key=lambda file: natural(file.stem))
    return Listing(person, number, tuple(ordered), _consecutive([file.stem for file in ordered]))


def _consecutive(stems: list[str]) -> bool:
    """Whether the last numbers in the names rise by one; names without a number say nothing."""
    numbers = [re.findall(r"[0-9]+", stem)[-1:] for stem in stems]
    return all(numbers) and is_consecutive([int(found[0]) for found in numbers])
