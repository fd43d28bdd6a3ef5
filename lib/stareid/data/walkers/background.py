"""The hall behind the walkers: one long picture a sequence, from which every frame cuts its window."""

from dataclasses import dataclass

import cv2
import numpy as np

from .draw import ENLARGE, HEIGHT, WIDTH
from .person import GARMENTS, TROUSERS, Colour, pick, vary

VIEW_HEIGHT, VIEW_WIDTH = ENLARGE * HEIGHT, ENLARGE * WIDTH
MARGIN = 104  # pixels around the walked way, so that jitter and a zoom of up to 1.5 stay inside the picture
TALL = VIEW_HEIGHT + 2 * MARGIN


@dataclass(frozen=True)
class Hall:
    """The look of the place before a camera; `horizon`: where the floor begins, as a share of the height."""

    wall: Colour
    floor: Colour
    accent: Colour
    horizon: float
    clutter: float  # things a window width
    tile: int  # width of the floor tiles in pixels of the enlarged drawing; 0: a carpet
    gloss: int  # how bright the lights are that the floor reflects
    rails: bool  # whether a railing runs along the way


HALLS = {
    1: Hall((116, 110, 102), (108, 107, 104), (168, 144, 74), 0.32, 1.6, 120, 60, False),
    2: Hall((122, 124, 126), (112, 113, 108), (78, 96, 126), 0.24, 1.4, 0, 14, True),
}


def darker(colour: Colour, share: float) -> Colour:
    """Return a colour at a share of its brightness."""
    red, green, blue = (int(min(255, value * share)) for value in colour)
    return red, green, blue


def waves(random: np.random.Generator, width: int, low: int, high: int) -> np.ndarray:
    """Return slow changes of brightness along the way, in percent (width,)."""
    knots = np.arange(0, width + 200, 90)
    return np.interp(np.arange(width), knots, random.integers(low, high, size=len(knots))).astype(np.int32)


