"""Hundreds of damaged trees: each ends in one message that names what is wrong and leaves no store."""

import os
import random
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import fakes
import numpy as np
import pytest
from damage import DAMAGE, many, picture
from scipy.io import savemat

from stareid import data
from stareid.data import mars300, prid2011
from stareid.data.verify import Known, verify
from stareid.errors import InputError

EXAMPLES = 5  # of each damage in each tree
SMALL = {(person, camera): 3 for person in (1, 2, 3, 4) for camera in (1, 2)}
TEST = tuple((person, camera, 3) for person in (2, 4) for camera in (1, 2))


def small_ilids_vid(root: Path) -> None:
    pictures = {
        f"i-LIDS-VID/sequences/cam{c}/person{p:03d}/cam{c}_person{p:03d}_{f:05d}.png": fakes.small(p, c, f)
        for (p, c), frames in SMALL.items()
        for f in range(1, frames + 1)
    }
    fakes.write_splits(fakes.shuffled(root, pictures), np.array([[1, 2, 3, 4]]))


def small_prid2011(root: Path) -> None:
    fakes.prid2011(root, SMALL)
    savemat(root / prid2011.SPLIT_FILE, {"ls_set": np.array([[1, 2, 3, 4]], np.uint8)})


TREES: dict[str, Callable[[Path], object]] = {
    "ilids_vid": small_ilids_vid,
    "prid2011": small_prid2011,
    "folder": lambda root: fakes.folder(root, frames=3),
    "mars": lambda root: fakes.mars(root, train=TEST, test=TEST, probes=(1,)),
    "mars300": lambda root: fakes.mars(root, train=TEST, test=TEST, probes=(1,)),
}


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    top = tmp_path_factory.mktemp("originals")
    for name, make in TREES.items():
        make(top / name)
    return {name: top / name for name in TREES}


@pytest.fixture(autouse=True)
def tiny_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prid2011, "FEWEST", 2)
    monkeypatch.setattr(mars300, "pairs", lambda: [("person001", 2, (1, 2)), ("person002", 4, (1, 2))])
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """A reader that waits, for a pipe say, is interrupted."""

    def stop(*_):
        raise TimeoutError("a reader hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


NOT_THERE = {  # frames of MARS are named in a table, the splits of a folder are drawn
    ("folder", "wrong split"), ("folder", "broken split"), ("mars", "frame number twice"),
    ("mars300", "frame number twice"),
}  # fmt: skip
CASES = [(name, damage) for name in TREES for damage in DAMAGE if (name, damage) not in NOT_THERE]


def test_there_are_hundreds() -> None:
    assert len(CASES) * EXAMPLES >= 300


def damaged(tmp_path: Path, original: Path, rng: random.Random) -> Path:
    """A new copy of the tree, and beside it a good picture called `original`."""
    top = Path(tempfile.mkdtemp(dir=tmp_path))
    shutil.copytree(original, top / "tree")
    shutil.copy(picture(top / "tree", rng), top / "original")
    return top / "tree"


def refused(name: str, root: Path) -> str:
    """The one printable message with which a tree is refused, after which no store is there."""
    with pytest.raises(InputError) as caught:
        data.load(name, root)
    assert [p for p in (root.parent.parent / "cache").glob("*") if p.suffix != ".lock"] == []
    message = str(caught.value)
    assert message.encode() and "\n" not in message
    return message


@pytest.mark.parametrize(("name", "damage"), CASES)
@many(EXAMPLES)
def test_a_damaged_tree_ends_in_one_message(name: str, damage: str, originals, tmp_path: Path, rng) -> None:
    root = damaged(tmp_path, originals[name], rng)
    wrong = DAMAGE[damage](root, rng)
    assert wrong in refused(name, root)
    problems = verify(name, root, Known(size=None, consecutive=False), jobs=1).problems
    assert [problem for problem in problems if wrong in problem]


@pytest.mark.parametrize("name", ["ilids_vid", "folder"])
@many(40)
def test_changed_bytes_end_in_a_message_or_do_not_matter(name: str, originals, tmp_path: Path, rng) -> None:
    root = damaged(tmp_path, originals[name], rng)
    file = picture(root, rng)
    content = bytearray(file.read_bytes())
    for _ in range(3):
        content[rng.randrange(len(content))] = rng.randrange(256)
    file.write_bytes(content)
    try:
        data.load(name, root)
    except InputError as error:
        assert file.name in str(error)


@pytest.mark.parametrize("name", TREES)
def test_a_disk_without_room_ends_in_one_message(name: str, originals, tmp_path: Path) -> None:
    root = damaged(tmp_path, originals[name], random.Random(0))
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, most[1]))
    try:
        message = refused(name, root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert "STAREID_CACHE" in message


@pytest.mark.parametrize("name", TREES)
def test_a_cache_that_cannot_be_made_ends_in_one_message(name: str, originals, tmp_path: Path, monkeypatch):
    root = damaged(tmp_path, originals[name], random.Random(0))
    (tmp_path / "file").touch()
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path / "file" / "cache"))
    assert str(tmp_path / "file") in refused(name, root)


def test_a_tree_whose_own_name_is_not_utf8_is_read(originals, tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    shutil.copytree(originals["ilids_vid"], root)
    assert len(data.load("ilids_vid", root).sequences) == len(SMALL)
    next(root.rglob("*.png")).write_bytes(b"")
    with pytest.raises(InputError, match=r"caf\\xe9") as caught:
        data.load("ilids_vid", root)
    assert str(caught.value).encode()
