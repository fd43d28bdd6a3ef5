"""From a distance to a yes or no: the threshold between `same` and `different`."""

import numpy as np
from numpy.typing import ArrayLike


def equal_error_threshold(distance: np.ndarray, probe_people: ArrayLike, gallery_people: ArrayLike) -> float:
    """The distance at which as large a share of true pairs is missed as of false pairs is let through.

    `distance` is (P, G). A pair is called the same person when its distance is at most the threshold. Where
    many thresholds do equally well, the middle of them is taken: halfway between the two kinds of pairs when
    they do not overlap. Raises ValueError when there are no true or no false pairs.

    >>> equal_error_threshold(np.array([[0.2, 0.9], [0.7, 0.4]]), ["ann", "bob"], ["ann", "bob"])
    0.55
    """
    distance = np.asarray(distance, dtype=float)
    same = np.asarray(probe_people)[:, None] == np.asarray(gallery_people)[None, :]
    true, false = np.sort(distance[same]), np.sort(distance[~same])
    if not len(true) or not len(false):
        raise ValueError("a threshold needs pairs of one person and pairs of two.")
    values = np.unique(distance)
    between = (values[:-1] + values[1:]) / 2 if len(values) > 1 else values
    missed = 1 - np.searchsorted(true, between, side="right") / len(true)
    passed = np.searchsorted(false, between, side="right") / len(false)
    gap = np.abs(missed - passed)
    best = between[np.isclose(gap, gap.min())]
    return float((best[0] + best[-1]) / 2)