def surfaces(hall: Hall, width: int, random: np.random.Generator) -> np.ndarray:
    """Return wall and floor (TALL, width, 3) in the light that happens to fall on them."""
    start = int(MARGIN + hall.horizon * VIEW_HEIGHT)
    rows = np.arange(TALL, dtype=np.int32)[:, None]
    fall = np.where(rows < start, 80 + 30 * rows // start, 84 + 30 * (rows - start) // (TALL - start))
    light = fall * waves(random, width, 86, 112) // 100  # (TALL, width) percent
    grain = 4 if hall.tile else 16
    base = np.where((rows < start)[..., None], np.array(hall.wall, np.int32), np.array(hall.floor, np.int32))
    speckle = (
        random.integers(-grain, grain + 1, size=(TALL // 2, width // 2 + 1), dtype=np.int32)
        .repeat(2, axis=0)
        .repeat(2, axis=1)
    )
    speckle = np.where(rows < start, speckle[:TALL, :width] // 4, speckle[:TALL, :width])
    picture = np.clip(base * light[..., None] // 100 + speckle[..., None], 0, 255).astype(np.uint8)
    for x in range(int(random.integers(120)), width, 240):
        cv2.rectangle(picture, (x, 0), (x + 3, start), darker(hall.wall, 0.7), -1)
    if hall.tile:
        tiles(picture, hall, start, random)
    cv2.rectangle(picture, (0, start - 5), (width, start), darker(hall.wall, 0.6), -1)  # skirting board
    return cv2.add(picture, reflections(hall, width, start, random))


def tiles(picture: np.ndarray, hall: Hall, start: int, random: np.random.Generator) -> None:
    """Paint the joints between floor tiles, wider apart towards the camera."""
    width, colour = picture.shape[1], darker(hall.floor, 0.72)
    slant = int(random.integers(-60, 61))
    for x in range(-abs(slant), width + abs(slant), hall.tile):
        cv2.line(picture, (x, start), (x + slant, TALL), colour, 2)
    gap, y = 14.0, float(start)
    while y < TALL:
        cv2.line(picture, (0, int(y)), (width, int(y)), colour, 2)
        gap, y = gap * 1.35, y + gap


def reflections(hall: Hall, width: int, start: int, random: np.random.Generator) -> np.ndarray:
    """Return the light (TALL, width, 3) that a polished floor reflects: tall soft streaks."""
    light = np.zeros((TALL, width), np.uint8)
    for _ in range(int(random.poisson(1.4 * width / VIEW_WIDTH))):
        x, wide = int(random.integers(width)), int(random.integers(10, 70))
        top = int(random.integers(start, TALL - 120))
        cv2.rectangle(light, (x, top), (x + wide, top + int(random.integers(90, 300))), hall.gloss, -1)
    return cv2.cvtColor(cv2.GaussianBlur(light, (31, 61), 0), cv2.COLOR_GRAY2BGR)


def railing(picture: np.ndarray, base: int, random: np.random.Generator) -> None:
    """Paint bright rails and their posts along the whole way."""
    width = picture.shape[1]
    for height in (base - 24, base + 70):
        cv2.line(picture, (0, height), (width, height + int(random.integers(-8, 9))), (212, 214, 210), 5)
        cv2.line(picture, (0, height + 6), (width, height + 6), (84, 86, 86), 3)
    for x in range(int(random.integers(200)), width, int(random.integers(260, 420))):
        cv2.line(picture, (x, base - 24), (x, base + 110), (150, 152, 150), 7)


def pillar(picture: np.ndarray, x: int, base: int, colour: Colour, random: np.random.Generator) -> None:
    """Paint a column from the ceiling to the floor."""
    wide = int(random.integers(40, 100))
    cv2.rectangle(picture, (x, 0), (x + wide, base + 50), colour, -1)
    cv2.rectangle(picture, (x + 2 * wide // 3, 0), (x + wide, base + 50), darker(colour, 0.75), -1)
    cv2.rectangle(picture, (x, base + 38), (x + wide, base + 50), darker(colour, 0.5), -1)


def sign(picture: np.ndarray, x: int, base: int, colour: Colour, random: np.random.Generator) -> None:
    """Paint a sign or lit window on the wall, with lines of something like writing."""
    wide, top = int(random.integers(60, 200)), int(random.integers(0, max(1, base - 90)))
    cv2.rectangle(picture, (x, top), (x + wide, top + 60), colour, -1)
    for line in range(top + 14, top + 50, 16):
        length = int(random.integers(wide // 3, wide))
        cv2.rectangle(picture, (x + 8, line), (x + length - 8, line + 5), darker(colour, 0.45), -1)


def bench(picture: np.ndarray, x: int, base: int, colour: Colour, random: np.random.Generator) -> None:
    """Paint a row of dark seats."""
    for seat in range(int(random.integers(2, 5))):
        left = x + 46 * seat
        cv2.rectangle(picture, (left, base - 20), (left + 40, base + 22), darker(colour, 0.5), -1)
        cv2.rectangle(picture, (left, base + 22), (left + 42, base + 34), darker(colour, 0.35), -1)
        cv2.rectangle(picture, (left + 18, base + 34), (left + 22, base + 60), (40, 40, 42), -1)


def trolley(picture: np.ndarray, x: int, base: int, colour: Colour, random: np.random.Generator) -> None:
    """Paint a luggage trolley, loaded or not."""
    grey = (150, 152, 154)
    foot = base + int(random.integers(60, 130))
    cv2.line(picture, (x, foot - 130), (x + 16, foot), grey, 6)
    cv2.line(picture, (x, foot), (x + 100, foot), grey, 8)
    if random.random() < 0.7:
        cv2.rectangle(picture, (x + 18, foot - 76), (x + 92, foot - 6), darker(colour, 0.7), -1)
        cv2.rectangle(picture, (x + 26, foot - 110), (x + 80, foot - 78), darker(colour, 0.45), -1)
    for wheel in (x + 10, x + 90):
        cv2.circle(picture, (wheel, foot + 8), 9, (36, 36, 38), -1)


def bystander(picture: np.ndarray, x: int, base: int, colour: Colour, random: np.random.Generator) -> None:
    """Paint somebody standing further away."""
    tall = int(random.integers(130, 240))
    foot = base + tall // 4
    top, wide = foot - tall, tall // 9
    lower = pick(random, TROUSERS)
    coat = pick(random, GARMENTS)
    cv2.rectangle(picture, (x - wide + 4, foot - tall // 2), (x - 2, foot), lower, -1)
    cv2.rectangle(picture, (x + 2, foot - tall // 2), (x + wide - 4, foot), darker(lower, 0.8), -1)
    shoulder, waist = top + tall // 5, top + tall * 11 // 20
    trunk = [(x - wide + 2, shoulder - 4), (x + wide - 2, shoulder - 4), (x + wide + 3, shoulder + 6)]
    trunk += [(x + wide + 3, waist), (x - wide - 3, waist), (x - wide - 3, shoulder + 6)]
    cv2.fillConvexPoly(picture, np.array(trunk, np.int32), coat)
    cv2.rectangle(picture, (x + wide // 2, shoulder), (x + wide + 3, waist), darker(coat, 0.75), -1)
    cv2.ellipse(picture, (x, top + tall // 13), (tall // 20, tall // 14), 0, 0, 360, (176, 138, 112), -1)
    cv2.ellipse(picture, (x, top + tall // 18), (tall // 19, tall // 20), 0, 180, 360, (44, 36, 32), -1)


THINGS = (pillar, sign, bench, trolley, bystander, bystander)


def draw_hall(hall: Hall, length: int, random: np.random.Generator) -> np.ndarray:
    """Return a picture (TALL, width, 3) of the hall for a window that slides by `length` pixels."""
    width = length + VIEW_WIDTH + 2 * MARGIN
    picture = surfaces(hall, width, random)
    base = int(MARGIN + hall.horizon * VIEW_HEIGHT)
    for _ in range(int(random.poisson(hall.clutter * width / VIEW_WIDTH))):
        thing = THINGS[int(random.integers(len(THINGS)))]
        colour = vary(random, (hall.wall, hall.accent, pick(random, GARMENTS))[int(random.integers(3))], 24)
        thing(picture, int(random.integers(-60, width)), base, colour, random)
    if hall.rails:
        railing(picture, base, random)
    return cv2.GaussianBlur(picture, (9, 9), 0)
