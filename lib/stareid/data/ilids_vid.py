"""iLIDS-VID as its users have it: the unpacked archive, or any tree of the same layout.

    ROOT/i-LIDS-VID/sequences/cam{1,2}/personNNN/camC_personNNN_FFFFF.png      64 wide, 128 high
    ROOT/train-test people splits/train_test_splits_ilidsvid.mat               key ls_set, (10, people)
    ROOT/truth/...                                                             drawn trees only: not read here

Frames are sorted by frame number here and nowhere else. Source of the layout: the archive's own readme and
Wang et al., "Person Re-Identification by Video Ranking" (ECCV 2014).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from stareid.data.sequences import Dataset, Split, splits_from_positions
from stareid.data.store import Decoded, open_store
from stareid.errors import InputError

CAMERAS = (1, 2)
FRAME_NAME = re.compile(r"cam(?P<camera>\d)_(?P<person>person\d+)_(?P<number>\d+)\.png")
SPLIT_FILE = Path("train-test people splits") / "train_test_splits_ilidsvid.mat"


@dataclass(frozen=True)
class Listing:
    """The files of one sequence, in frame order."""

    person: str
    camera: int
    files: tuple[Path, ...]


def load(root: Path) -> Dataset:
    """Read an iLIDS-VID tree of any number of people.

    Raises InputError when `root` is no such tree, a person lacks frames in a camera, a picture cannot be
    read or is not as large as the others, or the split file divides another number of people. Without a
    split file the data set has no splits.
    """
    listings = list_frames(root)
    people = sorted({listing.person for listing in listings})
    files = [file for listing in listings for file in listing.files]
    signature = "\n".join(f"{f.relative_to(root)} {f.stat().st_size} {f.stat().st_mtime_ns}" for f in files)
    store = open_store("ilids_vid", f"{root.resolve()}\n{signature}", _decode(listings), len(files))
    return Dataset(
        name="ilids_vid",
        sequences=store.sequences,
        splits=read_splits(root / SPLIT_FILE, people),
        pixels=store.pixels,
        fingerprint=store.fingerprint,
    )


def list_frames(root: Path) -> list[Listing]:
    """The sequences below `root`, people in order, each with its files sorted by frame number."""
    top = root / "i-LIDS-VID" / "sequences"
    if not top.is_dir():
        raise InputError(
            f"{root} is not an iLIDS-VID tree: there is no folder {top}. "
            "Name the folder that holds i-LIDS-VID/."
        )
    people = sorted(
        {p.name for c in CAMERAS if (top / f"cam{c}").is_dir() for p in (top / f"cam{c}").iterdir()}
    )
    if not people:
        raise InputError(f"{top} holds no cam1/personNNN or cam2/personNNN folder: unpack the archive again.")
    return [_list_sequence(top, person, camera) for person in people for camera in CAMERAS]


def _list_sequence(top: Path, person: str, camera: int) -> Listing:
    folder = top / f"cam{camera}" / person
    numbered: dict[int, Path] = {}
    for file in folder.iterdir() if folder.is_dir() else ():
        match = FRAME_NAME.fullmatch(file.name)
        if match is None or int(match["camera"]) != camera or match["person"] != person:
            raise InputError(
                f"{file} is not named cam{camera}_{person}_FRAME.png: move it out of the sequences."
            )
        if int(match["number"]) in numbered:
            raise InputError(f"{file} and {numbered[int(match['number'])].name} have the same frame number.")
        numbered[int(match["number"])] = file
    if not numbered:
        raise InputError(
            f"{person} has no frames in camera {camera}: {folder} is missing or empty. "
            "Both cameras are needed; add the frames or remove the person from the other camera."
        )
    return Listing(person, camera, tuple(numbered[number] for number in sorted(numbered)))


def _decode(listings: list[Listing]) -> Iterator[Decoded]:
    shape = None
    for listing in listings:
        frames = [read_picture(file) for file in listing.files]
        shape = shape or frames[0].shape
        for file, frame in zip(listing.files, frames, strict=True):
            if frame.shape != shape:
                raise InputError(
                    f"{file} is {frame.shape[1]} x {frame.shape[0]} pixels, the frames before it "
                    f"{shape[1]} x {shape[0]}: bring all frames to one size."
                )
        yield Decoded(listing.person, listing.camera, np.stack(frames))


def read_picture(file: Path) -> np.ndarray:
    """One picture as uint8 (H, W, 3); InputError naming the file when it cannot be read whole."""
    try:
        with Image.open(file) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise InputError(f"{file} cannot be read as a picture ({error}): copy it again.") from error


def read_splits(file: Path, people: list[str]) -> tuple[Split, ...]:
    """The divisions in a split file: rows of positions, first half TEST. None where there is no file."""
    if not file.exists():
        return ()
    try:
        positions = loadmat(file)["ls_set"]
    except (ValueError, KeyError, TypeError, OSError, NotImplementedError, MatReadError) as error:
        raise InputError(
            f"{file} is not a split file with the key ls_set ({error}): copy it again."
        ) from error
    try:
        return splits_from_positions(np.asarray(positions, dtype=int), people)
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
