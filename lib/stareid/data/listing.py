"""From files to decoded sequences: what every reader of a tree does in the same way.

    entries (one folder) -> Listing (the files of one sequence, in frame order) -> open_listings -> Store

A reader names what is wrong to a `Report`. `refuse` is the one for loading: the first problem ends it.
`python -m stareid data verify` passes a list's `append` instead and gets all of them.
"""

import os
import re
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Ordered
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path

import numpy as np
from PIL import Image

from stareid.data.store import Decoded, Store, open_store
from stareid.errors import InputError

Report = Callable[[str], None]

FRAME_SIZE = (64, 128)  # width, height: of iLIDS-VID and PRID; other sets are brought to it
LARGEST = 4096  # pixels a side: what is larger is no frame of a person


@dataclass(frozen=True)
class Listing:
    """The files of one sequence, in frame order; `consecutive` when their numbers rise by one."""

    person: str
    camera: int
    files: tuple[Path, ...]
    consecutive: bool = True


def refuse(message: str) -> None:
    """The report of a reader that loads: the first problem is the end."""
    raise InputError(message)


def printable(path: str | Path) -> str:
    """A path as text that can be shown and encoded: bytes that are not UTF-8 become \\xNN.

    >>> printable("caf\\udce9.png")
    'caf\\\\xe9.png'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def entries(folder: Path, report: Report = refuse, *, within: Path, folders: bool = False) -> list[Path]:
    """The files (or the `folders`) in `folder`, sorted by name; hidden ones are left alone.

    Reported: a missing folder, names that are not UTF-8, links that lead out of `within` or nowhere, and
    anything that is not of the kind wanted (a pipe, for one, would be waited for without end).
    """
    found = []
    try:
        listed = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        report(f"{printable(folder)} cannot be listed ({error.strerror}).")
        return []
    for entry in listed:
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        if not _is_utf8(entry.name):
            report(f"{printable(path)}: the name is not UTF-8 text. Rename it.")
        elif entry.is_symlink() and not _leads_within(path, within):
            report(
                f"{printable(path)} is a link that leads out of {printable(within)} or nowhere: "
                "copy the file there."
            )
        elif not (entry.is_dir() if folders else entry.is_file()):
            report(
                f"{printable(path)} is not a {'folder' if folders else 'file'}: move it out of the sequences."
            )
        else:
            found.append(path)
    return found


def _is_utf8(name: str) -> bool:
    return not re.search("[\udc80-\udcff]", name)


def _leads_within(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # nowhere, or round in a circle
        return False


def is_consecutive(numbers: Ordered[int]) -> bool:
    """Whether every number is one more than the one before it.

    >>> is_consecutive([7, 8, 9]), is_consecutive([7, 9])
    (True, False)
    """
    return all(after - before == 1 for before, after in zip(numbers[:-1], numbers[1:], strict=True))


def in_order(person: str, camera: int, numbered: Ordered[tuple[int, Path]], report: Report) -> Listing:
    """The listing of one sequence; two frames of one number are reported."""
    files: dict[int, Path] = {}
    for number, file in sorted(numbered):
        if number in files:
            report(f"{printable(file)} and {files[number].name} have the same frame number.")
        files[number] = file
    return Listing(person, camera, tuple(files.values()), is_consecutive(list(files)))


def open_listings(name: str, root: Path, listings: Ordered[Listing], *, fit: bool = False) -> Store:
    """The store of these sequences, decoded if it is not there yet; with `fit`, frames of another size
    than 64 x 128 are resized, else all must be as large as the first."""
    lines = [printable(root.resolve()) + (" fitted" if fit else "")]
    folders: dict[str, Path] = {}  # relative to root: worked out once for each, not for each file
    for file in (file for listing in listings for file in listing.files):
        folder, _, base = str(file).rpartition(os.sep)
        if folder not in folders:
            folders[folder] = Path(folder).relative_to(root)
        state = os.stat(file)  # noqa: PTH116 - faster than Path.stat, and there are many
        lines.append(f"{folders[folder]}/{base} {state.st_size} {state.st_mtime_ns}")
    frames = sum(len(listing.files) for listing in listings)
    return open_store(name, "\n".join(lines), decode(listings, fit=fit), frames)


def decode(listings: Ordered[Listing], *, fit: bool = False) -> Iterator[Decoded]:
    """The sequences with their frames, one after the other; see `open_listings`."""
    size, said = None, False
    for listing in listings:
        pictures = []
        for file in listing.files:
            picture = read_picture(file)
            height, width = picture.shape[:2]
            size = size or (FRAME_SIZE if fit else (width, height))
            if (width, height) != size and not fit:
                raise InputError(
                    f"{file} is {width} x {height} pixels, the frames before it {size[0]} x {size[1]}: "
                    "bring all frames to one size."
                )
            if (width, height) != size:
                if not said:
                    getLogger(__name__).warning(
                        "%s is %d x %d pixels: it and all like it become %d x %d.", file, width, height, *size
                    )
                said = True
                resized = Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR)
                picture = np.asarray(resized)
            pictures.append(picture)
        yield Decoded(listing.person, listing.camera, np.stack(pictures))


def read_picture(file: Path) -> np.ndarray:
    """One PNG or JPEG as uint8 (H, W, 3); InputError naming the file when it cannot be read whole."""
    try:
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > LARGEST:
                raise ValueError(f"it is {picture.width} x {picture.height} pixels large")
            return np.asarray(picture.convert("RGB"))
    except (
        OSError,
        SyntaxError,  # what PIL raises for a broken PNG
        ValueError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        reason = getattr(error, "strerror", None) or printable(str(error))
        raise InputError(
            f"{printable(file)} cannot be read as a picture ({reason}): copy it again."
        ) from error
