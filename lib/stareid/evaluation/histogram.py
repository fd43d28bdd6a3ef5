"""The simplest thing that could work: the colours of a person, stripe by stripe. Shows how hard data are."""

from collections.abc import Sequence

import numpy as np

from stareid.data import Dataset
from stareid.evaluation.ranking import cmc

STRIPES = 8
BINS = 16


def striped_histogram(frames: np.ndarray) -> np.ndarray:
    """Colours of a sequence uint8 (T, H, W, 3): (stripes * channels * bins,), square roots of shares.

    Every horizontal stripe has one histogram per channel, summed over all frames.
    """
    levels = frames.astype(np.uint16) * BINS // 256  # (T, H, W, 3)
    counts = [
        np.bincount(stripe[..., channel].ravel(), minlength=BINS)
        for stripe in np.array_split(levels, STRIPES, axis=1)
        for channel in range(frames.shape[-1])
    ]
    shares = np.concatenate(counts) / (frames.shape[0] * frames.shape[1] * frames.shape[2])
    return np.sqrt(shares)


def rank_by_colour(dataset: Dataset, people: Sequence[str]) -> dict[int, float]:
    """CMC in percent when only striped histograms are compared: probes in camera 1, gallery in camera 2."""
    probes, gallery = (
        np.stack([striped_histogram(dataset.frames(s)) for s in dataset.select(people, camera)])
        for camera in (1, 2)
    )
    squared = (probes**2).sum(1)[:, None] + (gallery**2).sum(1)[None] - 2 * probes @ gallery.T
    return cmc(np.sqrt(np.maximum(squared, 0)), people, people)
