from pathlib import Path

import fakes
import numpy as np
import pytest
from PIL import Image

from stareid import data
from stareid.data import folder, listing
from stareid.errors import InputError


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return fakes.folder(tmp_path / "own")


def test_anybodys_tree_is_read_in_natural_order(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    dataset = data.load("folder", own)
    assert [(s.person, s.camera, s.length) for s in dataset.sequences] == [
        (person, camera, 12) for person in ("ann", "bob", "eve") for camera in (1, 2)
    ]
    frames = dataset.frames(dataset.sequences[3])  # bob, hall
    assert frames.shape == (12, 128, 64, 3)
    expected = [fakes.colour(2, 2, frame) for frame in range(1, 13)]
    assert np.abs(frames[:, 0, 0].astype(int) - expected).max() <= 3  # JPEG
    assert dataset.consecutive
    assert dataset.notes == ("camera 1 is 'door', camera 2 is 'hall'.",)
    said = [record.getMessage() for record in caplog.records if "become 64 x 128" in record.getMessage()]
    assert len(said) == 1 and "frame1.jpg is 8 x 16" in said[0]


def test_splits_are_ten_halves_by_seed(own: Path) -> None:
    first, again, other = (data.load("folder", own, seed=seed).splits for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 10
    for split in first:
        assert (len(split.train), len(split.test)) == (2, 1)
        assert sorted(split.train + split.test) == ["ann", "bob", "eve"]


def test_gaps_in_the_numbers_make_a_set_not_consecutive(own: Path) -> None:
    (own / "eve" / "hall" / "frame5.jpg").unlink()
    assert not data.load("folder", own).consecutive


def test_frames_of_the_right_size_are_left_as_they_are(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (128, 64, 3), dtype=np.uint8)
    files = {f"{person}/{camera}/1.png": picture for person in "ab" for camera in "12"}
    dataset = data.load("folder", fakes.shuffled(tmp_path, files))
    assert np.array_equal(dataset.frames(dataset.sequences[0])[0], picture)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda own: (own / "bob" / "hall").rename(own / "bob" / "roof"), r"bob has no .* camera 2 \(hall\)"),
        (lambda own: (own / "bob" / "hall" / "notes.txt").touch(), "notes.txt is no picture"),
        (lambda own: (own / "readme.txt").touch(), "readme.txt is not a folder"),
        (lambda own: (own / "bob" / "hall" / "frame1.png").touch(), "same place in the order"),
        (lambda own: (own / "bob" / "hall" / "frame01.png").touch(), "same place in the order"),
    ],
)
def test_what_is_no_such_tree_is_refused_by_name(own: Path, damage, says: str) -> None:
    damage(own)
    with pytest.raises(InputError, match=says):
        data.load("folder", own)


def test_one_camera_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="3 people and 1 cameras: two of each"):
        data.load("folder", fakes.folder(tmp_path, cameras=("door",), frames=1))


def test_hidden_files_are_left_alone(own: Path) -> None:
    (own / ".index").touch()
    (own / "ann" / "door" / ".thumbnails").touch()
    assert len(data.load("folder", own).sequences) == 6


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("folder", {"sed": 1}, "unknown option 'sed' of data set 'folder': it has seed"),
        ("folder", {"seed": "one"}, "option seed .* is 'one': it must be of type int"),
        ("folder", {"seed": True}, "option seed .* is True"),
        ("folder", {"seed": -1}, "seed is -1"),
        ("ilids_vid", {"consecutive": 1}, "option consecutive .* is 1: it must be of type bool"),
        ("mars", {"frames": -1}, "frames is -1"),
        ("prid2011", {"seed": 1}, "unknown option 'seed' of data set 'prid2011': it has none"),
        ("walkers", {"persons": 1}, "unknown option 'persons' .*people"),
    ],
)
def test_options_are_checked_by_name_and_type(name: str, options: dict, says: str, own: Path) -> None:
    with pytest.raises(InputError, match=says):
        data.load(name, None if name == "walkers" else own, **options)


def test_an_option_says_that_frames_are_not_consecutive(tmp_path: Path) -> None:
    root = fakes.ilids_vid(tmp_path, numbers=(1, 2))
    assert data.load("ilids_vid", root).consecutive
    assert not data.load("ilids_vid", root, consecutive=False).consecutive


def test_pictures_of_absurd_size_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.png"
    Image.new("L", (listing.LARGEST + 1, 1)).save(file)
    with pytest.raises(InputError, match="huge.png cannot be read .*4097 x 1"):
        listing.read_picture(file)


def test_names_sort_as_people_would(tmp_path: Path) -> None:
    assert sorted(["a10b2", "a9", "a10b1", "b"], key=folder.natural) == ["a9", "a10b1", "a10b2", "b"]
