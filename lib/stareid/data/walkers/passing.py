"""Other people: those who walk by behind, beside or in front of the walker."""

from dataclasses import dataclass, replace

import numpy as np

from .background import VIEW_HEIGHT, VIEW_WIDTH
from .body import walker_parts
from .camera import Camera, Track, smooth
from .draw import Canvas, paint
from .gait import draw_gait, pose
from .person import stranger
from .shapes import Part, View

SLOWEST = 2.0  # pixels a frame: whoever passes at less than this overtakes or falls behind


@dataclass(frozen=True)
class Passer:
    """Somebody else: parts to paint, and when any of them is in the picture (T,)."""

    parts: list[Part]
    inside: np.ndarray

    def draw(self, canvas: Canvas, frame: int) -> bool:
        """Paint this person in one frame, and return whether there was anything to paint."""
        if self.inside[frame]:
            paint(canvas, self.parts, frame)
        return bool(self.inside[frame])


def seen_at(camera: Camera, track: Track, heading: np.ndarray, x: np.ndarray, size: float) -> View:
    """Return the view of somebody `size` times as large as the walker: larger is nearer, and lower."""
    vanishing = camera.vanishing * VIEW_HEIGHT
    y = vanishing + size * (track.origin[:, 1] - vanishing)
    return View(heading, np.radians(camera.pitch), size * track.scale, np.stack([x, y], axis=1), camera.light)


def passer(camera: Camera, track: Track, middle: int, size: float, random: np.random.Generator) -> Passer:
    """Return somebody on another course, who is level with the walker in the frame `middle`."""
    frames = len(track.slide)
    person, gait = stranger(random), draw_gait(random)
    walk = pose(gait, person.build, frames)
    turn = float(random.choice([180, 140, -140, 90, -90, 0]) + random.normal(0, 15))
    course = np.full(frames, track.heading[middle] + np.radians(turn))
    own = np.cumsum(walk.advance * size * track.scale * np.cos(course))
    shift = own - own[middle] - (track.slide - track.slide[middle])
    if abs(shift[-1] - shift[0]) < SLOWEST * frames:
        shift = shift + (1 if random.random() < 0.5 else -1) * 2 * SLOWEST * (np.arange(frames) - middle)
    x = VIEW_WIDTH / 2 + random.uniform(-20, 20) + shift
    parts = walker_parts(person, walk, seen_at(camera, track, course, x, size))
    return Passer(parts, (x > -120) & (x < VIEW_WIDTH + 120))


def companion(camera: Camera, track: Track, speed: float, random: np.random.Generator) -> Passer:
    """Return somebody who walks along with the walker, a little behind and to one side, at the same speed."""
    frames = len(track.slide)
    person, gait = stranger(random), draw_gait(random)
    gait = replace(gait, frequency=gait.frequency * speed / pose(gait, person.build, 1).advance)
    size = float(random.uniform(0.8, 0.96))
    aside = (1 if random.random() < 0.5 else -1) * random.uniform(50, 85)
    x = track.origin[:, 0] + aside + 14 * smooth(random, frames, 140.0)
    parts = walker_parts(
        person, pose(gait, person.build, frames), seen_at(camera, track, track.heading, x, size)
    )
    return Passer(parts, np.ones(frames, bool))


def people_behind(camera: Camera, track: Track, speed: float, random: np.random.Generator) -> list[Passer]:
    """Return the people behind the walker, far ones first: some pass in the distance, some walk along."""
    frames = len(track.slide)
    sizes = np.sort(random.uniform(0.55, 0.88, size=random.poisson(0.8 + frames / 120)))
    behind = [passer(camera, track, int(random.integers(frames)), float(size), random) for size in sizes]
    if random.random() < 0.25:
        behind.append(companion(camera, track, speed, random))
    return behind
