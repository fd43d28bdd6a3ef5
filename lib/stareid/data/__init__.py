"""Data sets: sequences of frames, divisions of the people, and clips cut from them.

load(name, root, **options) -> Dataset -> Clips (training) or frames (evaluation)
"""

from collections.abc import Callable
from inspect import Parameter, signature
from logging import getLogger
from pathlib import Path
from typing import Any

from stareid.data import drawn, folder, ilids_vid, mars, mars300, prid2011
from stareid.data.clips import Batch as Batch
from stareid.data.clips import Clips as Clips
from stareid.data.clips import Pair as Pair
from stareid.data.clips import refuse_long_clips as refuse_long_clips
from stareid.data.clips import tracks as tracks
from stareid.data.flow import channels as channels
from stareid.data.flow import optical_flow as optical_flow
from stareid.data.flow import refuse_gaps as refuse_gaps
from stareid.data.preparation import CROP as CROP
from stareid.data.preparation import prepare as prepare
from stareid.data.preparation import resize as resize
from stareid.data.sequences import Dataset as Dataset
from stareid.data.sequences import Sequence as Sequence
from stareid.data.sequences import Split as Split
from stareid.data.sequences import Truth as Truth
from stareid.data.walkers import World
from stareid.errors import InputError
from stareid.paths import data_folder

TREES: dict[str, Callable[..., Dataset]] = {
    "ilids_vid": ilids_vid.load,
    "prid2011": prid2011.load,
    "mars": mars.load,
    "mars300": mars300.load,
    "folder": folder.load,
}
READERS = ("walkers", *TREES)


def load(name: str, root: str | Path | None = None, **options: Any) -> Dataset:
    """Read data set `name`: `walkers` (drawn; options of `World`) or a tree at `root`.

    What the reader leaves out or does not find is logged as a warning. Raises InputError for an unknown name,
    an option that the reader does not have, or a folder that does not hold the data set.
    """
    if name not in READERS:
        raise InputError(f"unknown data set {name!r}: the readers are {', '.join(READERS)}.")
    if name == "walkers" and root is not None:
        raise InputError(f"walkers are drawn, they are not read from {root}: leave the folder out.")
    check_options(name, options)
    try:
        if name == "walkers":
            return drawn.load(**options)
        dataset = TREES[name](Path(root) if root is not None else data_folder(name), **options)
    except InputError:
        raise
    except (TypeError, ValueError, OSError) as error:
        raise InputError(f"data set {name!r}: {error}") from error
    for note in dataset.notes:
        getLogger(__name__).warning("%s: %s", name, note)
    return dataset


def check_options(name: str, options: dict[str, Any]) -> None:
    """InputError for an option that the reader does not have, or a value that is not of its type."""
    reader: Callable[..., Any] = World if name == "walkers" else TREES[name]
    known = {
        p.name: p.default for p in signature(reader).parameters.values() if p.default is not Parameter.empty
    }
    for key, value in options.items():
        if key not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise InputError(f"unknown option {key!r} of data set {name!r}: {has}.")
        if type(value) is not type(known[key]):
            kind = type(known[key]).__name__
            raise InputError(f"option {key} of data set {name!r} is {value!r}: it must be of type {kind}.")
