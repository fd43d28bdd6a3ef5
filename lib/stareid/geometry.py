"""Where the cells of an attention map lie on the frame.

Three blocks of padding 4, a 5 x 5 kernel and halving put the middle of cell i at pixel 8 i - 10.5 of the crop
that the network saw: the outermost cells look at padding, outside the picture. Stretching the map over the
frame would misplace it by up to 13 pixels. Coordinates here are continuous: a picture of W pixels reaches
from 0 to W, and the middle of pixel p is p + 0.5.
"""

from typing import Protocol

import numpy as np

STRIDE = 8  # pixels of the crop from one cell to the next
FIRST = -10.5  # pixel of the crop at which cell 0 is centred


class Record(Protocol):
    """What is read of an attention record (`stareid.evaluation.AttentionRecord`)."""

    @property
    def frames(self) -> np.ndarray: ...  # uint8 (T, H, W, 3)
    @property
    def maps(self) -> np.ndarray: ...  # (K, T, H', W')
    @property
    def weights(self) -> np.ndarray: ...  # (K, T)
    @property
    def top(self) -> int: ...
    @property
    def left(self) -> int: ...
    @property
    def size(self) -> tuple[int, int]: ...


def centres(cells: int, offset: int, scale: float) -> np.ndarray:
    """Middles of the cells along one axis of the frame: (cells,).

    `offset` is where the crop begins in the resized frame, `scale` the frame's length over the resized one's.
    """
    return (STRIDE * np.arange(cells) + FIRST + 0.5 + offset) * scale


def edges(cells: int, offset: int, scale: float) -> np.ndarray:
    """Borders of the cells along one axis of the frame: (cells + 1,)."""
    return centres(cells + 1, offset, scale) - STRIDE / 2 * scale


def cell_edges(record: Record) -> tuple[np.ndarray, np.ndarray]:
    """Borders of the map's cells in pixels of the record's frames: across (W' + 1,), down (H' + 1,)."""
    (rows, columns), (height, width) = record.maps.shape[-2:], record.frames.shape[1:3]
    across = edges(columns, record.left, width / record.size[1])
    down = edges(rows, record.top, height / record.size[0])
    return across, down
