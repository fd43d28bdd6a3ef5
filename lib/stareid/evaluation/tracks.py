"""Ranking tracks of several cameras, as for MARS: CMC and mean average precision under a named protocol."""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass

import numpy as np

from stareid.data import Sequence
from stareid.evaluation.protocols import TrackProtocol
from stareid.evaluation.ranking import RANKS, cmc_of_ranks

CHUNK = 64  # probes sorted at a time: at 1,980 x 11,310 all at once would take a gigabyte


@dataclass(frozen=True)
class Labels:
    """What is known of N tracks, each (N,): the person, the camera, and a number that is the track's own."""

    people: np.ndarray
    cameras: np.ndarray
    tracks: np.ndarray

    @classmethod
    def of(cls, sequences: Ordered[Sequence]) -> "Labels":
        """The labels of a data set's `probes` or `gallery`; a track is told by where it begins."""
        return cls(
            people=np.array([s.person for s in sequences]),
            cameras=np.array([s.camera for s in sequences]),
            tracks=np.array([s.start for s in sequences]),
        )


@dataclass(frozen=True)
class TrackRanking:
    """The ranks (P,) of the nearest true matches and the average precisions (P,) under a protocol.

    A probe without any true match in the gallery has rank 0 and average precision NaN. It is listed in
    `unanswered` (its place among the probes) and left out of `cmc` and `map`, as in the code of others.
    """

    protocol: TrackProtocol
    ranks: np.ndarray
    average_precision: np.ndarray

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(np.flatnonzero(self.ranks == 0).tolist())

    def cmc(self, ranks: Ordered[int] = RANKS) -> dict[int, float]:
        """The percentage of answered probes whose nearest match is at rank r or better, for each r."""
        return cmc_of_ranks(self.ranks[self.ranks > 0], ranks)

    @property
    def map(self) -> float:
        """Mean average precision of the answered probes, in percent."""
        return 100 * float(self.average_precision[self.ranks > 0].mean())


def rank_tracks(
    distance: np.ndarray, probes: Labels, gallery: Labels, protocol: TrackProtocol
) -> TrackRanking:
    """Rank the gallery for each probe by distance (P, G); among equals the wrong ones come first.

    Raises ValueError for distances of another shape or that are not finite, and when no probe has an answer.
    """
    distance = np.asarray(distance)
    if distance.shape != (len(probes.people), len(gallery.people)):
        raise ValueError(
            f"distance is {distance.shape}: there are {len(probes.people)} probes and "
            f"{len(gallery.people)} gallery tracks."
        )
    hidden = np.zeros(len(gallery.tracks), bool)
    if not protocol.probes_in_gallery:
        hidden = np.isin(gallery.tracks, probes.tracks)
    parts = []
    for start in range(0, len(distance), CHUNK):
        rows = slice(start, start + CHUNK)
        same = probes.people[rows, None] == gallery.people  # (64, G)
        own = same & (probes.cameras[rows, None] == gallery.cameras)
        parts.append(_rank_rows(distance[rows], same, own | hidden, protocol.average_precision))
    ranks, precisions = (np.concatenate(values) for values in zip(*parts, strict=True))
    if not (ranks > 0).any():
        raise ValueError("no probe has a true match in the gallery.")
    return TrackRanking(protocol, ranks, precisions)


def _rank_rows(
    distance: np.ndarray, same: np.ndarray, excluded: np.ndarray, rule: str
) -> tuple[np.ndarray, np.ndarray]:
    """Ranks and average precisions of some probes; distance, same person, excluded: each (rows, G)."""
    if not np.isfinite(distance).all():
        raise ValueError("distances must be finite.")
    order = np.lexsort((same, np.where(excluded, np.inf, distance)))  # the excluded come last
    hits = np.take_along_axis(same & ~excluded, order, 1)
    matches = hits.sum(1)
    ranks = np.where(matches > 0, hits.argmax(1) + 1, 0)
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    if rule == "trapezoid":  # recall rises by 1 / matches at a hit; precision begins at 1
        before = np.hstack([np.ones((len(hits), 1)), precision[:, :-1]])
        precision = (before + precision) / 2
    total = (precision * hits).sum(1)
    return ranks, np.divide(total, matches, out=np.full(len(hits), np.nan), where=matches > 0)
