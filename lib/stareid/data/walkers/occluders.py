"""What comes between camera and walker: people crossing in front, and fixed things that slide through."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .background import VIEW_HEIGHT, VIEW_WIDTH, darker
from .camera import Camera, Track
from .draw import Canvas
from .passing import SLOWEST, Passer, passer
from .person import Colour, vary
from .shapes import NEUTRAL

SHARE_OCCLUDED = 0.62  # of the sequences


@dataclass(frozen=True)
class Fixture:
    """A thing that stands in front: its left edge `x` (T,) in pixels, and when it is in the picture (T,)."""

    paint_thing: Callable[[Canvas, int, Colour, int], None]
    x: np.ndarray
    colour: Colour
    size: int
    inside: np.ndarray

    def draw(self, canvas: Canvas, frame: int) -> bool:
        """Paint this thing in one frame, and return whether there was anything to paint."""
        if self.inside[frame]:
            self.paint_thing(canvas, int(self.x[frame]), self.colour, self.size)
        return bool(self.inside[frame])


def rectangle(canvas: Canvas, left: int, top: int, right: int, bottom: int, colour: Colour,
              shade: int = NEUTRAL) -> None:  # fmt: skip
    """Paint an upright rectangle on colours and shades."""
    cv2.rectangle(canvas.colour, (left, top), (right, bottom), colour, -1)
    cv2.rectangle(canvas.shade, (left, top), (right, bottom), shade, -1)


def near_pillar(canvas: Canvas, x: int, colour: Colour, size: int) -> None:
    """Paint a column from top to bottom."""
    wide = 30 + size // 2
    rectangle(canvas, x, 0, x + wide, VIEW_HEIGHT, colour)
    rectangle(canvas, x, 0, x + wide // 5, VIEW_HEIGHT, colour, NEUTRAL + 14)
    rectangle(canvas, x + 2 * wide // 3, 0, x + wide, VIEW_HEIGHT, colour, NEUTRAL - 40)


def near_trolley(canvas: Canvas, x: int, colour: Colour, size: int) -> None:
    """Paint a luggage trolley with two suitcases, which hides the legs."""
    top = VIEW_HEIGHT - 130 - size // 2
    rectangle(canvas, x + 4, top - 36, x + 12, VIEW_HEIGHT - 16, (150, 152, 154))
    rectangle(canvas, x + 14, top + 50, x + 110, VIEW_HEIGHT - 26, colour)
    rectangle(canvas, x + 80, top + 50, x + 110, VIEW_HEIGHT - 26, colour, NEUTRAL - 36)
    rectangle(canvas, x + 20, top, x + 96, top + 46, darker(colour, 0.6))
    rectangle(canvas, x + 4, VIEW_HEIGHT - 26, x + 116, VIEW_HEIGHT - 16, (120, 122, 124))


def near_barrier(canvas: Canvas, x: int, colour: Colour, size: int) -> None:
    """Paint two posts with a belt between them."""
    top, far = VIEW_HEIGHT - 190 - size // 4, x + 150 + size
    for post in (x, far):
        rectangle(canvas, post, top, post + 12, VIEW_HEIGHT, (70, 70, 74), NEUTRAL - 10)
    rectangle(canvas, x, top + 8, far, top + 30, colour)


PAINTS: tuple[Colour, ...] = (
    (146, 144, 138), (92, 94, 98), (60, 66, 84), (112, 96, 78), (150, 132, 74), (96, 52, 50),
)  # fmt: skip
THINGS = ((near_pillar, 60), (near_trolley, 120), (near_barrier, 300))  # and how wide they are at most


def fixture(track: Track, middle: int, random: np.random.Generator) -> Fixture:
    """Return a thing that stands where the walker passes in the frame `middle`."""
    thing, wide = THINGS[int(random.integers(len(THINGS)))]
    x = VIEW_WIDTH / 2 - wide / 2 - (track.slide - track.slide[middle])
    x = np.rint(x).astype(int)
    colour = vary(random, PAINTS[int(random.integers(len(PAINTS)))], 14)
    return Fixture(thing, x, colour, int(random.integers(0, 90)), (x < VIEW_WIDTH) & (x + wide + 100 > 0))


def occluders_of(camera: Camera, track: Track, random: np.random.Generator) -> list[Passer | Fixture]:
    """Return what passes in front of a walker: nothing in many sequences, one or two things in the others."""
    if random.random() > SHARE_OCCLUDED:
        return []
    frames = len(track.slide)
    sliding = abs(track.slide[-1]) > SLOWEST * frames  # otherwise it would never go away
    count = 1 + int(random.random() < min(0.7, frames / 200))
    passing: list[Passer | Fixture] = []
    for _ in range(count):
        middle = int(random.integers(frames))
        fixed = sliding and random.random() < 0.5
        size = float(random.uniform(1.05, 1.22))
        passing.append(
            fixture(track, middle, random) if fixed else passer(camera, track, middle, size, random)
        )
    return passing
