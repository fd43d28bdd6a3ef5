r"""Where the attention lies: on the person, on what hides the person, beyond the frame.

With $a_{ij}$ the map of one frame (its sum does not matter here), $m_{ij}$ the share of cell (i, j) that lies
on a mask and $f_{ij}$ the share that lies on the frame at all, each cell taken as a square of 8 x 8 pixels
at its true place (`stareid.geometry`):

$$\mathrm{share} = \frac{\sum a_{ij}\, m_{ij}}{\sum a_{ij}\, f_{ij}}, \qquad
  \mathrm{area} = \frac{\sum m_{ij}}{\sum f_{ij}}, \qquad
  \mathrm{outside} = 1 - \frac{\sum a_{ij}\, f_{ij}}{\sum a_{ij}}$$

Uniform attention has share = area whatever the mask, because both are measured with the same cells.
"""

from dataclasses import dataclass

import numpy as np

from stareid.geometry import edges


@dataclass(frozen=True)
class Placement:
    """Borders of the cells in pixels of a frame (height, width): across (W' + 1,), down (H' + 1,)."""

    across: np.ndarray
    down: np.ndarray
    frame: tuple[int, int]

    def share_of(self, masks: np.ndarray) -> np.ndarray:
        """The share of each cell's area that lies on a mask: masks bool (T, H, W) -> (T, H', W')."""
        height, width = self.frame
        return coverage(self.down, height) @ masks.astype(float) @ coverage(self.across, width).T

    @property
    def inside(self) -> np.ndarray:
        """The share of each cell's area that lies on the frame: (H', W')."""
        return self.share_of(np.ones((1, *self.frame), bool))[0]

    def middle_pixels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row and column of the pixel under each cell's centre, and whether the frame has it: (H', W')."""
        rows, columns = (np.floor((b[:-1] + b[1:]) / 2).astype(int) for b in (self.down, self.across))
        down, across = np.meshgrid(rows, columns, indexing="ij")
        has = (down >= 0) & (down < self.frame[0]) & (across >= 0) & (across < self.frame[1])
        return down, across, has


def place(
    cells: tuple[int, int], frame: tuple[int, int], size: tuple[int, int], top: int, left: int
) -> Placement:
    """Where a map of `cells` lies on a frame that was resized to `size` and cropped at top, left."""
    across = edges(cells[1], left, frame[1] / size[1])
    down = edges(cells[0], top, frame[0] / size[0])
    return Placement(across, down, frame)


def coverage(borders: np.ndarray, length: int) -> np.ndarray:
    """The share of each cell (rows) that lies in each pixel (columns) along one axis: (cells, length).

    >>> coverage(np.array([-1.0, 1.0, 3.0]), 2).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    pixels = np.arange(length)
    low = np.maximum(borders[:-1, None], pixels)
    high = np.minimum(borders[1:, None], pixels + 1)
    return np.clip(high - low, 0, None) / np.diff(borders)[:, None]


def shares(maps: np.ndarray, masks: np.ndarray, placement: Placement) -> tuple[np.ndarray, np.ndarray]:
    """Share of the attention (T,) and share of the area (T,) that lie on a mask, frame by frame.

    maps (T, H', W'), masks bool (T, H, W). Both are shares of what lies on the frame.
    """
    on_mask, inside = placement.share_of(masks), placement.inside
    attention = (maps * on_mask).sum((1, 2)) / (maps * inside).sum((1, 2))
    return attention, on_mask.sum((1, 2)) / inside.sum()


def outside(maps: np.ndarray, placement: Placement) -> tuple[np.ndarray, float]:
    """Share of the attention (T,), and of the map's area, that lies beyond the frame."""
    inside = placement.inside
    attention = 1 - (maps * inside).sum((1, 2)) / maps.sum((1, 2))
    return attention, 1 - float(inside.mean())


def pointing(maps: np.ndarray, masks: np.ndarray, placement: Placement) -> tuple[np.ndarray, np.ndarray]:
    """The pointing game (Zhang et al. 2018): does the strongest cell's centre fall on the mask? (T,), (T,).

    Only cells whose centre lies on the frame play; among equally strong ones the mean counts. Second: the
    chance of a cell drawn blindly.
    """
    rows, columns, has = placement.middle_pixels()
    hits = masks[:, rows[has], columns[has]]  # (T, cells on the frame)
    strength = maps[:, has]
    strongest = strength == strength.max(1, keepdims=True)
    return (hits & strongest).sum(1) / strongest.sum(1), hits.mean(1)
