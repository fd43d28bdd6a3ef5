"""Does the network need what it attends to? Parts of the probes are removed, and the people looked for again.

Frames: dropped from the clip. Regions: of every frame the same share of cells is painted over, the 8 x 8
pixels at a cell's place getting the mean colour of the frame. Only cells whose centre lies in the crop that
the network saw are counted; the others have few pixels or none. The gallery is left whole, and the order is
that of the maps of the whole clip.

What is kept goes by three orders: the *most* attended (what insertion adds first), the *least* attended (what
deletion leaves), or *random*. If attention points at what matters, most > random > least.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from stareid.data.preparation import CROP
from stareid.geometry import centres, edges

REMOVED = (0.25, 0.5, 0.75)  # shares of the frames, or of the cells of a frame
ORDERS = ("most", "random", "least")
PARTS = ("frames", "regions")


def keep(scores: np.ndarray, removed: float, ties: np.ndarray) -> np.ndarray:
    """Which to keep when a share is removed: those of the highest scores along the last axis, bool (..., n).

    At least one is kept. `ties` (..., n), random numbers, decide among equal scores.
    """
    count = max(1, round((1 - removed) * scores.shape[-1]))
    best = np.lexsort((ties, -scores), axis=-1)[..., :count]
    kept = np.zeros(scores.shape, bool)
    np.put_along_axis(kept, best, True, -1)
    return kept


def scored(attention: np.ndarray, random: np.ndarray) -> dict[str, np.ndarray]:
    """The scores by which each order keeps; shapes as `attention`."""
    return {"most": attention, "random": random, "least": -attention}


class Regions:
    """The cells of a map (H', W') that can be painted over, and the pixels under them."""

    def __init__(self, cells: tuple[int, int], size: tuple[int, int], top: int, left: int) -> None:
        rows, row_of = _axis(cells[0], size[0], CROP[0], top)
        columns, column_of = _axis(cells[1], size[1], CROP[1], left)
        self.cells = np.ix_(rows, columns)
        number = row_of[:, None] * len(columns) + column_of[None]
        self.numbers = np.where((row_of[:, None] < 0) | (column_of[None] < 0), -1, number)  # (H, W)

    def of(self, maps: np.ndarray) -> np.ndarray:
        """The maps (T, H', W') at these cells: (T, n)."""
        return maps[:, self.cells[0], self.cells[1]].reshape(len(maps), -1)

    def paint(self, prepared: Tensor, kept: np.ndarray) -> Tensor:
        """Prepared frames (T, C, H, W) without the cells that `kept` (T, n) leaves out.

        Prepared channels have mean zero in each frame, so zero is the frame's mean colour.
        """
        with_rest = np.concatenate([kept, np.ones((len(kept), 1), bool)], 1)  # number -1: always kept
        pixels = torch.from_numpy(with_rest[:, self.numbers]).to(prepared.device)  # (T, H, W)
        return prepared * pixels[:, None]


def _axis(cells: int, length: int, seen: int, offset: int) -> tuple[np.ndarray, np.ndarray]:
    """Cells whose centre lies in the `seen` pixels from `offset`, and the place among them of each pixel."""
    middle = centres(cells, offset, 1.0)
    chosen = np.flatnonzero((middle >= offset) & (middle < offset + seen))
    under = np.digitize(np.arange(length) + 0.5, edges(cells, offset, 1.0)) - 1  # cell of each pixel
    place = np.where(np.isin(under, chosen), under - chosen[0], -1)
    return chosen, place


def altered(
    prepared: Tensor, maps: np.ndarray, regions: Regions, random: np.random.Generator
) -> dict[tuple[str, float], Tensor]:
    """Clips with parts taken away: (part, removed) -> (orders, T', C, H, W), in the order of ORDERS.

    prepared (T, C, H, W), maps (T, H', W').
    """
    attention = {"frames": maps.sum((1, 2)), "regions": regions.of(maps)}
    draws = {part: random.random((2, *values.shape)) for part, values in attention.items()}
    change: dict[str, Callable[[np.ndarray], Tensor]] = {
        "frames": lambda kept: prepared[torch.from_numpy(kept)],
        "regions": lambda kept: regions.paint(prepared, kept),
    }
    return {
        (part, share): torch.stack(
            [
                change[part](keep(scores, share, draws[part][1]))
                for scores in scored(attention[part], draws[part][0]).values()
            ]
        )
        for part in PARTS
        for share in REMOVED
    }
