"""Protocols as named values: which frames and which views of them are compared."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Protocol:
    """Probe = first `longest` frames in camera 1, gallery = last `longest` in camera 2, closed set.

    Every sequence is seen in `views`: (top, left, flip) of a 56 x 40 crop of the 64 x 48 frame.
    """

    name: str
    longest: int
    views: tuple[tuple[int, int, bool], ...]

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
}
DEFAULT = PROTOCOLS["two_camera_6_views"]
