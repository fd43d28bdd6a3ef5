"""MARS as its users have it: the official boxes and track tables (Zheng et al., ECCV 2016).

    ROOT/bbox_{train,test}/PPPP/PPPPCcTtttFfff.jpg     128 wide, 256 high; PPPP the person, c the camera 1..6
    ROOT/info/{train,test}_name.txt                    the pictures, one a line
    ROOT/info/tracks_{train,test}_info.mat             rows of first picture, last picture (from 1,
                                                       inclusive), person, camera
    ROOT/info/query_IDX.mat                            the rows of the test table (from 1) that are probes

Person -1 is junk (detections of nobody): dropped and counted. Person 0 are distractors (people outside the
protocol): they stay in the gallery, as the probes do. Frames are brought to 64 x 128 pixels; all of them are
28 GB in that size, so `frames=8`, say, keeps that many of each track, spread evenly.
"""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stareid.data.listing import Listing, Report, decode, entries, printable, refuse
from stareid.data.matlab import read_matrix
from stareid.data.sequences import Dataset, Split
from stareid.data.store import open_store
from stareid.errors import InputError

JUNK, DISTRACTOR = -1, 0
INFO = Path("info")


@dataclass(frozen=True)
class Table:
    """The tracks of one half: names of pictures, and rows (N, 4) of first, last, person, camera."""

    half: str
    names: list[str]
    rows: np.ndarray


def load(root: Path, *, frames: int = 0) -> Dataset:
    """Read MARS: the train people and the test people as one split, `probes` and `gallery` as tracks.

    With `frames` above 0, so many frames of each track are kept, spread evenly (and fewer where there are
    fewer), and the set is not consecutive. A changed picture is noticed when its folder or `info` changes.
    Raises InputError naming what is missing or contradicts the tables.
    """
    if frames < 0:
        raise ValueError(f"frames is {frames}: it must be 0 (all) or more.")
    train, test, queries = read_tables(root)
    kept = np.flatnonzero(test.rows[:, 2] != JUNK)
    listings = list_tracks(root, train, range(len(train.rows)))
    listings += list_tracks(root, test, kept.tolist())
    if frames:
        listings = [spread_evenly(listing, frames) for listing in listings]
    count = sum(len(listing.files) for listing in listings)
    store = open_store("mars", f"{signature(root)}\n{frames}", decode(listings, fit=True), count)
    gallery = store.sequences[len(train.rows) :]
    place = {row: at for at, row in enumerate(kept.tolist())}
    people = [sorted({folder_name(p) for p in table.rows[:, 2] if p > DISTRACTOR}) for table in (train, test)]
    return Dataset(
        name="mars",
        sequences=store.sequences,
        splits=(Split(train=tuple(people[0]), test=tuple(people[1])),),
        pixels=store.pixels,
        fingerprint=store.fingerprint,
        consecutive=not frames,
        probes=tuple(gallery[place[row]] for row in queries.tolist()),
        gallery=gallery,
        notes=(
            f"{len(test.rows) - len(kept)} junk tracks (person -1) are dropped; "
            f"{int((test.rows[:, 2] == DISTRACTOR).sum())} distractors (person 0) stay in the gallery.",
        ),
    )


def read_tables(root: Path, report: Report = refuse) -> tuple[Table, Table, np.ndarray]:
    """The train and the test table and the rows, from 0, of the test table that are probes."""
    return _read_table(root, "train", report), *read_test_table(root, report)


def read_test_table(root: Path, report: Report = refuse) -> tuple[Table, np.ndarray]:
    """The test table and the rows of it, from 0, that are probes."""
    table = _read_table(root, "test", report)
    file = root / INFO / "query_IDX.mat"
    queries = _read_matrix(file, "query_IDX", report).reshape(-1) - 1
    known = (queries >= 0) & (queries < len(table.rows))
    if not known.all() or (table.rows[queries, 2] <= DISTRACTOR).any():
        report(f"{printable(file)} names tracks that the test table does not have, or that are of nobody.")
        queries = queries[:0]
    return table, queries


def _read_table(root: Path, half: str, report: Report) -> Table:
    listed, file = root / INFO / f"{half}_name.txt", root / INFO / f"tracks_{half}_info.mat"
    try:
        names = listed.read_text().split()
    except (OSError, UnicodeDecodeError) as error:
        report(f"{printable(listed)} cannot be read ({error}): take info/ from the MARS evaluation code.")
        names = []
    rows = _read_matrix(file, f"track_{half}_info", report)
    if rows.ndim != 2 or rows.shape[1] != 4:
        report(f"{printable(file)} has the shape {rows.shape}: rows of four are expected.")
        rows = np.zeros((0, 4), int)
    for number, (first, last, person, camera) in enumerate(rows.tolist(), 1):
        start = folder_name(person) + f"C{camera}"
        pictures = names[first - 1 : last]
        if not 1 <= first <= last <= len(names) or not all(name.startswith(start) for name in pictures):
            report(
                f"{printable(file)}: track {number} (pictures {first} to {last}) is not of {start}... "
                f"in {listed.name}. Take both files from the same release."
            )
    return Table(half, names, rows)


def _read_matrix(file: Path, key: str, report: Report) -> np.ndarray:
    """A matrix of whole numbers; reported, and empty, when the file does not hold it."""
    try:
        return read_matrix(file, key)
    except InputError as error:
        report(str(error))
        return np.zeros((0, 4), int)


def folder_name(person: int) -> str:
    """The folder of a person's pictures.

    >>> folder_name(2), folder_name(-1)
    ('0002', '00-1')
    """
    return "00-1" if person == JUNK else f"{person:04d}"


def boxes(root: Path, half: str) -> Path:
    """The folder of the pictures of one half; `unpack bbox_train.zip ROOT/bbox_train` nests it once more."""
    outer = root / f"bbox_{half}"
    return outer / outer.name if (outer / outer.name).is_dir() else outer


def signature(root: Path) -> str:
    """Text that changes when a picture is added or removed, or a table changes."""
    tops = [boxes(root, half) for half in ("train", "test")]
    places = sorted(path for top in (root / INFO, *tops) if top.is_dir() for path in (top, *top.iterdir()))
    return "\n".join(
        f"{printable(path.resolve())} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in places
    )


def list_tracks(root: Path, table: Table, rows: Ordered[int], report: Report = refuse) -> list[Listing]:
    """The tracks in these rows of a table; pictures that are not there are reported."""
    top = boxes(root, table.half)
    found: dict[str, dict[str, Path]] = {}
    listings = []
    for row in rows:
        first, last, number, camera = table.rows[row].tolist()
        person = folder_name(number)
        if person not in found:
            found[person] = {file.name: file for file in entries(top / person, report, within=root)}
        names = table.names[first - 1 : last]
        for name in names:
            if name not in found[person]:
                report(f"{printable(top / person / name)} is missing: unpack bbox_{table.half} again.")
        files = tuple(found[person][name] for name in names if name in found[person])
        listings.append(Listing(person, camera, files))
    return listings


def spread_evenly(listing: Listing, count: int) -> Listing:
    """A listing with at most `count` of its frames, the first and the last among them."""
    length = len(listing.files)
    rows = np.unique(np.linspace(0, length - 1, min(count, length)).round().astype(int))
    return Listing(listing.person, listing.camera, tuple(listing.files[r] for r in rows), consecutive=False)
