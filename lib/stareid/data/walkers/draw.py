"""Painting on an enlarged canvas and bringing it down to frames: soft edges, the same on every machine."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from .shapes import NEUTRAL, Part

HEIGHT, WIDTH = 128, 64
ENLARGE = 3  # drawing at three times the size and averaging gives soft edges
SHIFT = 4  # outlines are in 1/16 pixels


@dataclass
class Canvas:
    """Colours (384, 192, 3) and shades (384, 192); a shade of 0 means that nobody has been painted there."""

    colour: np.ndarray
    shade: np.ndarray

    @classmethod
    def on(cls, background: np.ndarray) -> "Canvas":
        """Return a canvas with a background and nobody on it."""
        return cls(background, np.zeros(background.shape[:2], np.uint8))

    def layer(self) -> "Canvas":
        """Return a canvas for what lies in front: the same colours, but nobody on it yet."""
        return Canvas.on(self.colour)

    def merge(self, front: "Canvas") -> None:
        """Take over the shades of what has been painted in front."""
        np.copyto(self.shade, front.shade, where=front.shade > 0)

    def covered(self) -> np.ndarray:
        """Return where somebody has been painted, as frame pixels (128, 64) of which at least half are."""
        painted = np.where(self.shade > 0, np.uint8(255), np.uint8(0))
        return shrink(painted) >= 128


def shrink(image: np.ndarray) -> np.ndarray:
    """Average an enlarged image down to the size of a frame."""
    return cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def paint(canvas: Canvas, parts: Sequence[Part], frame: int) -> None:
    """Paint the parts of a walker in one frame, the far ones first."""
    for part in sorted(parts, key=lambda part: part.depth[frame]):
        for one in part.paints:
            if one.shown is not None and not one.shown[frame]:
                continue
            outline = one.outline[frame]
            if one.colour is not None:
                cv2.fillPoly(canvas.colour, [outline], one.colour, cv2.LINE_8, SHIFT)
            cv2.fillPoly(canvas.shade, [outline], one.shade, cv2.LINE_8, SHIFT)


def shaded(canvas: Canvas) -> np.ndarray:
    """Return the frame (128, 64, 3): the colours, made lighter and darker by the softened shades."""
    shade = np.where(canvas.shade == 0, np.uint8(NEUTRAL), canvas.shade)
    soft = cv2.GaussianBlur(shrink(shade), (3, 3), 0)
    lit = shrink(canvas.colour).astype(np.uint16) * soft[..., None] // NEUTRAL
    return np.minimum(lit, 255).astype(np.uint8)
