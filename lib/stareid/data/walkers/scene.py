"""A sequence: one walker in one camera, what is behind, what passes in front, and the truth about both."""

from dataclasses import dataclass

import cv2
import numpy as np

from .background import HALLS, MARGIN, TALL, VIEW_HEIGHT, VIEW_WIDTH, draw_hall
from .body import walker_parts
from .camera import CAMERAS, Track, expose, follow, on_the_spot
from .draw import HEIGHT, WIDTH, Canvas, paint, shaded
from .gait import gait_of, pose
from .occluders import Fixture, occluders_of
from .passing import Passer, people_behind
from .person import person_of
from .shapes import Part, View
from .world import Stream, World, check_address, generator, sequence_length


@dataclass(frozen=True)
class Drawing:
    """The frames of a sequence and the truth about them.

    `frames` uint8 (T, 128, 64, 3) RGB; `person` bool (T, 128, 64): the whole silhouette, as if nothing were
    in front; `occluder` bool (T, 128, 64): what is in front, wherever it is.
    """

    frames: np.ndarray
    person: np.ndarray
    occluder: np.ndarray

    @property
    def visible(self) -> np.ndarray:
        """The visible fraction of the silhouette, float (T,): 1 where nothing occludes."""
        whole = self.person.sum(axis=(1, 2))
        hidden = (self.person & self.occluder).sum(axis=(1, 2))
        return 1.0 - hidden / np.maximum(whole, 1)


@dataclass(frozen=True)
class Stage:
    """All that is painted in a sequence, from back to front."""

    hall: np.ndarray
    track: Track
    behind: list[Passer]
    walker: list[Part]
    folds: np.ndarray
    front: list[Passer | Fixture]


def window(hall: np.ndarray, track: Track, frame: int) -> np.ndarray:
    """Cut the background (384, 192, 3) of one frame: it slides and zooms, and jitters with the box."""
    zoom = track.zoom[frame]
    wide = min(round(VIEW_WIDTH * zoom), hall.shape[1])
    tall = min(round(VIEW_HEIGHT * zoom), TALL)
    jitter = zoom * (track.origin[frame] - track.origin[0])
    start = track.way[frame] - track.way.min()
    x = int(np.clip(np.rint(MARGIN + start - jitter[0] - (wide - VIEW_WIDTH) / 2), 0, hall.shape[1] - wide))
    y = int(np.clip(np.rint(MARGIN - jitter[1] - (tall - VIEW_HEIGHT) / 2), 0, TALL - tall))
    cut = hall[y : y + tall, x : x + wide]
    return cv2.resize(cut, (VIEW_WIDTH, VIEW_HEIGHT), interpolation=cv2.INTER_LINEAR_EXACT)


def contact_shadow(canvas: Canvas, shadow: np.ndarray, origin: np.ndarray) -> None:
    """Darken the floor around the feet by a soft table (h, w) of 256ths."""
    tall, wide = shadow.shape
    x, y = int(origin[0]) - wide // 2, int(origin[1]) - tall // 2
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + wide, VIEW_WIDTH), min(y + tall, VIEW_HEIGHT)
    floor = canvas.colour[y0:y1, x0:x1]
    keep = 256 - shadow[y0 - y : y1 - y, x0 - x : x1 - x, None].astype(np.uint16)
    canvas.colour[y0:y1, x0:x1] = (floor * keep >> 8).astype(np.uint8)


