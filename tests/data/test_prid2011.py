import os
from pathlib import Path

import fakes
import numpy as np
import pytest
from scipy.io import loadmat, savemat

from stareid import data
from stareid.data import prid2011
from stareid.data.splits import read_splits
from stareid.errors import InputError

SHARED = os.environ.get("STAREID_SHARED")

# 26 frames are too few, person 201 is beyond those that both cameras saw, whatever is in its folder
LENGTHS = {
    **{(person, camera): 27 + camera for person in (1, 2, 9, 200) for camera in (1, 2)},
    **{(3, 1): 26, (3, 2): 27, (201, 1): 30},
}


@pytest.fixture(scope="module")
def prid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fakes.prid2011(tmp_path_factory.mktemp("prid") / "prid", LENGTHS)


def test_people_seen_long_enough_by_both_cameras_are_read_in_order(prid: Path) -> None:
    dataset = data.load("prid2011", prid)
    people = ["person_0001", "person_0002", "person_0009", "person_0200"]
    assert [(s.person, s.camera, s.length) for s in dataset.sequences] == [
        (person, camera, 27 + camera) for person in people for camera in (1, 2)
    ]
    second = dataset.frames(dataset.sequences[2])
    assert second[:, 0, 0].tolist() == [list(fakes.colour(2, 1, frame)) for frame in range(1, 29)]
    assert dataset.consecutive
    assert dataset.splits == ()
    assert "comes with the archive of iLIDS-VID" in dataset.notes[0]
    assert "1 of the first 200 people" in dataset.notes[1] and "person_0003" in dataset.notes[1]


@pytest.mark.parametrize("place", ["train-test people splits", "../ilids_vid/train-test people splits"])
def test_the_split_file_is_found_in_the_tree_and_beside_it(prid: Path, place: str) -> None:
    file = prid / place / prid2011.SPLIT_FILE
    file.parent.mkdir(parents=True)
    savemat(file, {"ls_set": np.array([[4, 1, 2, 3]], np.uint8)})
    (split,) = data.load("prid2011", prid).splits
    file.unlink()
    assert split.test == ("person_0200", "person_0001")  # positions among the people kept, first half test
    assert split.train == ("person_0002", "person_0009")


def test_nobody_seen_long_enough_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nobody has 27 frames"):
        data.load("prid2011", fakes.prid2011(tmp_path, {(1, 1): 2, (1, 2): 2}))


@pytest.mark.skipif(SHARED is None, reason="needs real data: set STAREID_SHARED to the folder of it")
def test_the_official_split_file_puts_its_first_89_into_test() -> None:
    file = Path(str(SHARED)) / "data" / "ilids_vid" / prid2011.SPLIT_FILE
    people = [f"person_{2 * number:04d}" for number in range(1, 179)]  # numbers that are not positions
    splits = read_splits(file, people)
    positions = loadmat(file)["ls_set"].astype(int)
    assert len(splits) == 10
    for row, split in zip(positions, splits, strict=True):
        assert [int(p.removeprefix("person_")) for p in split.test] == (2 * row[:89]).tolist()
        assert [int(p.removeprefix("person_")) for p in split.train] == (2 * row[89:]).tolist()
