"""Protocols as named values: which frames and which views of them are compared."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Protocol:
    """Probe = first `longest` frames in camera 1, gallery = last `longest` in camera 2, closed set.

    Every sequence is seen in `views`: (top, left, flip) of a 56 x 40 crop of the 64 x 48 frame. What is
    compared is the mean embedding over the views, or if `summed` each view with the same one of the other
    sequence, and the distances are added.
    """

    name: str
    longest: int
    views: tuple[tuple[int, int, bool], ...]
    summed: bool = False

    def probe(self, frames: np.ndarray) -> np.ndarray:
        return frames[: self.longest]

    def gallery(self, frames: np.ndarray) -> np.ndarray:
        return frames[-self.longest :]


def _diagonal(offsets: range) -> tuple[tuple[int, int, bool], ...]:
    return tuple((offset, offset, flip) for offset in offsets for flip in (False, True))


PROTOCOLS = {
    "two_camera_16_views": Protocol("two_camera_16_views", 128, _diagonal(range(1, 9))),
    "two_camera_6_views": Protocol("two_camera_6_views", 128, _diagonal(range(1, 9, 3))),
    "two_camera_2_views": Protocol("two_camera_2_views", 128, _diagonal(range(4, 5))),
    "two_camera_1_view": Protocol("two_camera_1_view", 128, ((4, 4, False),)),
    "mclaughlin2016": Protocol("mclaughlin2016", 128, _diagonal(range(1, 9)), summed=True),  # released code
}
DEFAULT = PROTOCOLS["two_camera_6_views"]


@dataclass(frozen=True)
class TrackProtocol:
    """How tracks are ranked where a person has several in a camera: MARS.

    Tracks of the probe's own person in its own camera are never counted, for or against it. Papers differ in
    two more things and seldom say which they mean:

    `probes_in_gallery`: the official gallery keeps the probes, 11,310 tracks; without them it has 9,330, and
    140 of the 1,980 probes then have no answer.
    `average_precision`: "trapezoid" is the area under the precision-recall curve between neighbouring ranks,
    as in the official code; "hits" the mean of the precision at each true match, as in most later code.
    """

    name: str
    probes_in_gallery: bool
    average_precision: str


MARS_OFFICIAL = TrackProtocol("mars_official", True, "trapezoid")
MARS_HITS = TrackProtocol("mars_hits", True, "hits")
MARS_WITHOUT_PROBES = TrackProtocol("mars_without_probes", False, "hits")  # torchreid and its descendants
MARS_WITHOUT_PROBES_TRAPEZOID = TrackProtocol("mars_without_probes_trapezoid", False, "trapezoid")
TRACK_PROTOCOLS = {
    p.name: p for p in (MARS_OFFICIAL, MARS_HITS, MARS_WITHOUT_PROBES, MARS_WITHOUT_PROBES_TRAPEZOID)
}
