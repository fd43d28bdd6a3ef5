from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from stareid import data
from stareid.data.clips import draw_pair, settle, spread
from stareid.data.preparation import YUV, crop, prepare
from stareid.data.sequences import Sequence
from stareid.errors import InputError


def noise(cameras: dict[str, list[int]], channels: int = 3) -> data.Dataset:
    """A set of noise: for each person the cameras of sequences of five frames, 48 x 64 pixels."""
    labels = [(person, camera) for person, own in cameras.items() for camera in own]
    pixels = np.random.default_rng(3).integers(0, 256, (5 * len(labels), 64, 48, channels), dtype=np.uint8)
    return data.Dataset(
        "noise", tuple(Sequence(*label, 5 * i, 5) for i, label in enumerate(labels)), (), pixels, ""
    )


def test_batches_are_those_of_the_first_results() -> None:
    """Sums taken before this file could do more than two cameras: results/ rests on these very batches."""
    clips = data.Clips(noise({f"person{i}": [1, 2] for i in range(4)}), ["person2", "person0", "person3"])
    generator = torch.Generator().manual_seed(11)
    for total, one in ((-90.96499750555122, 0.20351143181324005), (13.658222023635986, -0.9826383590698242)):
        batch = clips.batch([1, 0, 2], 4, generator)
        values = batch.clips.double().flatten()
        assert batch.people.tolist() == [1, 1, 0, 0, 2, 2]
        weights = torch.arange(len(values), dtype=torch.float64).cos()
        assert (values * weights).sum().item() == pytest.approx(total, abs=1e-3)
        assert values[12345].item() == pytest.approx(one, abs=1e-5)
    assert torch.rand(1, generator=generator).item() == pytest.approx(0.9258369207382202)


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


def test_clips_that_are_not_augmented_show_the_middle_window_as_filmed(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    clips = data.Clips(dataset, dataset.splits[0].train)
    clips.pixels[:] = clips.pixels[:1]  # every frame the same
    batch = clips.batch([0, 1, 2, 3], 5, torch.Generator().manual_seed(0), augmented=False)
    middle = prepare(clips.pixels[0])[:, 4:60, 4:44]
    torch.testing.assert_close(
        batch.clips, (middle - middle.mean()).expand_as(batch.clips), atol=1e-5, rtol=0
    )


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


@pytest.mark.parametrize("cameras", [[1, 1, 2], [1, 2, 3, 4], [3, 3, 3, 5]])
def test_two_sequences_of_different_cameras_are_drawn(cameras: list[int]) -> None:
    generator = torch.Generator().manual_seed(0)
    pairs = [draw_pair(cameras, generator) for _ in range(200)]
    assert all(cameras[one] != cameras[other] for one, other in pairs)
    assert {one for one, _ in pairs} == set(range(len(cameras)))
    assert {other for _, other in pairs} == set(range(len(cameras)))


def test_one_camera_gives_two_sequences_and_one_sequence_both_clips() -> None:
    generator = torch.Generator().manual_seed(0)
    assert all(len(set(draw_pair([2, 2, 2], generator))) == 2 for _ in range(50))
    state = generator.get_state()
    assert draw_pair([4, 4], generator) == draw_pair([1, 2], generator) == (0, 1)
    assert draw_pair([4], generator) == (0, 0)
    assert torch.equal(state, generator.get_state())  # where there is no choice, nothing is drawn


def test_batches_of_many_cameras_hold_each_person_twice() -> None:
    dataset = noise({"ann": [1, 1, 3], "bob": [2], "cy": [1, 2]})
    clips = data.Clips(dataset, ["bob", "ann", "cy"])
    batch = clips.batch([1, 0], 3, torch.Generator().manual_seed(0))
    assert batch.clips.shape == (4, 3, 3, *data.CROP)
    assert batch.people.tolist() == [1, 1, 0, 0]
    assert clips.cameras == [[2], [1, 1, 3], [1, 2]]
    with pytest.raises(InputError, match="no frames of eve"):
        data.Clips(dataset, ["ann", "eve"])


def test_clips_with_flow_have_five_channels() -> None:
    dataset = noise({"ann": [1, 2], "bob": [1, 2]})
    flow = np.full((*dataset.pixels.shape[:3], 2), 127, np.uint8)
    flow[:, :32, :, 0] = 129  # the upper half moves down
    with_flow = data.Clips(dataset, ["ann", "bob"], flow=flow).batch(
        [0, 1], 3, torch.Generator().manual_seed(0)
    )
    without = data.Clips(dataset, ["ann", "bob"]).batch([0, 1], 3, torch.Generator().manual_seed(0))
    assert with_flow.clips.shape == (4, 3, 5, *data.CROP)
    colours, motion = with_flow.clips.split([3, 2], dim=2)
    shift = colours - without.clips  # only the mean of the window, over all channels, is another
    assert torch.allclose(shift, shift[..., :1, :1, :1].expand_as(shift), atol=1e-5)
    assert (motion[..., 0, 0, :] > motion[..., 0, -1, :]).all()
    assert torch.allclose(
        motion[..., 1, :, :], motion[..., 1, :1, :1].expand_as(motion[..., 1, :, :]), atol=1e-3
    )


def test_plain_clips_are_whole_frames_as_imagenet_has_them() -> None:
    dataset = noise({"ann": [1, 2], "bob": [1, 2]})
    clips = data.Clips(dataset, ["ann", "bob"], preparation="plain")
    clips.pixels[:] = torch.tensor([124, 116, 104], dtype=torch.uint8)  # ImageNet's mean, rounded
    batch = clips.batch([0, 1], 2, torch.Generator().manual_seed(0))
    assert batch.clips.shape == (4, 2, 3, 128, 64)
    assert batch.clips.abs().max() < 0.02


class Gpu:
    """Frames that remember where they were sent."""

    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes

    def to(self, device: torch.device) -> str:
        return device.type

    def pin_memory(self) -> str:
        return "pinned"


def test_frames_move_to_the_gpu_when_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1000, 2000))
    places = [settle(Gpu(size), torch.device("cuda")) for size in (400, 600)]  # type: ignore[arg-type]
    assert places == ["cuda", "pinned"]
    frames = torch.zeros(3)
    assert settle(frames, torch.device("cpu")) is frames


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(InputError, match="'imagenet'.*walkers, ilids_vid"):
        data.load("imagenet")


def test_options_of_walkers_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="peple"):
        data.load("walkers", peple=3)
    with pytest.raises(InputError, match="people"):
        data.load("walkers", people=1)
