"""Clips of consecutive frames, and pairs of them."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from stareid import data
from stareid.data.clips import window
from stareid.data.sequences import Sequence


@given(length=st.integers(1, 60), share=st.floats(0, 1), seed=st.integers(0, 9))
def test_a_window_is_consecutive_and_may_lie_anywhere(length: int, share: float, seed: int) -> None:
    frames = 1 + round(share * (length - 1))
    rows = window(length, frames, torch.Generator().manual_seed(seed))
    assert rows == list(range(rows[0], rows[0] + frames))
    assert rows[0] >= 0 and rows[-1] < length


def test_all_windows_are_drawn() -> None:
    generator = torch.Generator().manual_seed(0)
    assert {window(6, 4, generator)[0] for _ in range(60)} == {0, 1, 2}


def numbered(lengths: dict[str, list[int]]) -> data.Dataset:
    """A set whose every frame has the number of its row as its grey level; a sequence in each camera."""
    sequences, start = [], 0
    for person, own in lengths.items():
        for camera, length in enumerate(own, 1):
            sequences.append(Sequence(person, camera, start, length))
            start += length
    pixels = np.broadcast_to(np.arange(start, dtype=np.uint8)[:, None, None, None], (start, 64, 48, 3))
    return data.Dataset("numbered", tuple(sequences), (), pixels.copy(), "")


def frames_of(clip: torch.Tensor) -> list[int]:
    """The rows that a clip (1, T, 3, 128, 64) of a numbered set was cut from, prepared as `raw`."""
    return (255 * clip[0, :, 0, 0, 0]).round().int().tolist()


def test_a_pair_of_one_person_is_both_cameras_and_as_long_as_the_shorter() -> None:
    clips = data.Clips(numbered({"ann": [8, 9], "bob": [3, 20]}), ["ann", "bob"], preparation="raw")
    random = torch.Generator().manual_seed(0)
    for person, rows, frames in ((0, (range(0, 8), range(8, 17)), 4), (1, (range(17, 20), range(20, 40)), 3)):
        pair = clips.pair(person, person, 4, random)
        assert pair.people.tolist() == [[person], [person]]
        for clip, own in zip((pair.probe, pair.gallery), rows, strict=True):
            drawn = frames_of(clip)
            assert len(drawn) == frames and set(drawn) <= set(own)
            assert drawn == list(range(drawn[0], drawn[0] + frames))


def test_a_pair_of_two_people_is_seen_by_any_cameras() -> None:
    clips = data.Clips(numbered({"ann": [2, 2], "bob": [2, 2]}), ["ann", "bob"], preparation="raw")
    random = torch.Generator().manual_seed(0)
    pairs = [clips.pair(0, 1, 2, random) for _ in range(60)]
    assert {(frames_of(p.probe)[0], frames_of(p.gallery)[0]) for p in pairs} == {
        (0, 4),
        (0, 6),
        (2, 4),
        (2, 6),
    }
    assert pairs[0].people.tolist() == [[0], [1]]


def test_the_clips_of_a_pair_have_crops_and_flips_of_their_own() -> None:
    clips = data.Clips(numbered({"ann": [5, 5]}), ["ann"])
    random = torch.Generator().manual_seed(0)
    clips.pixels[:] = torch.randint(0, 256, (64, 48, 3), generator=random)  # every frame the same
    pairs = [clips.pair(0, 0, 3, random) for _ in range(10)]
    assert all((p.probe == p.probe[:, :1]).all() for p in pairs)
    assert sum(torch.equal(p.probe, p.gallery) for p in pairs) < 3


def test_a_batch_may_be_of_consecutive_frames() -> None:
    clips = data.Clips(numbered({"ann": [20, 20], "bob": [20, 20]}), ["ann", "bob"], preparation="raw")
    batch = clips.batch([0, 1], 5, torch.Generator().manual_seed(0), neighbours=True)
    for clip in batch.clips:
        drawn = frames_of(clip[None])
        assert drawn == list(range(drawn[0], drawn[0] + 5))
