from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from stareid import data
from stareid.data.store import Decoded, open_store


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


def test_walkers_come_with_their_truth() -> None:
    dataset = data.load("walkers", people=3, shortest=6, longest=8, seed=1)
    sequence = dataset.sequences[0]
    truth = dataset.truth(sequence)
    assert truth.person.shape == dataset.frames(sequence).shape[:3]
    assert truth.person.any()
    assert ((truth.visible >= 0) & (truth.visible <= 1)).all()
    assert {s.person for s in dataset.sequences} == {"person001", "person002", "person003"}
    assert len(dataset.splits) == 10
