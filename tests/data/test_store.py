import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from stareid import data
from stareid.data.store import Decoded, open_store
from stareid.errors import InputError


def decoded(count: int = 3) -> Iterator[Decoded]:
    for number in range(count):
        frames = np.full((2, 4, 3, 3), number, np.uint8)
        yield Decoded(f"person{number}", 1, frames, frames[..., 0])


def never() -> Iterator[Decoded]:
    raise AssertionError("decoded again")
    yield


def test_a_store_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    first = open_store("tiny", "source", decoded(), 6)
    again = open_store("tiny", "source", never(), 6)
    assert first.sequences == again.sequences
    assert np.array_equal(again.pixels[:, 0, 0, 0], [0, 0, 1, 1, 2, 2])
    assert again.flags is not None
    assert again.flags.shape == (6, 4, 3)


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))

    def breaks() -> Iterator[Decoded]:
        yield from decoded(1)
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        open_store("tiny", "source", breaks(), 6)
    assert [file for file in tmp_path.iterdir() if file.suffix != ".lock"] == []
    assert len(open_store("tiny", "source", decoded(), 6).sequences) == 3


def test_two_at_once_make_one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store("tiny", "source", decoded(), 6), range(4)))
    assert len({store.fingerprint for store in stores}) == 1
    assert len([folder for folder in tmp_path.iterdir() if folder.is_dir()]) == 1


FIRST_OPENING = """
import sys
from stareid import data
print("ready", flush=True)
sys.stdin.readline()
print(data.load("ilids_vid", sys.argv[1]).fingerprint, flush=True)
"""


def test_two_processes_that_start_at_once_make_one_store(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    command = [sys.executable, "-c", FIRST_OPENING, str(tree)]
    environment = os.environ | {"STAREID_CACHE": str(cache)}
    started = [
        subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.stdout and process.stdout.readline() for process in started] == ["ready\n"] * 2
    for process in started:
        assert process.stdin
        process.stdin.write("now\n")
        process.stdin.flush()
    said = {process.communicate()[0].strip() for process in started}
    assert said == {data.load("ilids_vid", tree).fingerprint}
    assert [process.returncode for process in started] == [0, 0]
    [store] = [folder for folder in cache.iterdir() if folder.is_dir()]
    assert {file.name for file in store.iterdir()} == {"index.json", "pixels.npy"}


DAMAGES = {
    "no index": lambda store: (store / "index.json").unlink(),
    "broken index": lambda store: (store / "index.json").write_text('{"sequences": ['),
    "another index": lambda store: (store / "index.json").write_text("[]"),
    "no pixels": lambda store: (store / "pixels.npy").unlink(),
    "cut pixels": lambda store: (store / "pixels.npy").write_bytes((store / "pixels.npy").read_bytes()[:-9]),
    "no content": lambda store: (store / "pixels.npy").write_bytes(b""),
    "cut flags": lambda store: (store / "flags.npy").write_bytes((store / "flags.npy").read_bytes()[:-9]),
    "another size": lambda store: np.save(store / "flags.npy", np.zeros((5, 4, 3), np.uint8)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_store_is_made_again(damage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    first = open_store("tiny", "source", decoded(), 6)
    [folder] = [path for path in tmp_path.iterdir() if path.is_dir()]
    damage(folder)
    again = open_store("tiny", "source", decoded(), 6)
    assert (again.sequences, again.fingerprint) == (first.sequences, first.fingerprint)
    assert np.array_equal(again.pixels[:, 0, 0, 0], [0, 0, 1, 1, 2, 2])
    assert again.flags is not None and len(again.flags) == 6
    open_store("tiny", "source", never(), 6)


def test_what_a_killed_process_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    open_store("tiny", "source", decoded(), 6)
    [folder] = [path for path in tmp_path.iterdir() if path.is_dir()]
    folder.rename(tmp_path / f".{folder.name}.dead")
    open_store("tiny", "source", decoded(), 6)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [folder.name]


class FullDisk(io.BytesIO):
    """A file on a disk that is full once 50 bytes are written."""

    def write(self, content) -> int:
        if self.tell() + len(bytes(content)) > 50:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


def test_a_full_cache_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    monkeypatch.setattr("stareid.data.store._begin", lambda *_: FullDisk())
    with pytest.raises(InputError, match="No space left.*STAREID_CACHE") as refusal:
        open_store("tiny", "source", decoded(), 6)
    assert str(tmp_path) in str(refusal.value)
    assert [file for file in tmp_path.iterdir() if file.suffix != ".lock"] == []


def test_a_cache_that_cannot_be_written_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(InputError, match="file/cache cannot be written.*STAREID_CACHE"):
        open_store("tiny", "source", decoded(), 6)

    def read_only(*_, **__) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    open_store("tiny", "source", decoded(), 6)
    monkeypatch.setattr("stareid.data.store.FileLock.acquire", read_only)
    with pytest.raises(InputError, match="cannot be written .Permission denied.*STAREID_CACHE"):
        open_store("tiny", "another source", decoded(), 6)
    open_store("tiny", "source", never(), 6)  # what is there can still be read


def test_a_source_that_gives_another_number_of_frames_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    with pytest.raises(ValueError, match="4 frames instead of 6"):
        open_store("tiny", "source", decoded(2), 6)
    assert [file for file in tmp_path.iterdir() if file.suffix != ".lock"] == []


def test_walkers_come_with_their_truth() -> None:
    dataset = data.load("walkers", people=3, shortest=6, longest=8, seed=1)
    sequence = dataset.sequences[0]
    truth = dataset.truth(sequence)
    assert truth.person.shape == dataset.frames(sequence).shape[:3]
    assert truth.person.any()
    assert ((truth.visible >= 0) & (truth.visible <= 1)).all()
    assert {s.person for s in dataset.sequences} == {"person001", "person002", "person003"}
    assert len(dataset.splits) == 10
