"""PRID 2011 as its users have it: the multi-shot part of the unpacked archive.

    ROOT/[prid_2011/]multi_shot/cam_{a,b}/person_NNNN/FFFF.png                 64 wide, 128 high
    train-test people splits/train_test_splits_prid.mat                        key ls_set, (10, 178)

The people numbered 1 to 200 are seen by both cameras; those with at least 27 frames in each, 178 of them, are
the set that papers report on (Wang et al., ECCV 2014, write "more than 21 frames", which 183 people have; the
split file divides 178). Source of the data: Hirzer et al., "Person Re-Identification by Descriptive and
Discriminative Classification" (SCIA 2011).
"""

import re
from pathlib import Path

from stareid.data.listing import Listing, Report, entries, in_order, open_listings, printable, refuse
from stareid.data.sequences import Dataset
from stareid.data.splits import find_split_file, missing_splits, read_splits

CAMERAS = ("cam_a", "cam_b")
FEWEST = 27  # frames in each camera
SHARED = 200  # the people up to this number are in both cameras
PERSON_NAME = re.compile(r"person_(\d{4})", re.ASCII)
FRAME_NAME = re.compile(r"(\d+)\.png", re.ASCII)
SPLIT_FILE = "train_test_splits_prid.mat"


def load(root: Path) -> Dataset:
    """Read the people of PRID 2011 that both cameras saw for at least 27 frames.

    The split file lies in the archive of iLIDS-VID, not in that of PRID: it is looked for in the tree, beside
    it and in an iLIDS-VID tree beside it. Without it there are no splits, and a note says where to get it.
    Raises InputError for anything that cannot be read, naming it.
    """
    listings, short = choose(list_frames(root))
    people = sorted({listing.person for listing in listings})
    file = find_split_file(root, SPLIT_FILE)
    splits = read_splits(file, people) if file else ()
    store = open_listings("prid2011", root, listings)
    return Dataset(
        name="prid2011",
        sequences=store.sequences,
        splits=splits,
        pixels=store.pixels,
        fingerprint=store.fingerprint,
        consecutive=all(listing.consecutive for listing in listings),
        notes=(
            *(() if file else (missing_splits(root, SPLIT_FILE),)),
            f"{len(short)} of the first {SHARED} people have fewer than {FEWEST} frames in a camera "
            f"and are left out: {', '.join(short) or 'none'}.",
        ),
    )


def choose(listings: list[Listing], report: Report = refuse) -> tuple[list[Listing], list[str]]:
    """The sequences of people with enough frames in both cameras, and the people without."""
    short = sorted({listing.person for listing in listings if len(listing.files) < FEWEST})
    chosen = [listing for listing in listings if listing.person not in short]
    if not chosen:
        report(f"PRID 2011: nobody has {FEWEST} frames in both cameras. Unpack the archive again.")
    return chosen, short


def list_frames(root: Path, report: Report = refuse) -> list[Listing]:
    """The sequences of the first 200 people, camera a as 1 and b as 2, files sorted by frame number."""
    tops = [root / "prid_2011" / "multi_shot", root / "multi_shot"]
    top = next((top for top in tops if top.is_dir()), None)
    if top is None:
        report(
            f"{printable(root)} is not a PRID 2011 tree: there is no folder {printable(tops[1])}. "
            "Name the folder that holds multi_shot/."
        )
        return []
    people = set()
    for camera in CAMERAS:
        for folder in entries(top / camera, report, within=root, folders=True):
            match = PERSON_NAME.fullmatch(folder.name)
            if match is None:
                report(f"{printable(folder)} is not named person_NNNN: move it out of the sequences.")
            elif int(match[1]) <= SHARED:
                people.add(folder.name)
    if not people:
        report(f"{printable(top)} holds none of the people 1 to {SHARED}: unpack the archive again.")
    return [
        _list_sequence(root, top / folder / person, person, camera, report)
        for person in sorted(people)
        for camera, folder in enumerate(CAMERAS, 1)
    ]


def _list_sequence(root: Path, folder: Path, person: str, camera: int, report: Report) -> Listing:
    numbered = []
    for file in entries(folder, report, within=root) if folder.is_dir() else ():
        match = FRAME_NAME.fullmatch(file.name)
        if match is None:
            report(f"{printable(file)} is not named FRAME.png: move it out of the sequences.")
        else:
            numbered.append((int(match[1]), file))
    if not numbered:
        report(f"{person} has no frames in camera {camera}: {printable(folder)} is missing or empty.")
    return in_order(person, camera, numbered, report)
