from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from stareid import data
from stareid.data.clips import YUV, crop, spread
from stareid.errors import InputError


def test_preparation_is_yuv_minus_mean_over_the_root_of_the_deviation() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (1, 64, 48, 3), dtype=np.uint8)
    red, green, blue = (frame[0, :, :, c].astype(np.float64) / 255 for c in range(3))
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    v = 0.615 * red - 0.51499 * green - 0.10001 * blue
    prepared = data.prepare(torch.from_numpy(frame))[0].double().numpy()
    for channel, expected in ((0, y), (2, v)):
        deviation = np.sqrt(((expected - expected.mean()) ** 2).sum() / (expected.size - 1))
        np.testing.assert_allclose(
            prepared[channel], (expected - expected.mean()) / np.sqrt(deviation), atol=1e-5
        )


def test_the_colour_differences_of_grey_are_nought() -> None:
    assert torch.allclose(YUV.sum(1), torch.tensor([1.0, 0.0, 0.0]), atol=2e-5)


def test_a_flat_frame_is_prepared_to_noughts() -> None:
    assert data.prepare(torch.full((2, 64, 48, 3), 200, dtype=torch.uint8)).abs().max() < 1e-2


def test_a_crop_is_a_window_of_mean_nought_and_a_flip_mirrors_it() -> None:
    prepared = torch.randn(2, 3, 64, 48)
    window = prepared[..., 5:61, 2:42]
    expected = window - window.mean((1, 2, 3), keepdim=True)
    assert torch.allclose(crop(prepared, 5, 2, flip=False), expected)
    assert torch.allclose(crop(prepared, 5, 2, flip=True), expected.flip(-1), atol=1e-6)


@settings(deadline=None)
@given(length=st.integers(1, 200), frames=st.integers(1, 200), seed=st.integers(0, 10))
def test_spread_frames_are_in_order_and_one_from_each_part(length: int, frames: int, seed: int) -> None:
    frames = min(length, frames)
    rows = spread(length, frames, torch.Generator().manual_seed(seed))
    assert all(length * t // frames <= row < length * (t + 1) // frames for t, row in enumerate(rows))


def test_a_batch_holds_both_cameras_of_each_person(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = data.Clips(dataset, dataset.splits[0].train)
    batch = clips.batch([2, 0], 4, torch.Generator().manual_seed(0))
    assert batch.clips.shape == (4, 4, 3, *data.CROP)
    assert batch.people.tolist() == [2, 2, 0, 0]


def test_all_frames_of_a_clip_share_crop_and_flip(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = data.Clips(dataset, dataset.splits[0].train)
    clips.pixels[:] = torch.randint(0, 256, clips.pixels.shape[1:], dtype=torch.uint8)  # every frame the same
    batch = clips.batch([0, 1, 2, 3], 5, torch.Generator().manual_seed(0))
    assert (batch.clips == batch.clips[:, :1]).all()  # within a clip all alike,
    assert len({clip.sum(0).numpy().tobytes() for clip in batch.clips}) > 4  # but clips differ


def test_batches_follow_the_generator(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = data.Clips(dataset, dataset.splits[0].train)
    one, two, three = (clips.batch([0, 1], 4, torch.Generator().manual_seed(s)).clips for s in (1, 1, 2))
    assert torch.equal(one, two)
    assert not torch.equal(one, three)


def test_a_clip_longer_than_a_sequence_is_refused(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    people = [s.person for s in dataset.sequences if s.camera == 1]
    data.refuse_long_clips(dataset, people, 5)
    with pytest.raises(InputError, match="6 frames is longer than the shortest sequence"):
        data.refuse_long_clips(dataset, people, 6)


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(InputError, match="'imagenet'.*walkers, ilids_vid"):
        data.load("imagenet")


def test_options_of_walkers_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="peple"):
        data.load("walkers", peple=3)
    with pytest.raises(InputError, match="people"):
        data.load("walkers", people=1)
