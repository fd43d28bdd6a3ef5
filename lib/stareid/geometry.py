"""Where the cells of an attention map lie on the frame.

Convolutions that pad and halve put the middle of cell i at some pixel `first + i * stride` of the crop that
the network saw. For McLaughlin's three blocks (padding 4, a 5 x 5 kernel, halving) that is pixel 8 i - 10.5:
the outermost cells look at padding, outside the picture, and stretching the map over the frame would misplace
it by up to 13 pixels. Coordinates here are continuous: a picture of W pixels reaches from 0 to W, and the
middle of pixel p is p + 0.5.
"""

from typing import NamedTuple, Protocol

import numpy as np


class Axis(NamedTuple):
    """The cells along one axis of the crop: the middle of cell 0, and the way from one to the next."""

    first: float
    stride: float


Grid = tuple[Axis, Axis]  # down, across
BLOCKS = Axis(first=-10.0, stride=8.0)  # of McLaughlin's three blocks, along either axis


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
    @property
    def grid(self) -> Grid: ...


def centres(cells: int, offset: int, scale: float, axis: Axis = BLOCKS) -> np.ndarray:
    """Middles of the cells along one axis of the frame: (cells,).

    `offset` is where the crop begins in the resized frame, `scale` the frame's length over the resized one's.
    """
    return (axis.first + axis.stride * np.arange(cells) + offset) * scale


def edges(cells: int, offset: int, scale: float, axis: Axis = BLOCKS) -> np.ndarray:
    """Borders of the cells along one axis of the frame: (cells + 1,)."""
    return centres(cells + 1, offset, scale, axis) - axis.stride / 2 * scale


def cell_edges(record: Record) -> tuple[np.ndarray, np.ndarray]:
    """Borders of the map's cells in pixels of the record's frames: across (W' + 1,), down (H' + 1,)."""
    (rows, columns), (height, width) = record.maps.shape[-2:], record.frames.shape[1:3]
    vertical, horizontal = record.grid
    across = edges(columns, record.left, width / record.size[1], horizontal)
    down = edges(rows, record.top, height / record.size[0], vertical)
    return across, down
