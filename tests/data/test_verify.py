from pathlib import Path

import fakes
import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from stareid.data import mars300, prid2011
from stareid.data.verify import KNOWN, Known, verify

PEOPLE = (1, 2, 5, 7)
FRAMES = sum(fakes.length(person, camera) for person in PEOPLE for camera in (1, 2))
MINIATURE = Known(people=4, sequences=8, frames=FRAMES, shortest=6, longest=9)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return fakes.ilids_vid(tmp_path / "tree", numbers=PEOPLE)


def test_a_tree_that_is_right_is_called_so(tree: Path) -> None:
    finding = verify("ilids_vid", tree, MINIATURE, jobs=1)
    assert finding.problems == []
    assert finding.counted == f"4 people, 8 sequences, {FRAMES} frames, 6 to 9 long"
    assert verify("walkers", tree, jobs=2).problems == []


def test_the_counts_of_the_real_sets_are_known() -> None:
    found = KNOWN["ilids_vid"]
    assert (found.people, found.sequences, found.frames) == (300, 600, 42459)
    assert (found.shortest, found.longest, found.size) == (22, 192, (64, 128))
    assert (KNOWN["prid2011"].people, KNOWN["prid2011"].frames) == (178, 38466)
    tables = KNOWN["mars"].tables
    assert tables["test tracks"] - tables["junk tracks"] == 11_310
    assert tables["test tracks"] - tables["junk tracks"] - tables["probes"] == 9_330


def test_everything_that_is_wrong_is_listed_by_name(tree: Path) -> None:
    top = tree / "i-LIDS-VID" / "sequences"
    one, two, five = (sorted((top / "cam1" / f"person{n:03d}").iterdir()) for n in (1, 2, 5))
    one[1].unlink()
    one[3].write_bytes(b"")
    one[4].write_text("text")
    two[0].write_bytes(two[0].read_bytes()[:-40])
    Image.new("RGB", (32, 64)).save(two[1])
    (two[0].parent / "Thumbs.db").touch()
    two[2].rename(two[2].with_name("cam1_person002_000098.png"))
    for file in five:
        file.unlink()
    fakes.write_splits(tree, np.array([[1, 2, 3]]))
    problems = verify("ilids_vid", tree, MINIATURE, jobs=1).problems
    for said in (
        f"{one[2]} follows frame 95: frames between them are missing",
        f"{one[3]} cannot be read",
        f"{one[4]} cannot be read",
        f"{two[0]} cannot be read",
        f"{two[1]} is 32 x 64 pixels, and should be 64 x 128",
        "Thumbs.db is not named",
        "have the same frame number",
        "person005 has no frames in camera 1",
        "it divides 3 people, the data set has 4",
        f"frames: {FRAMES - 2 - len(five)}, and should be {FRAMES}",
        "shortest: 0, and should be 6",
    ):
        assert len([problem for problem in problems if said in problem]) == 1, (said, problems)


def test_a_tree_without_its_split_file_is_not_whole(tree: Path) -> None:
    (tree / "train-test people splits" / "train_test_splits_ilidsvid.mat").unlink()
    (problem,) = verify("ilids_vid", tree, MINIATURE, jobs=1).problems
    assert "train_test_splits_ilidsvid.mat is missing" in problem


@pytest.mark.parametrize("name", KNOWN)
def test_a_folder_of_something_else_is_wrong_and_no_crash(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    assert verify(name, tmp_path, jobs=1).problems
    assert verify(name, tmp_path / "none", jobs=1).problems


def test_prid_is_counted_without_the_people_left_out(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(prid2011, "FEWEST", 3)
    root = fakes.prid2011(tmp_path, {(1, 1): 3, (1, 2): 4, (2, 1): 3, (2, 2): 2})
    known = Known(1, 2, 7, 3, 4, size=(8, 16))
    assert verify("prid2011", root, known, jobs=1).problems == []
    savemat(tmp_path / prid2011.SPLIT_FILE, {"ls_set": np.array([[1, 2]])})
    (problem,) = verify("prid2011", root, known, jobs=1).problems
    assert "train_test_splits_prid.mat" in problem and "has 1" in problem


def test_mars_is_counted_by_its_tables(tmp_path: Path, monkeypatch) -> None:
    root = fakes.mars(tmp_path / "mars")
    tables = {"train tracks": 4, "test tracks": 11, "junk tracks": 2, "distractor tracks": 1, "probes": 3}
    right = Known(sequences=15, size=(8, 16), consecutive=False, tables=tables)
    assert verify("mars", root, right, jobs=1).problems == []
    wrong = Known(size=(8, 16), consecutive=False, tables={"probes": 1_980, "train people": 625})
    assert verify("mars", root, wrong, jobs=1).problems == [
        "probes: 3, and should be 1,980.",
        "train people: 2, and should be 625.",
    ]
    lost = next((root / "bbox_test" / "00-1").iterdir())  # junk, but part of the set
    lost.unlink()
    (problem,) = verify("mars", root, right, jobs=1).problems
    assert f"{lost} is missing" in problem
    three = mars300.pairs()[:3]
    monkeypatch.setattr(mars300, "pairs", lambda: three)
    assert verify("mars300", root, Known(3, 6, size=(8, 16), consecutive=False), jobs=1).problems == []


def test_of_ones_own_tree_everything_is_decoded(tmp_path: Path) -> None:
    root = fakes.folder(tmp_path / "own", frames=2)
    assert verify("folder", root, jobs=1).problems == []
    broken = root / "ann" / "door" / "frame1.jpg"
    broken.write_bytes(broken.read_bytes()[:200])
    (problem,) = verify("folder", root, jobs=1).problems
    assert str(broken) in problem
