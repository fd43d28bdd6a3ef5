"""Divisions of the people: from the official split files, or at random by seed."""

from pathlib import Path

import numpy as np

from stareid.data.listing import printable
from stareid.data.matlab import read_matrix
from stareid.data.sequences import Split, splits_from_positions
from stareid.errors import InputError

FOLDER = Path("train-test people splits")  # as in the archive of iLIDS-VID, which holds those of PRID too
SPLITS = 10


def find_split_file(root: Path, name: str) -> Path | None:
    """The split file of this name in a tree or beside it, where people put it; None when it is not there."""
    places = [at / inner for at in (root, root.parent, root.parent / "ilids_vid") for inner in (FOLDER, "")]
    return next((place / name for place in places if (place / name).exists()), None)


def missing_splits(root: Path, name: str) -> str:
    """What is said when the split file of this name is in none of these places."""
    return (
        f"no file {name} was found in or beside {printable(root)}: there are no splits. It comes with the "
        "archive of iLIDS-VID (`python -m stareid data download ilids_vid DIR` says where to ask)."
    )


def read_splits(file: Path, people: list[str]) -> tuple[Split, ...]:
    """The divisions in a split file: rows of positions, first half TEST. None where there is no file."""
    if not file.exists():
        return ()
    positions = read_matrix(file, "ls_set")
    try:
        return splits_from_positions(positions, people)
    except InputError as error:
        raise InputError(f"{printable(file)}: {error}") from error


def random_halves(people: list[str], seed: int) -> tuple[Split, ...]:
    """Ten random halves; of an odd number of people, the larger half is for training."""
    generator = np.random.default_rng(seed)
    rows = np.stack([generator.permutation(len(people)) + 1 for _ in range(SPLITS)])
    return splits_from_positions(rows, people)
