"""What makes people differ when their colours do not: patterns, hair, bags and umbrellas."""

import numpy as np

from .gait import HEAD_HEIGHT, Pose
from .person import Colour, Person
from .shapes import NEUTRAL, Paint, Part, Solid, View, box, limb

ALL_AROUND = (-4.0, 4.0)


def top_patterns(person: Person, trunk: Solid, view: View) -> list[Paint]:
    """Return what is on the upper garment besides its colour."""
    clothes = person.clothes
    hips = float(trunk.levels[1])

    def height(share: float) -> float:
        """Turn a share of the way from the hips to the neck into a level of the trunk."""
        return hips + share * (1 - hips)

    if clothes.pattern == "hoops":
        starts = np.arange(0.02, 0.86, 0.17)
        return [trunk.paint(view, clothes.second, ALL_AROUND, (height(s), height(s + 0.085))) for s in starts]
    if clothes.pattern == "pinstripes":
        angles = np.arange(-3.0, 3.1, 0.6)
        return [trunk.paint(view, clothes.second, (a, a + 0.2), (0.0, height(0.88))) for a in angles]
    if clothes.pattern == "print":
        levels = (height(0.36), height(0.74))
        return [trunk.paint(view, clothes.second, (a - 0.75, a + 0.75), levels) for a in (0.0, np.pi)]
    if clothes.pattern == "two-tone":
        return [trunk.paint(view, clothes.second, ALL_AROUND, (height(0.56), 1.0))]
    if clothes.pattern == "jacket":
        return [trunk.paint(view, clothes.second, (-0.42, 0.42), (height(0.02), 1.0)),
                trunk.paint(view, None, (-0.52, -0.36), (0.0, height(0.9)), shade=NEUTRAL - 40)]  # fmt: skip
    return []


def hair_part(person: Person, pose: Pose, view: View) -> list[Part]:
    """Return long hair, over the shoulders and behind the face, or a bun."""
    if person.hairstyle not in ("long", "bun"):
        return []
    tall = HEAD_HEIGHT * person.build.stature
    facing = np.sin(view.heading)  # above 0: the face is seen, the hair lies behind the head
    depth = np.where(facing > 0.15, 0.3, 0.7)  # before or after the head, always after the trunk
    if person.hairstyle == "bun":
        centre = pose.head + np.array([-0.13, 0.0, 0.03 + 0.72 * tall])
        part = box(view, centre, (0.1, 0.1, 0.1), person.hair)
        return [Part(depth, part.paints)]
    back = np.array([-0.045, 0.0, 0.0])
    top, bottom = (
        pose.head + back + np.array([0, 0, 0.03 + 0.7 * tall]),
        pose.head + back - np.array([0, 0, 0.13]),
    )
    levels, width = np.array([0.0, 0.3, 0.8, 1.0]), np.array([0.075, 0.1, 0.098, 0.08])
    solid = Solid(bottom, top, 0.3 * pose.shoulder_yaw, levels, width, 0.75)
    return [Part(depth, [solid.paint(view, person.hair), *solid.shading(view)])]


def bag_parts(person: Person, pose: Pose, view: View, trunk: Solid) -> list[Part]:
    """Return the bag of a person, with its straps."""
    up = pose.chest - pose.pelvis
    if person.bag == "backpack":
        centre = pose.pelvis + 0.62 * up + np.array([-0.19, 0.0, 0.0])
        bag = box(view, centre, (0.2, 0.3, 0.46), person.bag_colour)
        straps = [trunk.paint(view, person.bag_colour, (a - 0.14, a + 0.14), (0.5, 0.96), NEUTRAL - 10)
                  for a in (-0.62, 0.62)]  # fmt: skip
        return [Part(np.where(bag.depth < 0, -3.2, 0.3), bag.paints), Part(0 * bag.depth + 0.2, straps)]
    if person.bag == "shoulder":
        aside = np.array([0.0, person.side * (person.build.hip + 0.07), 0.0])
        bag = box(view, pose.pelvis + 0.05 * up + aside, (0.33, 0.12, 0.27), person.bag_colour)
        strap = [shoulder_strap(trunk, view, person.bag_colour, person.side, back) for back in (False, True)]
        return [Part(np.where(bag.depth < 0, -3.5, 0.5), bag.paints), Part(0 * bag.depth + 0.2, strap)]
    if person.bag == "case":
        side = 0 if person.side > 0 else 1
        grip = pose.wrists[:, side] - np.array([0.0, 0.0, 0.26])
        case = box(view, grip, (0.4, 0.11, 0.29), person.bag_colour)
        return [Part(np.where(case.depth < 0, -3.5, 1.5), case.paints)]
    return []


def shoulder_strap(trunk: Solid, view: View, colour: Colour, side: int, back: bool) -> Paint:
    """Return the strap that runs across chest or back, from the far shoulder to the bag at one side."""
    share = np.linspace(0.0, 1.0, 6)
    angle = side * (-0.75 + 2.1 * share)
    angle = np.pi - angle if back else angle
    level = 0.95 - (0.95 - trunk.levels[1]) * share
    facing = trunk.right_edge(view)[:, None] - np.pi / 2
    nearest = angle + 2 * np.pi * np.rint((facing - angle) / (2 * np.pi))
    seen = np.clip(nearest, facing - np.pi / 2, facing + np.pi / 2)  # (T, 6)
    upper = trunk.surface(seen, level)
    lower = trunk.surface(seen, level - 0.07)
    outline = view.project(np.concatenate([upper, lower[:, ::-1]], axis=1))[0]
    shown = (np.abs(nearest - seen) < 0.3).mean(axis=1) > 0.5
    return Paint(np.rint(outline * 16).astype(np.int32), colour, NEUTRAL - 10, shown)


def umbrella_part(person: Person, pose: Pose, view: View) -> list[Part]:
    """Return a furled umbrella, carried in the hand that carries nothing else, its tip behind the heel."""
    if not person.umbrella:
        return []
    side = 1 if person.side > 0 else 0
    grip = pose.wrists[:, side] - np.array([0.0, 0.0, 0.06])
    tip = grip + np.array([-0.16, 0.0, -0.62])
    nearness = view.project(grip)[1]
    return [Part(np.where(nearness < 0, -3.5, 1.4), limb(view, grip, tip, (0.032, 0.016), person.cap))]
