"""300 people of the MARS test set as a two-camera set in the manner of iLIDS-VID, read from an official MARS.

Close to the set that our study of real people used, not equal to it: the people, their two cameras and
their order are the same (`mars300.csv`), so the official split file of iLIDS-VID divides them in the same
way; but our frames were cut from public pictures of these tracks, 8 a track, and which 8 is not known. Here
they are the 8 that are spread evenly from the first to the last. Results should come near ours and will not
equal them.

The split file is the user's own, from the archive of iLIDS-VID: in `ROOT/train-test people splits/`, beside
ROOT or in an iLIDS-VID tree beside it.
"""

import csv
from collections import defaultdict
from pathlib import Path

from stareid.data import mars
from stareid.data.ilids_vid import SPLIT_FILE
from stareid.data.listing import Listing, Report, decode, printable, refuse
from stareid.data.sequences import Dataset
from stareid.data.splits import find_split_file, missing_splits, read_splits
from stareid.data.store import open_store

PAIRS = Path(__file__).with_name("mars300.csv")  # person, mars_person, camera_1, camera_2
FRAMES = 8  # of each track
NOT_EQUAL = (
    f"these are the people and cameras of our study of real people, with {FRAMES} frames of each track "
    "spread evenly: close to the frames of that study, not equal to them, and so are results."
)


def load(root: Path) -> Dataset:
    """Read the 300 people from an official MARS tree; only its test half is needed.

    Raises InputError naming what is missing. Without a split file there are no splits, and a note says so.
    """
    listings = list_frames(root)
    count = sum(len(listing.files) for listing in listings)
    text = f"{mars.signature(root)}\n{PAIRS.read_text()}"
    store = open_store("mars300", text, decode(listings, fit=True), count)
    file = find_split_file(root, SPLIT_FILE.name)
    return Dataset(
        name="mars300",
        sequences=store.sequences,
        splits=read_splits(file, [listing.person for listing in listings[::2]]) if file else (),
        pixels=store.pixels,
        fingerprint=store.fingerprint,
        consecutive=False,
        notes=(NOT_EQUAL, *(() if file else (missing_splits(root, SPLIT_FILE.name),))),
    )


def pairs() -> list[tuple[str, int, tuple[int, int]]]:
    """Our name of each person, the number in MARS and the cameras that stand for 1 and 2."""
    with PAIRS.open(newline="") as file:
        return [
            (row["person"], int(row["mars_person"]), (int(row["camera_1"]), int(row["camera_2"])))
            for row in csv.DictReader(file)
        ]


def list_frames(root: Path, report: Report = refuse) -> list[Listing]:
    """Two sequences a person: 8 frames of each of the tracks, probes first, one track after the other."""
    table, queries = mars.read_test_table(root, report)
    tracks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in dict.fromkeys([*queries.tolist(), *range(len(table.rows))]):
        tracks[table.rows[row, 2], table.rows[row, 3]].append(row)
    listings = []
    for person, number, cameras in pairs():
        for camera, seen_by in enumerate(cameras, 1):
            rows = tracks[number, seen_by]
            if not rows:
                report(f"{printable(root)}: MARS person {number} has no track in camera {seen_by}.")
            found = mars.list_tracks(root, table, rows, report)
            files = [file for one in found if one.files for file in mars.spread_evenly(one, FRAMES).files]
            listings.append(Listing(person, camera, tuple(files), consecutive=False))
    return listings
