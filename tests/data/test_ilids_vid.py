import os
import shutil
from pathlib import Path

import fakes
import numpy as np
import pytest
from scipy.io import loadmat

from stareid import data
from stareid.errors import InputError

SHARED = os.environ.get("STAREID_SHARED")
shared = pytest.mark.skipif(SHARED is None, reason="needs real data: set STAREID_SHARED to the folder of it")


def sequence_folder(tree: Path, camera: int, person: str) -> Path:
    return tree / "i-LIDS-VID" / "sequences" / f"cam{camera}" / person


def test_frames_come_in_the_order_of_their_numbers(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    assert len(dataset.sequences) == 2 * len(fakes.NUMBERS)
    for sequence in dataset.sequences:
        person = int(sequence.person.removeprefix("person"))
        expected = [
            fakes.colour(person, sequence.camera, t) for t in range(fakes.length(person, sequence.camera))
        ]
        frames = dataset.frames(sequence)
        assert frames.shape == (len(expected), 128, 64, 3)
        assert frames.dtype == np.uint8
        assert frames[:, 0, 0].tolist() == [list(c) for c in expected]


def test_the_first_half_of_a_split_row_is_test_and_values_are_positions(tree: Path) -> None:
    people = [f"person{number:03d}" for number in fakes.NUMBERS]
    fakes.write_splits(tree, np.array([[8, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8]]))
    splits = data.load("ilids_vid", tree).splits
    assert splits[0].test == (people[7], people[0], people[1], people[2])
    assert splits[0].train == (people[3], people[4], people[5], people[6])
    assert splits[1].test == tuple(people[:4])


def test_a_tree_without_a_split_file_loads_and_has_no_splits(tree: Path) -> None:
    (tree / data.ilids_vid.SPLIT_FILE).unlink()
    assert data.load("ilids_vid", tree).splits == ()


def test_the_fingerprint_follows_the_frames_and_not_the_place(tmp_path: Path) -> None:
    first = data.load("ilids_vid", fakes.ilids_vid(tmp_path / "a", seed=0))
    again = data.load("ilids_vid", fakes.ilids_vid(tmp_path / "b", seed=1))
    other = data.load("ilids_vid", fakes.ilids_vid(tmp_path / "c", numbers=fakes.NUMBERS[:6]))
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_a_changed_frame_is_decoded_again(tree: Path) -> None:
    before = data.load("ilids_vid", tree).fingerprint
    folder = sequence_folder(tree, 1, "person001")
    files = sorted(folder.iterdir())
    files[0].write_bytes(files[1].read_bytes())
    assert data.load("ilids_vid", tree).fingerprint != before


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda tree: (tree / "i-LIDS-VID").rename(tree / "other"), "is not an iLIDS-VID tree"),
        (
            lambda tree: shutil.rmtree(sequence_folder(tree, 2, "person005")),
            "no frames in camera 2",
        ),
        (
            lambda tree: next(sequence_folder(tree, 1, "person002").iterdir()).write_bytes(b""),
            "cannot be read",
        ),
        (
            lambda tree: next(sequence_folder(tree, 1, "person002").iterdir()).write_text("text"),
            "cannot be read",
        ),
        (
            lambda tree: (sequence_folder(tree, 1, "person002") / "Thumbs.db").touch(),
            "Thumbs.db is not named",
        ),
        (
            lambda tree: (tree / data.ilids_vid.SPLIT_FILE).write_text("text"),
            "cannot be read with the key ls_set",
        ),
        (
            lambda tree: fakes.write_splits(tree, np.array([[1, 2, 3]])),
            "it divides 3 people, the data set has 8",
        ),
    ],
)
def test_a_damaged_tree_is_refused_by_name(tree: Path, damage, says: str) -> None:
    damage(tree)
    with pytest.raises(InputError, match=says):
        data.load("ilids_vid", tree)


def test_two_frames_of_one_number_are_refused(tree: Path) -> None:
    folder = sequence_folder(tree, 1, "person001")
    (folder / "cam1_person001_00095.png").rename(folder / "cam1_person001_000096.png")
    with pytest.raises(InputError, match="same frame number"):
        data.load("ilids_vid", tree)


def test_a_truncated_picture_is_refused_and_leaves_no_store(tree: Path) -> None:
    file = next(sequence_folder(tree, 2, "person021").iterdir())
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(InputError, match=file.name):
        data.load("ilids_vid", tree)
    with pytest.raises(InputError, match=file.name):  # and not half a store the second time
        data.load("ilids_vid", tree)


def test_frames_of_another_size_are_refused(tree: Path) -> None:
    from PIL import Image

    file = next(sequence_folder(tree, 2, "person021").iterdir())
    Image.new("RGB", (32, 64)).save(file)
    with pytest.raises(InputError, match="is 32 x 64 pixels"):
        data.load("ilids_vid", tree)


@shared
def test_the_genuine_people_are_read() -> None:
    dataset = data.load("ilids_vid", Path(str(SHARED)) / "data" / "ilids_vid")
    assert [(s.person, s.camera, s.length) for s in dataset.sequences] == [
        (f"person00{p}", c, 20) for p in (1, 2, 3) for c in (1, 2)
    ]
    assert dataset.frames(dataset.sequences[0]).shape == (20, 128, 64, 3)


WITHOUT = {11, 32, 72, 73, 78, 112, 132, 146, 156, 180, 211, 215, 247, 248, 250, 263, 267, 291, 292}


@shared
def test_the_official_split_file_puts_its_first_150_into_test_and_counts_positions() -> None:
    """On all ten rows; the people have the numbers of the real set, whose gaps part number and position."""
    file = Path(str(SHARED)) / "data" / "ilids_vid" / "train_test_splits_ilidsvid.mat"
    positions = loadmat(file)["ls_set"].astype(int)
    people = [f"person{number:03d}" for number in range(1, 320) if number not in WITHOUT]
    splits = data.ilids_vid.read_splits(file, people)
    assert len(people) == 300 and len(splits) == 10
    assert splits[0].test[:4] == ("person129", "person104", "person184", "person313")  # 123, 99, 174, 294
    for row, split in zip(positions, splits, strict=True):
        assert [1 + people.index(p) for p in split.test] == row[:150].tolist()
        assert [1 + people.index(p) for p in split.train] == row[150:].tolist()
