"""Ranking tracks of several cameras, as for MARS: CMC and mean average precision under a named protocol."""

from collections.abc import Sequence as Ordered
from dataclasses import dataclass

import numpy as np

from stareid.data import Sequence
from stareid.evaluation.protocols import TrackProtocol
from stareid.evaluation.ranking import RANKS, cmc_of_ranks


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
    if not np.isfinite(distance).all():
        raise ValueError("distances must be finite.")
    hidden = np.zeros(len(gallery.tracks), bool)
    if not protocol.probes_in_gallery:
        hidden = np.isin(gallery.tracks, probes.tracks)
    ranks = np.zeros(len(distance), int)
    precisions = np.full(len(distance), np.nan)
    for number, row in enumerate(distance):
        same = gallery.people == probes.people[number]  # (G,)
        counted = ~hidden & ~(same & (gallery.cameras == probes.cameras[number]))
        if (same & counted).any():
            right, wrong = row[same & counted], row[~same & counted]
            ranks[number], precisions[number] = _rank_probe(right, wrong, protocol.average_precision)
    if not ranks.any():
        raise ValueError("no probe has a true match in the gallery.")
    return TrackRanking(protocol, ranks, precisions)


def _rank_probe(right: np.ndarray, wrong: np.ndarray, rule: str) -> tuple[int, float]:
    """The rank of a probe's nearest match and its average precision, from the distances to both kinds.

    The k-th nearest match stands at place k plus the number of wrong tracks that are no further away.
    """
    found = np.arange(1, len(right) + 1)
    places = found + np.searchsorted(np.sort(wrong), np.sort(right), side="right")
    precision = found / places
    if rule == "trapezoid":  # recall rises by one match; precision begins at 1
        before = np.divide(found - 1, places - 1, out=np.ones(len(found)), where=places > 1)
        precision = (before + precision) / 2
    return int(places[0]), float(precision.mean())
