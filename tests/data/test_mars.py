import csv
import os
from pathlib import Path

import fakes
import numpy as np
import pytest
from scipy.io import loadmat, savemat

from stareid import data
from stareid.data import mars300
from stareid.errors import InputError

SHARED = os.environ.get("STAREID_SHARED")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fakes.mars(tmp_path_factory.mktemp("mars") / "mars")


def test_tracks_come_from_the_tables(tree: Path) -> None:
    dataset = data.load("mars", tree)
    kept = [track for track in fakes.MARS_TEST if track[0] != -1]
    assert [(int(s.person), s.camera, s.length) for s in dataset.sequences] == [*fakes.MARS_TRAIN, *kept]
    assert dataset.sequences[4:] == dataset.gallery  # distractors and probes are in it
    assert [(s.person, s.camera, s.length) for s in dataset.probes] == [
        ("0002", 1, 3), ("0004", 1, 2), ("0016", 3, 3)
    ]  # fmt: skip
    assert set(dataset.probes) <= set(dataset.gallery)
    (split,) = dataset.splits
    assert (split.train, split.test) == (("0001", "0003"), ("0002", "0004", "0016"))
    assert dataset.consecutive
    assert "2 junk tracks" in dataset.notes[0] and "1 distractors" in dataset.notes[0]


def test_frames_are_those_of_the_track_in_order_at_64_x_128(tree: Path) -> None:
    dataset = data.load("mars", tree)
    frames = dataset.frames(dataset.probes[0])  # track 4 of the test table: person 2, three frames
    assert frames.shape == (3, 128, 64, 3)
    expected = [fakes.colour(2, 0, 20 * frame) for frame in (1, 2, 3)]
    assert np.abs(frames[:, 60, 30].astype(int) - expected).max() <= 3  # JPEG


def test_fewer_frames_are_spread_evenly(tree: Path) -> None:
    dataset = data.load("mars", tree, frames=3)
    assert [s.length for s in dataset.sequences[:4]] == [3, 3, 2, 3]
    long = next(s for s in dataset.sequences if (s.person, s.camera, s.length) == ("0002", 1, 3))
    assert np.abs(dataset.frames(long)[:, 0, 0, 2].astype(int) - [20, 140, 240]).max() <= 3  # 1, 7, 12 of 12
    assert not dataset.consecutive


def test_several_tracks_a_person_are_not_taken_for_a_two_camera_set(tree: Path) -> None:
    with pytest.raises(InputError, match="several sequences in camera 1"):
        data.load("mars", tree).select(["0002"], 1)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("query_IDX", [[1]], "query_IDX.mat names tracks"),  # junk
        ("query_IDX", [[12]], "query_IDX.mat names tracks"),  # beyond the table
        ("track_test_info", [[1, 2, -1, 2]], "tracks_test_info.mat: track 1"),  # another camera
        ("track_test_info", [[0, 1, -1, 1]], "tracks_test_info.mat: track 1"),  # counted from 0
        ("track_test_info", [[1, 999, -1, 1]], "tracks_test_info.mat: track 1"),
        ("track_test_info", [[1, 2, -1]], "rows of four"),
        ("track_test_info", [["text"]], "tracks_test_info.mat cannot be read"),
        ("other", [[1]], "query_IDX.mat cannot be read"),
    ],
)
def test_tables_that_contradict_are_refused(tmp_path: Path, key: str, value: list, says: str) -> None:
    root = fakes.mars(tmp_path / "mars")
    file = "tracks_test_info.mat" if key == "track_test_info" else "query_IDX.mat"
    savemat(root / "info" / file, {key: np.array(value)})
    with pytest.raises(InputError, match=says):
        data.load("mars", root)


def test_mars300_takes_its_people_from_an_official_tree(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first_three = mars300.pairs()[:3]
    monkeypatch.setattr(mars300, "pairs", lambda: first_three)
    splits = tree / "train-test people splits"
    splits.mkdir()
    savemat(splits / "train_test_splits_ilidsvid.mat", {"ls_set": np.array([[3, 1, 2]], np.uint16)})
    dataset = data.load("mars300", tree)
    lengths = {(s.person, s.camera): s.length for s in dataset.sequences}
    assert lengths == {
        ("person001", 1): 3 + 8,  # the probe's 3 frames, then 8 of the other track's 12
        ("person001", 2): 8,
        ("person002", 1): 2,
        ("person002", 2): 8 + 2,
        ("person003", 1): 3,
        ("person003", 2): 2,
    }
    blue = dataset.frames(dataset.sequences[0])[:, 0, 0, 2].astype(int)
    assert np.abs(blue - 20 * np.array([1, 2, 3, 1, 3, 4, 6, 7, 9, 10, 12])).max() <= 3
    assert dataset.splits[0].test == ("person003",)
    assert not dataset.consecutive
    [note] = dataset.notes
    assert "close to the frames of that study, not equal" in note
    (splits / "train_test_splits_ilidsvid.mat").unlink()
    assert "there are no splits" in data.load("mars300", tree).notes[1]


def test_mars300_names_a_person_who_is_not_there(tree: Path) -> None:
    with pytest.raises(InputError, match="MARS person 26 has no track in camera"):
        data.load("mars300", tree)


def test_the_list_of_people_is_that_of_our_set() -> None:
    pairs = mars300.pairs()
    assert [person for person, _, _ in pairs] == [f"person{number:03d}" for number in range(1, 301)]
    assert len({number for _, number, _ in pairs}) == 300
    assert all(1 <= first < second <= 6 for _, _, (first, second) in pairs)


@pytest.mark.skipif(SHARED is None, reason="needs real data: set STAREID_SHARED to the folder of it")
def test_the_list_of_people_is_that_of_the_index() -> None:
    with (Path(str(SHARED)) / "data" / "mars300" / "index.csv").open(newline="") as file:
        rows = {
            (r["person"], r["camera"], r["mars_person_id"], r["mars_camera"]) for r in csv.DictReader(file)
        }
    assert rows == {
        (person, f"cam{at}", str(number), str(cameras[at - 1]))
        for person, number, cameras in mars300.pairs()
        for at in (1, 2)
    }


def test_the_tables_are_in_the_official_format(tree: Path) -> None:
    assert loadmat(tree / "info" / "tracks_test_info.mat")["track_test_info"].shape == (11, 4)
    assert loadmat(tree / "info" / "query_IDX.mat")["query_IDX"].shape == (1, 3)
