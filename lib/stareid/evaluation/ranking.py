"""From distances to numbers: ranks, CMC and mean average precision, in NumPy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

RANKS = (1, 5, 10, 20)


def true_match_ranks(distance: np.ndarray, probe_people: ArrayLike, gallery_people: ArrayLike) -> np.ndarray:
    """The rank (from 1) of each probe's nearest true match among the gallery, int (P,).

    It is one more than the number of wrong gallery sequences that are no further away: a tie counts
    against the probe, so that a network that maps everything to one point gets nothing for it.
    Raises ValueError for a probe whose person is not in the gallery.
    """
    distance = np.asarray(distance)
    same = np.asarray(probe_people)[:, None] == np.asarray(gallery_people)[None, :]
    if not same.any(1).all():
        lonely = np.asarray(probe_people)[~same.any(1)][0]
        raise ValueError(f"probe person {lonely} is not in the gallery: the protocol is closed-set.")
    match = np.where(same, distance, np.inf).min(1, keepdims=True)
    return 1 + (~same & (distance <= match)).sum(1)


def cmc_of_ranks(ranks_of_matches: ArrayLike, ranks: Sequence[int] = RANKS) -> dict[int, float]:
    """The percentage of probes whose match is at rank r or better, for each r."""
    found = np.asarray(ranks_of_matches)
    return {rank: 100 * float((found <= rank).mean()) for rank in ranks}


def cmc(
    distance: np.ndarray, probe_people: ArrayLike, gallery_people: ArrayLike, ranks: Sequence[int] = RANKS
) -> dict[int, float]:
    """Cumulative matching characteristic of distances (P, G), in percent.

    >>> distance = [[0.1, 0.9, 0.5], [0.2, 0.4, 0.9]]
    >>> cmc(distance, probe_people=["ann", "bob"], gallery_people=["ann", "bob", "eve"], ranks=(1, 2))
    {1: 50.0, 2: 100.0}
    """
    return cmc_of_ranks(true_match_ranks(np.asarray(distance), probe_people, gallery_people), ranks)


def mean_average_precision(distance: np.ndarray, probe_people: ArrayLike, gallery_people: ArrayLike) -> float:
    """Mean over probes of the precision at each true match, averaged over the matches, in percent."""
    distance = np.asarray(distance)
    same = np.asarray(probe_people)[:, None] == np.asarray(gallery_people)[None, :]
    order = np.lexsort((same, distance))  # nearest first; among equals the wrong ones come first
    hits = np.take_along_axis(same, order, 1)
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    return 100 * float(((precision * hits).sum(1) / hits.sum(1)).mean())
