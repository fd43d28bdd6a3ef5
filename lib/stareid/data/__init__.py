"""Data sets: sequences of frames, divisions of the people, and clips cut from them.

load(name, root, **options) -> Dataset -> Clips (training) or frames (evaluation)
"""

from pathlib import Path

from stareid.data import drawn, ilids_vid
from stareid.data.clips import CROP as CROP
from stareid.data.clips import Batch as Batch
from stareid.data.clips import Clips as Clips
from stareid.data.clips import prepare as prepare
from stareid.data.clips import refuse_long_clips as refuse_long_clips
from stareid.data.clips import resize as resize
from stareid.data.sequences import Dataset as Dataset
from stareid.data.sequences import Sequence as Sequence
from stareid.data.sequences import Split as Split
from stareid.data.sequences import Truth as Truth
from stareid.errors import InputError
from stareid.paths import data_folder

READERS = ("walkers", "ilids_vid")


def load(name: str, root: str | Path | None = None, **options) -> Dataset:
    """Read data set `name`: `walkers` (drawn; options of `World`) or `ilids_vid` (a tree at `root`).

    Raises InputError for an unknown name, an option that the reader does not have, or a folder that does
    not hold the data set.
    """
    if name not in READERS:
        raise InputError(f"unknown data set {name!r}: the readers are {', '.join(READERS)}.")
    try:
        if name == "walkers":
            if root is not None:
                raise InputError(f"walkers are drawn, they are not read from {root}: leave the folder out.")
            return drawn.load(**options)
        return ilids_vid.load(Path(root) if root is not None else data_folder(name), **options)
    except InputError:
        raise
    except (TypeError, ValueError) as error:
        raise InputError(f"data set {name!r}: {error}") from error
