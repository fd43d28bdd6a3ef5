"""Is this tree the data set that it should be? Everything that is wrong, by name, and the counts."""

import os
import re
from collections.abc import Callable
from collections.abc import Sequence as Ordered
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path

from tqdm import tqdm

from stareid.data import folder, ilids_vid, mars, mars300, prid2011
from stareid.data.listing import FRAME_SIZE, Listing, Report, printable, read_picture
from stareid.data.splits import find_split_file, read_splits
from stareid.errors import InputError


@dataclass(frozen=True)
class Known:
    """What is known of a set: counts (None: not known), the size of its frames, whether numbers lack none."""

    people: int | None = None
    sequences: int | None = None
    frames: int | None = None
    shortest: int | None = None
    longest: int | None = None
    size: tuple[int, int] | None = FRAME_SIZE  # width, height
    consecutive: bool = True
    tables: dict[str, int] = field(default_factory=dict)  # counts in the tables of MARS


KNOWN = {
    "walkers": Known(),
    "ilids_vid": Known(300, 600, 42_459, 22, 192),
    "prid2011": Known(178, 356, 38_466, 28, 675),
    "mars": Known(
        sequences=8_298 + 12_180,
        size=(128, 256),
        consecutive=False,
        tables={
            "train pictures": 509_914,
            "test pictures": 681_089,
            "train people": 625,
            "train tracks": 8_298,
            "test tracks": 12_180,
            "junk tracks": 870,
            "distractor tracks": 3_248,
            "probes": 1_980,
            "probe people": 626,
        },
    ),
    "mars300": Known(people=300, sequences=600, size=(128, 256), consecutive=False),
    "folder": Known(size=None, consecutive=False),
}


@dataclass(frozen=True)
class Finding:
    """All that is wrong, a sentence each, and what was counted."""

    problems: list[str]
    counted: str


def verify(name: str, root: Path, known: Known | None = None, jobs: int | None = None) -> Finding:
    """Compare the tree at `root` with what is known of the set, and decode every frame of it.

    `walkers` is a tree that was drawn, `folder` anybody's: of these no counts are known.
    """
    known = known or KNOWN[name]
    problems: list[str] = []
    listings = LISTS[name](root, problems.append, known)
    counted = _compare(listings, known, problems.append) if listings else "no sequences"
    if known.consecutive:
        problems += [gap for listing in listings if (gap := _gap(listing))]
    files = sorted({file for listing in listings for file in listing.files})
    with ThreadPool(jobs or os.cpu_count()) as pool:
        checks = pool.imap(partial(_check, size=known.size), files, chunksize=64)
        problems += [found for found in tqdm(checks, "decoding", len(files), leave=False) if found]
    return Finding([printable(problem) for problem in problems], counted)


def _compare(listings: Ordered[Listing], known: Known, report: Report) -> str:
    """Report counts that are not the known ones; the counts as a sentence."""
    lengths = [len(listing.files) for listing in listings]
    found = {
        "people": len({listing.person for listing in listings}),
        "sequences": len(listings),
        "frames": sum(lengths),
        "shortest": min(lengths),
        "longest": max(lengths),
    }
    for key, value in found.items():
        _count(key, value, getattr(known, key), report)
    return (
        "{people:,} people, {sequences:,} sequences, {frames:,} frames, {shortest} to {longest} long".format(
            **found
        )
    )


def _count(what: str, found: int, known: int | None, report: Report) -> None:
    if known is not None and found != known:
        report(f"{what}: {found:,}, and should be {known:,}.")


def _gap(listing: Listing) -> str | None:
    """Where the frame numbers of a sequence leave one out."""
    if listing.consecutive:
        return None
    numbers = [int(re.findall("[0-9]+", file.stem)[-1]) for file in listing.files]
    steps = zip(numbers[:-1], numbers[1:], listing.files[1:], strict=True)
    before, file = next((before, file) for before, after, file in steps if after != before + 1)
    return f"{file} follows frame {before}: frames between them are missing."


def _check(file: Path, size: tuple[int, int] | None) -> str | None:
    """What is wrong with a picture."""
    try:
        height, width = read_picture(file).shape[:2]
    except InputError as error:
        return str(error)
    if size and (width, height) != size:
        return f"{file} is {width} x {height} pixels, and should be {size[0]} x {size[1]}."
    return None


def _list_ilids_vid(root: Path, report: Report, known: Known) -> list[Listing]:
    listings = ilids_vid.list_frames(root, report)
    file = root / ilids_vid.SPLIT_FILE
    if not file.exists():
        report(f"{file} is missing: without it there are no splits. It is part of the archive.")
    _check_splits(file, listings, report)
    return listings


def _list_prid2011(root: Path, report: Report, known: Known) -> list[Listing]:
    listings, _ = prid2011.choose(prid2011.list_frames(root, report), report)
    if file := find_split_file(root, prid2011.SPLIT_FILE):
        _check_splits(file, listings, report)
    return listings


def _check_splits(file: Path, listings: Ordered[Listing], report: Report) -> None:
    try:
        read_splits(file, sorted({listing.person for listing in listings}))
    except InputError as error:
        report(str(error))


def _list_mars(root: Path, report: Report, known: Known) -> list[Listing]:
    train, test, queries = mars.read_tables(root, report)
    found = {
        "train pictures": len(train.names),
        "test pictures": len(test.names),
        "train people": len(set(train.rows[:, 2].tolist())),
        "train tracks": len(train.rows),
        "test tracks": len(test.rows),
        "junk tracks": int((test.rows[:, 2] == mars.JUNK).sum()),
        "distractor tracks": int((test.rows[:, 2] == mars.DISTRACTOR).sum()),
        "probes": len(queries),
        "probe people": len(set(test.rows[queries, 2].tolist())),
    }
    for what, count in known.tables.items():
        _count(what, found[what], count, report)
    tracks = (mars.list_tracks(root, table, range(len(table.rows)), report) for table in (train, test))
    return [listing for half in tracks for listing in half]


def _list_mars300(root: Path, report: Report, known: Known) -> list[Listing]:
    return mars300.list_frames(root, report)


def _list_folder(root: Path, report: Report, known: Known) -> list[Listing]:
    return folder.list_frames(root, report)


LISTS: dict[str, Callable[[Path, Report, Known], list[Listing]]] = {
    "walkers": _list_ilids_vid,
    "ilids_vid": _list_ilids_vid,
    "prid2011": _list_prid2011,
    "mars": _list_mars,
    "mars300": _list_mars300,
    "folder": _list_folder,
}
