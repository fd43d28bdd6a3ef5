"""Solids seen by a camera, as outlines: limbs are capsules, trunk, head and skirt are stacks of ellipses.

All shapes are computed for the T frames of a sequence at once. Pixels here are those of the enlarged drawing
(`draw.ENLARGE` times the frame), x to the right and y down; metres are those of `gait`.
"""

from dataclasses import dataclass, field

import numpy as np

from .person import Colour

NEUTRAL = 128  # the shade that leaves a colour as it is; less is darker
ARC = np.linspace(-0.5, 0.5, 7)  # where the top and bottom edge of a patch are sampled


@dataclass(frozen=True)
class View:
    """How the camera sees a walker: `heading` (T,) in radians, 0 to the right, pi/2 towards the camera."""

    heading: np.ndarray
    pitch: float  # radians that the camera looks down
    scale: np.ndarray  # (T,) pixels a metre
    origin: np.ndarray  # (T, 2) the pixel of the ground below the pelvis
    light: int  # +1: the light comes from the left of the picture, -1: from the right

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels (T, ..., 2) and nearness (T, ...) in metres of points (T, ..., 3)."""
        extra = (1,) * (points.ndim - 2)
        cos, sin = (f(self.heading).reshape(-1, *extra) for f in (np.cos, np.sin))
        right = points[..., 0] * cos + points[..., 1] * sin
        nearness = points[..., 0] * sin - points[..., 1] * cos
        down = nearness * np.sin(self.pitch) - points[..., 2] * np.cos(self.pitch)
        scale = self.scale.reshape(-1, *extra, 1)
        origin = self.origin.reshape(-1, *extra, 2)
        return origin + scale * np.stack([right, down], axis=-1), nearness


@dataclass(frozen=True)
class Paint:
    """One filled outline (T, n, 2) in 1/16 pixels, in a colour (None: keep the colour) and a shade."""

    outline: np.ndarray
    colour: Colour | None
    shade: int
    shown: np.ndarray | None = None  # (T,) whether it is seen at all


@dataclass
class Part:
    """Paints that lie on one another, and when to paint them: parts of small `depth` (T,) come first."""

    depth: np.ndarray
    paints: list[Paint] = field(default_factory=list)


def fixed(pixels: np.ndarray) -> np.ndarray:
    """Round to 1/16 pixel: the fixed point that OpenCV draws with `shift=4`, equal on every machine."""
    return np.rint(pixels * 16).astype(np.int32)


def capsule(start: np.ndarray, end: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return the outline (T, 12, 2) of a limb between two pixels (T, 2) with radii (T,) at its ends."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    along = along / length
    across = np.stack([-along[:, 1], along[:, 0]], axis=-1)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 6)[None, :, None]
    cap = np.cos(angle) * along[:, None] + np.sin(angle) * across[:, None]  # (T, 6, 2)
    tail = -np.cos(angle) * along[:, None] - np.sin(angle) * across[:, None]
    return fixed(
        np.concatenate(
            [end[:, None] + last[:, None, None] * cap, start[:, None] + first[:, None, None] * tail], axis=1
        )
    )


def limb(view: View, start: np.ndarray, end: np.ndarray, radii: tuple[float, float], colour: Colour,
         shade: int = NEUTRAL) -> list[Paint]:  # fmt: skip
    """Return the paints of a round limb: itself, and a darker strip on the side away from the light."""
    first, last = (radius * view.scale for radius in radii)
    (a, _), (b, _) = view.project(start), view.project(end)
    aside = np.stack([0.5 * view.light * np.ones_like(first), 0.1 * np.ones_like(first)], axis=-1)
    dark = capsule(a + aside * first[:, None], b + aside * last[:, None], 0.55 * first, 0.55 * last)
    return [Paint(capsule(a, b, first, last), colour, shade), Paint(dark, None, shade - 34)]


@dataclass(frozen=True)
class Solid:
    """A stack of ellipses from `bottom` to `top` (T, 3), turned by `yaw` (T,).

    `levels` (n,) run from 0 at the bottom to 1 at the top; `width` (n,) are the half-widths there, in metres,
    and `depth` is the ratio of half-depth to half-width. A point of the surface is (angle, level): angle 0 is
    the front, pi/2 the left side.
    """

    bottom: np.ndarray
    top: np.ndarray
    yaw: np.ndarray
    levels: np.ndarray
    width: np.ndarray
    depth: float

    def surface(self, angle: np.ndarray, level: np.ndarray) -> np.ndarray:
        """Return points (T, n, 3) of the surface at angles (T, n) and levels (n,)."""
        half = np.interp(level, self.levels, self.width)
        x, y = self.depth * half * np.cos(angle), half * np.sin(angle)
        cos, sin = np.cos(self.yaw)[:, None], np.sin(self.yaw)[:, None]
        ring = np.stack([x * cos - y * sin, x * sin + y * cos, np.zeros_like(x)], axis=-1)
        middle = self.bottom[:, None] + level[:, None] * (self.top - self.bottom)[:, None]
        return middle + ring

    def right_edge(self, view: View) -> np.ndarray:
        """Return the angle (T,) at the right edge of what is seen; the left edge is half a turn before it."""
        turned = view.heading + self.yaw
        return np.arctan2(np.sin(turned), self.depth * np.cos(turned))

    def patch(self, view: View, angles: tuple[float, float], levels: tuple[float, float]
              ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Return the outline of a part of the surface, as far as it is seen, and whether it is (T,)."""
        centre, reach = (angles[0] + angles[1]) / 2, (angles[1] - angles[0]) / 2
        facing = self.right_edge(view) - np.pi / 2
        nearest = centre + 2 * np.pi * np.rint((facing - centre) / (2 * np.pi))
        low = np.maximum(nearest - reach, facing - np.pi / 2)
        high = np.minimum(nearest + reach, facing + np.pi / 2)
        return self.outline(view, low, high, levels), high - low > 0.12

    def outline(
        self, view: View, low: np.ndarray, high: np.ndarray, levels: tuple[float, float]
    ) -> np.ndarray:
        """Return the outline between two angles (T,): along the bottom, up, back along the top, and down."""
        steps = np.linspace(*levels, max(2, round(8 * (levels[1] - levels[0])) + 1))
        arc = (low + high)[:, None] / 2 + (high - low)[:, None] * ARC  # (T, 7)
        up, down = np.repeat(high[:, None], len(steps), 1), np.repeat(low[:, None], len(steps), 1)
        angle = np.concatenate([arc, up, arc[:, ::-1], down], axis=1)
        level = np.concatenate(
            [np.full(len(ARC), levels[0]), steps, np.full(len(ARC), levels[1]), steps[::-1]]
        )
        return fixed(view.project(self.surface(angle, level))[0])

    def paint(self, view: View, colour: Colour | None, angles: tuple[float, float] = (-4.0, 4.0),
              levels: tuple[float, float] = (0.0, 1.0), shade: int = NEUTRAL) -> Paint:  # fmt: skip
        """Return the paint of a patch of the surface; the whole of it if no limits are given."""
        outline, shown = self.patch(view, angles, levels)
        return Paint(outline, colour, shade, shown)

    def shading(self, view: View, levels: tuple[float, float] = (0.0, 1.0)) -> list[Paint]:
        """Return a dark strip on the side away from the light and a bright one towards it, without colour."""
        edge = self.right_edge(view)
        dark, bright = ((-1.15, 0.0), (-2.6, -1.9)) if view.light > 0 else ((-np.pi, -2.0), (-1.25, -0.55))
        return [
            Paint(self.outline(view, edge + dark[0], edge + dark[1], levels), None, NEUTRAL - 36),
            Paint(self.outline(view, edge + bright[0], edge + bright[1], levels), None, NEUTRAL + 12),
        ]


def box(view: View, centre: np.ndarray, size: tuple[float, float, float], colour: Colour) -> Part:
    """Return a soft box, such as a bag, around a centre (T, 3); size: length, width and height in metres."""
    length, width, height = size
    half = np.array([0.0, 0.0, height / 2])
    levels = np.array([0.0, 0.08, 0.5, 0.92, 1.0])
    profile = np.array([0.8, 1.0, 1.0, 0.95, 0.7]) * width / 2
    solid = Solid(centre - half, centre + half, np.zeros(len(centre)), levels, profile, length / width)
    return Part(view.project(centre)[1], [solid.paint(view, colour), *solid.shading(view)])