def soft_ellipse(wide: int, tall: int, strength: int) -> np.ndarray:
    """Return a blurred dark ellipse (h, w) in 256ths of darkness."""
    picture = np.zeros((3 * tall, 2 * wide), np.uint8)
    cv2.ellipse(picture, (wide, 3 * tall // 2), (2 * wide // 3, tall // 2), 0, 0, 360, strength, -1)
    return cv2.GaussianBlur(picture, (31, 15), 0)


def creases(random: np.random.Generator) -> np.ndarray:
    """Return the darkness (384, 192) of folds in the clothes: soft slanting lines, other ones every time."""
    picture = np.zeros((VIEW_HEIGHT, VIEW_WIDTH), np.uint8)
    for _ in range(60):
        x, y = int(random.integers(40, VIEW_WIDTH - 40)), int(random.integers(60, VIEW_HEIGHT))
        dx, dy = (int(value) for value in random.integers(-22, 23, size=2))
        cv2.line(picture, (x, y), (x + dx, y + dy), int(random.integers(30, 80)), 5)
    return cv2.GaussianBlur(picture, (9, 9), 0) // 2


def crease(canvas: Canvas, folds: np.ndarray, moved: np.ndarray) -> None:
    """Darken the shades of whoever is painted by folds that move with the body."""
    x, y = (int(value) for value in np.rint(moved))
    there = np.roll(folds, (y, x), axis=(0, 1))
    cv2.subtract(canvas.shade, there, dst=canvas.shade, mask=(canvas.shade > 48).astype(np.uint8))


def draw_sequence(world: World, person: int, camera: int) -> Drawing:
    """Draw a person in a camera; the result depends on the arguments and on nothing else."""
    check_address(world, person, camera)

    alone = world.vary == "gait"

    def stream(which: Stream) -> np.random.Generator:
        # Where only the gait varies, all sequences of a camera are filmed alike: else they tell people apart.
        return generator(world, which, 0 if alone else person, camera)

    lens, frames, random = CAMERAS[camera], sequence_length(world, person, camera), stream(Stream.CAMERA)
    who = person_of(world, person)
    walk = pose(gait_of(world, person, camera, who.still_arm), who.build, frames)
    if alone:  # nothing but the walker may tell the time, from which the phase could be learned by heart
        track = on_the_spot(lens, who.build.stature, frames, random)
    else:
        track = follow(lens, who.build.stature, walk.advance, frames, random)
    view = View(track.heading, np.radians(lens.pitch), track.scale, track.origin, lens.light)
    hall = draw_hall(HALLS[camera], int(np.ptp(track.way)) + 1, stream(Stream.BACKGROUND))
    stage = Stage(
        hall=hall,
        track=track,
        behind=[] if alone else people_behind(lens, track, walk.advance, stream(Stream.BEHIND)),
        walker=walker_parts(who, walk, view),
        folds=creases(random),
        front=[] if alone else occluders_of(lens, track, stream(Stream.OCCLUDERS)),
    )
    pictures, silhouettes, occluded = compose(stage)
    noise = generator(world, Stream.NOISE, person, camera)
    exposed = expose(lens, pictures, random, noise, steady=alone)
    return Drawing(exposed, silhouettes, occluded)


def compose(stage: Stage) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pictures (T, 128, 64, 3), silhouettes and occluders (T, 128, 64), before the lens."""
    frames, origin = len(stage.track.slide), stage.track.origin
    pictures = np.empty((frames, HEIGHT, WIDTH, 3), np.uint8)
    silhouettes = np.zeros((frames, HEIGHT, WIDTH), bool)
    occluded = np.zeros((frames, HEIGHT, WIDTH), bool)
    shadow = soft_ellipse(80, 16, 120)
    for t in range(frames):
        canvas = Canvas.on(window(stage.hall, stage.track, t))
        for passer in stage.behind:
            passer.draw(canvas, t)
        contact_shadow(canvas, shadow, origin[t])
        middle = canvas.layer()
        paint(middle, stage.walker, t)
        silhouettes[t] = middle.covered()
        crease(middle, stage.folds, origin[t] - origin[0])
        canvas.merge(middle)
        front = canvas.layer()
        if sum(occluder.draw(front, t) for occluder in stage.front):
            occluded[t] = front.covered()
            canvas.merge(front)
        pictures[t] = shaded(canvas)
    return pictures, silhouettes, occluded
