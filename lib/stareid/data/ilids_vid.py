"""iLIDS-VID as its users have it: the unpacked archive, or any tree of the same layout.

    ROOT/i-LIDS-VID/sequences/cam{1,2}/personNNN/camC_personNNN_FFFFF.png      64 wide, 128 high
    ROOT/train-test people splits/train_test_splits_ilidsvid.mat               key ls_set, (10, people)
    ROOT/truth/...                                                             drawn trees only: not read here

Frames are sorted by frame number. Source of the layout: the archive's own readme and Wang et al., "Person
Re-Identification by Video Ranking" (ECCV 2014).
"""

import re
from pathlib import Path

from stareid.data.listing import Listing, Report, entries, in_order, open_listings, printable, refuse
from stareid.data.sequences import Dataset
from stareid.data.splits import FOLDER, read_splits

CAMERAS = (1, 2)
FRAME_NAME = re.compile(r"cam(?P<camera>\d)_(?P<person>person\d+)_(?P<number>\d+)\.png", re.ASCII)
SPLIT_FILE = FOLDER / "train_test_splits_ilidsvid.mat"


def load(root: Path, *, consecutive: bool = True) -> Dataset:
    """Read an iLIDS-VID tree of any number of people.

    `consecutive=False` says that neighbouring frames were not filmed one after the other, whatever their
    numbers say; gaps between the numbers say it too. Raises InputError when `root` is no such tree, a person
    lacks frames in a camera, a picture cannot be read or is not as large as the others, or the split file
    divides another number of people. Without a split file the data set has no splits, and a note says so.
    """
    listings = list_frames(root)
    people = sorted({listing.person for listing in listings})
    splits = read_splits(root / SPLIT_FILE, people)
    store = open_listings("ilids_vid", root, listings)
    return Dataset(
        name="ilids_vid",
        sequences=store.sequences,
        splits=splits,
        pixels=store.pixels,
        fingerprint=store.fingerprint,
        consecutive=consecutive and all(listing.consecutive for listing in listings),
        notes=() if splits else (f"no file {SPLIT_FILE} was found: there are no splits.",),
    )


def list_frames(root: Path, report: Report = refuse) -> list[Listing]:
    """The sequences below `root`, people in order, each with its files sorted by frame number."""
    top = root / "i-LIDS-VID" / "sequences"
    if not top.is_dir():
        report(
            f"{printable(root)} is not an iLIDS-VID tree: there is no folder {printable(top)}. "
            "Name the folder that holds i-LIDS-VID/."
        )
        return []
    cameras = [top / f"cam{camera}" for camera in CAMERAS if (top / f"cam{camera}").is_dir()]
    people = sorted(
        {p.name for camera in cameras for p in entries(camera, report, within=root, folders=True)}
    )
    if not people:
        report(
            f"{printable(top)} holds no cam1/personNNN or cam2/personNNN folder: unpack the archive again."
        )
    return [_list_sequence(root, top, person, camera, report) for person in people for camera in CAMERAS]


def _list_sequence(root: Path, top: Path, person: str, camera: int, report: Report) -> Listing:
    folder = top / f"cam{camera}" / person
    numbered = []
    for file in entries(folder, report, within=root) if folder.is_dir() else ():
        match = FRAME_NAME.fullmatch(file.name)
        if match is None or int(match["camera"]) != camera or match["person"] != person:
            report(
                f"{printable(file)} is not named cam{camera}_{person}_FRAME.png: "
                "move it out of the sequences."
            )
        else:
            numbered.append((int(match["number"]), file))
    if not numbered:
        report(
            f"{person} has no frames in camera {camera}: {printable(folder)} is missing or empty. "
            "Both cameras are needed; add the frames or remove the person from the other camera."
        )
    return in_order(person, camera, numbered, report)
