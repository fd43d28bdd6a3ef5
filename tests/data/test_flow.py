from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from stareid import data
from stareid.data import flow
from stareid.data.preparation import HORIZONTAL, crop, mirror, prepare
from stareid.data.sequences import Dataset, Sequence
from stareid.errors import InputError

Texture = Callable[[np.ndarray, np.ndarray], np.ndarray]


def texture(seed: int) -> Texture:
    """A smooth random picture as a function of x and y, so that it can be shifted by parts of a pixel."""
    generator = np.random.default_rng(seed)
    waves = generator.normal(0, 0.35, (24, 2))
    phases = generator.uniform(0, 2 * np.pi, 24)

    def grey(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        total = sum(np.cos(u * x + v * y + phase) for (u, v), phase in zip(waves, phases, strict=True))
        return np.clip(np.rint(127 + 18 * total), 0, 255).astype(np.uint8)

    return grey


def shifted(grey: Texture, down: float, right: float) -> np.ndarray:
    """A frame uint8 (128, 64) whose content has moved."""
    y, x = np.mgrid[:128, :64].astype(float)
    return grey(x - right, y - down)


def endpoint_error(found: np.ndarray, down: float, right: float) -> float:
    """Mean endpoint error in pixels, inside the frame: 8 pixels from the border on."""
    return float(np.hypot(*(found - (down, right))[8:-8, 8:-8].transpose(2, 0, 1)).mean())


SHIFTS = [(0, 0), (1, 0), (0, -1), (0.5, 0.25), (-0.7, 1.3), (2, 0), (0, 2), (-1.4, -1.4), (1.2, -1.6)]


@pytest.mark.parametrize(("down", "right"), SHIFTS)
def test_known_shifts_are_found(down: float, right: float) -> None:
    errors = []
    for seed in range(3):
        grey = texture(seed)
        found = flow.motion(shifted(grey, 0, 0), shifted(grey, down, right))
        errors.append(endpoint_error(found, down, right))
    assert max(errors) < 0.3


def test_flow_is_stored_as_whole_numbers_around_127_and_begins_without_motion() -> None:
    grey = texture(0)
    frames = np.stack([shifted(grey, 2 * t, -t)[..., None].repeat(3, -1) for t in range(4)])
    stored = flow.sequence_flow(frames)
    assert stored.shape == (4, 128, 64, 2) and stored.dtype == np.uint8
    assert (stored[0] == 127).all()
    for one in stored[1:]:
        assert endpoint_error(one.astype(float) - 127, 2, -1) < 0.3


def test_a_flat_frame_does_not_move() -> None:
    assert (flow.sequence_flow(np.full((3, 128, 64, 3), 90, np.uint8)) == 127).all()


def moving(people: int = 2) -> Dataset:
    """A data set in which everything moves one pixel down a frame."""
    sequences = tuple(Sequence(f"p{i // 2}", 1 + i % 2, 3 * i, 3) for i in range(2 * people))
    frames = [shifted(texture(i), t, 0)[..., None].repeat(3, -1) for i in range(2 * people) for t in range(3)]
    return Dataset("moving", sequences, (), np.stack(frames), f"moving{people}")


def test_the_flow_of_a_data_set_is_computed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STAREID_CACHE", str(tmp_path))
    dataset = moving()
    first = data.optical_flow(dataset)
    assert first.shape == (12, 128, 64, 2) and first.dtype == np.uint8
    for sequence in dataset.sequences:
        own = data.channels(dataset, sequence, first)
        np.testing.assert_array_equal(own[..., :3], dataset.frames(sequence))
        np.testing.assert_array_equal(own[..., 3:], flow.sequence_flow(dataset.frames(sequence)))
    monkeypatch.setattr(flow, "sequence_flow", None)
    assert np.array_equal(data.optical_flow(dataset), first)


def test_frames_that_are_not_consecutive_have_no_flow() -> None:
    with pytest.raises(InputError, match="'moving' can have no optical flow.*network.flow to false"):
        data.optical_flow(replace(moving(), consecutive=False))


def test_flow_is_normalised_as_the_colours_are() -> None:
    frames = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (2, 64, 48, 5), dtype=np.uint8))
    prepared = prepare(frames)
    assert prepared.shape == (2, 5, 64, 48)
    assert torch.equal(prepared[:, :3], prepare(frames[..., :3]))
    right = frames[0, ..., HORIZONTAL].double() / 255
    expected = (right - right.mean()) / right.std().sqrt()
    torch.testing.assert_close(prepared[0, HORIZONTAL].double(), expected, rtol=0, atol=1e-5)


def test_in_a_mirror_the_horizontal_flow_changes_its_sign() -> None:
    """The clip of a mirrored sequence, with flow computed anew, is the mirrored clip of the sequence."""
    grey = texture(4)
    frames = np.stack([shifted(grey, t, 2 * t)[..., None].repeat(3, -1) for t in range(2)])
    frames[1, :, 32:] = frames[0, :, 32:]  # the right half stands still
    clips = []
    for pixels in (frames, np.ascontiguousarray(frames[:, :, ::-1])):
        stored = np.concatenate([pixels, flow.sequence_flow(pixels)], -1)
        clips.append(prepare(data.resize(stored)))
    mirrored = mirror(clips[0])
    difference = (mirrored - clips[1])[1, HORIZONTAL, 8:-8, 8:-8].abs().mean()
    assert difference < 0.2 * clips[1][1, HORIZONTAL].abs().mean()
    assert torch.equal(mirrored[:, :4], clips[0][:, :4].flip(-1))
    assert torch.equal(mirrored[:, HORIZONTAL], -clips[0][:, HORIZONTAL].flip(-1))
    window = crop(clips[0], 4, 4, flip=True)
    expected = mirrored[..., 4:60, 4:44]
    torch.testing.assert_close(window, expected - expected.mean((1, 2, 3), keepdim=True), rtol=0, atol=1e-5)
