"""Optical flow: where each pixel of a frame came from, as two more channels of the clips.

Dense Lucas-Kanade (OpenCV's, on a pyramid), stored as McLaughlin et al. (CVPR 2016, released code) store
MATLAB's: vertical and horizontal motion in pixels, + 127, as whole numbers 0..255. Two differences: their
window, smoothing and noise threshold are MATLAB's, and the first frame of a sequence, which they compare
with an empty one, has no motion here. The motion of less than half a pixel is lost to the whole numbers, in
both. Resizing and normalisation are those of the colours (`preparation`).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from tqdm import tqdm

from stareid.data.sequences import Dataset, Sequence
from stareid.data.store import Decoded, open_store
from stareid.errors import InputError

STILL = 127  # what is stored for no motion
WINDOW = (9, 9)  # pixels that are taken to move together
HALVINGS = 2  # of the pyramid
ENOUGH = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 8, 0.03)  # steps, and pixels that a step moves
METHOD = f"lucas-kanade 1 {WINDOW} {HALVINGS} {ENOUGH}"  # changed when flow would be


def optical_flow(dataset: Dataset) -> np.ndarray:
    """The flow of all frames of a data set, uint8 (frames, H, W, 2): a memory map, computed once and cached.

    Raises InputError for a data set whose neighbouring frames were not filmed one after the other.
    """
    refuse_gaps(dataset)
    store = open_store("flow", f"{METHOD} {dataset.fingerprint}", _compute(dataset), len(dataset.pixels))
    return store.pixels


def refuse_gaps(dataset: Dataset) -> None:
    """InputError for a data set that can have no optical flow."""
    if not dataset.consecutive:
        raise InputError(
            f"data set {dataset.name!r} can have no optical flow: its neighbouring frames were not filmed "
            "one after the other. Set network.flow to false."
        )


def channels(dataset: Dataset, sequence: Sequence, flow: np.ndarray | None = None) -> np.ndarray:
    """The frames of a sequence, uint8 (T, H, W, 3); with the `flow` of the data set (T, H, W, 5)."""
    frames = dataset.frames(sequence)
    if flow is None:
        return frames
    return np.concatenate([frames, flow[sequence.start : sequence.start + sequence.length]], axis=-1)


def _compute(dataset: Dataset) -> Iterator[Decoded]:
    """The flow of all sequences as they lie in the store; OpenCV lets other threads run meanwhile."""
    sequences = sorted(dataset.sequences, key=lambda sequence: sequence.start)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        flows = pool.map(lambda sequence: sequence_flow(dataset.frames(sequence)), sequences)
        progress = tqdm(flows, "optical flow", len(sequences), unit="sequence")
        for sequence, flow in zip(sequences, progress, strict=True):
            yield Decoded(sequence.person, sequence.camera, flow)


def sequence_flow(frames: np.ndarray) -> np.ndarray:
    """The flow of consecutive frames uint8 (T, H, W, 3), uint8 (T, H, W, 2): vertical, horizontal, + 127."""
    greys = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    motions = [motion(before, now) for before, now in zip(greys[:-1], greys[1:], strict=True)]
    flow = np.stack([np.zeros((*frames.shape[1:3], 2)), *motions])  # (T, H, W, 2)
    return np.clip(np.rint(flow + STILL), 0, 255).astype(np.uint8)


def motion(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """How far each pixel of a grey frame `now` has moved since `before`, float (H, W, 2): down, right.

    Nought where Lucas-Kanade finds nothing to hold on to, as in MATLAB.
    """
    height, width = now.shape
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    here = np.stack([across, down], -1).reshape(-1, 1, 2).astype(np.float32)
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        now, before, here, np.empty_like(here), winSize=WINDOW, maxLevel=HALVINGS, criteria=ENOUGH
    )
    moved = np.where(found[..., None] == 1, here - there, 0).reshape(height, width, 2)
    return moved[..., ::-1]
