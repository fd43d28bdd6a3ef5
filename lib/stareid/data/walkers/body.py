"""The body of a walker as parts to paint: legs, trunk, arms and head, in clothes."""

import numpy as np

from .gait import HEAD_HEIGHT, SHOULDER_RISE, Pose
from .outfit import bag_parts, hair_part, top_patterns, umbrella_part
from .person import Person
from .shapes import NEUTRAL, Part, Solid, View, limb

FAR_SHADE = 96  # limbs on the far side are in the shade of the body
BEHIND, TRUNK, HEAD, BEFORE = -3.0, 0.0, 0.6, 1.0  # the order of painting; nearness in metres decides within


def leg_part(person: Person, pose: Pose, view: View, side: int) -> Part:
    """Return one leg (side 0 is the left): thigh, shin and shoe."""
    clothes, build = person.clothes, person.build
    nearness = view.project(pose.knees[:, side])[1]
    shade = NEUTRAL - 4 if side_is_near(view, side) else FAR_SHADE
    hip, knee, ankle = pose.hips[:, side], pose.knees[:, side], pose.ankles[:, side]
    thick = 0.5 + 0.5 * build.girth
    cloth = clothes.legwear == "trousers"
    thigh, shin = ((0.098, 0.074), (0.072, 0.064)) if cloth else ((0.084, 0.056), (0.058, 0.04))
    upper = build.skin if clothes.legwear == "skirt" else clothes.lower
    lower = clothes.lower if cloth else build.skin
    paints = limb(view, knee, ankle, (shin[0] * thick, shin[1] * thick), lower, shade)
    paints += shoe(person, pose, view, side, shade)
    paints += limb(view, hip, knee, (thigh[0] * thick, thigh[1] * thick), upper, shade)
    if clothes.legwear == "shorts":
        paints += limb(
            view, hip, hip + 1.7 * clothes.skirt * (knee - hip), (0.1 * thick, 0.092 * thick), upper, shade
        )
    return Part(TRUNK - 1 + 0.5 * nearness, paints)


def shoe(person: Person, pose: Pose, view: View, side: int, shade: int) -> list:
    """Return the paints of a shoe: heel to ball, and the toes that bend."""
    lift = np.array([0.0, 0.0, 0.03])
    heel, ball, toe = pose.heels[:, side] + lift, pose.balls[:, side] + lift, pose.toes[:, side] + 0.8 * lift
    colour = person.clothes.shoes
    ankle = pose.ankles[:, side]
    return [
        *limb(view, heel, ankle, (0.038, 0.042), colour, shade),
        *limb(view, heel, ball, (0.036, 0.04), colour, shade),
        *limb(view, ball, toe, (0.04, 0.028), colour, shade),
    ]


def side_is_near(view: View, side: int) -> bool:
    """Return whether the left (0) or right (1) side is near the camera, or level with the other."""
    left = -np.cos(view.heading).mean()
    return bool((left if side == 0 else -left) > -0.25)


def arm_part(person: Person, pose: Pose, view: View, side: int) -> Part:
    """Return one arm with its sleeve and hand."""
    build, clothes = person.build, person.clothes
    shoulder, elbow, wrist = pose.shoulders[:, side], pose.elbows[:, side], pose.wrists[:, side]
    shade = NEUTRAL if side_is_near(view, side) else FAR_SHADE
    thick = 0.45 + 0.55 * build.girth
    forearm = clothes.upper if clothes.sleeve == "long" else build.skin
    slim = 1.0 if clothes.sleeve == "long" else 0.8
    hand = wrist + 0.45 * (wrist - elbow)
    paints = limb(view, wrist, wrist + 0.6 * (hand - wrist), (0.034, 0.03), build.skin, shade)
    paints += limb(view, elbow, wrist, (0.056 * thick * slim, 0.046 * thick * slim), forearm, shade)
    sleeve = clothes.second if clothes.pattern == "two-tone" else clothes.upper
    paints += limb(view, shoulder, elbow, (0.068 * thick, 0.059 * thick), sleeve, shade)
    if clothes.sleeve == "short":
        paints += limb(
            view, shoulder + 0.75 * (elbow - shoulder), elbow, (0.045 * thick,) * 2, build.skin, shade
        )
    nearness = view.project(elbow)[1]
    return Part(np.where(nearness < -0.04, BEHIND, BEFORE) + nearness, paints)


def trunk(person: Person, pose: Pose) -> Solid:
    """Return the trunk from the hem of the upper garment to the neck."""
    build = person.build
    up = pose.chest - pose.pelvis
    hem = person.clothes.hem + 0.03
    bottom = pose.pelvis - hem * up / np.linalg.norm(up, axis=1, keepdims=True)
    top = pose.pelvis + 1.13 * up
    share = hem / (hem + 1.13 * SHOULDER_RISE * build.stature)  # the level of the hips
    flare = 1.0 + 0.5 * person.clothes.hem
    heights = [0.0, share + 1e-3] + [share + part * (1 - share) for part in (0.3, 0.7, 0.86, 0.92, 0.97, 1.0)]
    hip, shoulder = 1.16 * build.hip, build.shoulder
    waist = 0.5 * (hip + shoulder) * (0.76 + 0.2 * build.girth)
    width = [
        hip * flare,
        hip,
        waist,
        0.98 * shoulder,
        1.04 * shoulder,
        0.94 * shoulder,
        0.62 * shoulder,
        0.3 * shoulder,
    ]
    yaw = 0.5 * (pose.hip_yaw + pose.shoulder_yaw)
    return Solid(bottom, top, yaw, np.array(heights), np.array(width), 0.52 + 0.16 * build.girth)


def trunk_part(person: Person, pose: Pose, view: View) -> Part:
    """Return the trunk in its upper garment, with pattern and shading."""
    solid = trunk(person, pose)
    paints = [
        solid.paint(view, person.clothes.upper),
        *top_patterns(person, solid, view),
        *solid.shading(view),
    ]
    return Part(np.full(len(view.heading), TRUNK), paints)


def seat_part(person: Person, pose: Pose, view: View) -> Part:
    """Return the hips in trousers, or the skirt, which widens with the stride of the legs below it."""
    clothes, build = person.clothes, person.build
    skirt = clothes.legwear == "skirt"
    down = (0.49 * clothes.skirt if skirt else 0.05) * build.stature
    spread = 0.55 * clothes.skirt * np.abs(pose.knees[:, 0, 0] - pose.knees[:, 1, 0]).max() if skirt else 0.0
    flare = 1.12 * build.hip + 0.35 * spread
    bottom = pose.pelvis - np.array([0.0, 0.0, down])
    top = pose.pelvis + np.array([0.0, 0.0, 0.14])
    levels = np.array([0.0, down / (down + 0.14), 1.0])
    width = np.array([flare if skirt else 0.92 * build.hip, 1.06 * build.hip, 0.95 * build.hip])
    solid = Solid(bottom, top, pose.hip_yaw, levels, width, 0.75)
    return Part(
        np.full(len(view.heading), TRUNK - 0.2), [solid.paint(view, clothes.lower), *solid.shading(view)]
    )


def head_part(person: Person, pose: Pose, view: View) -> Part:
    """Return neck and head: hair all around, and a face where it is turned to the camera."""
    build = person.build
    tall = HEAD_HEIGHT * build.stature
    low = pose.head + np.array([0.0, 0.0, 0.03])
    throat, jaw = pose.head - np.array([0.02, 0.0, 0.05]), low + np.array([0.0, 0.0, 0.05])
    paints = limb(view, throat, jaw, (0.062, 0.055), build.skin, NEUTRAL - 24)
    levels = np.linspace(0, 1, 9)
    round_off = np.sqrt(np.maximum(1 - np.abs(2 * levels - 1.08) ** 2.6, 0.02))
    head = Solid(
        low, low + np.array([0, 0, tall]), 0.3 * pose.shoulder_yaw, levels, 0.37 * tall * round_off, 1.22
    )
    bald = person.hairstyle == "bald"
    paints.append(head.paint(view, build.skin if bald else person.hair))
    if not bald:
        paints.append(head.paint(view, build.skin, (-1.35, 1.35), (0.02, 0.74)))
        paints.append(head.paint(view, build.skin, (-3.0, 3.0), (0.0, 0.16)))
    paints += head.shading(view)
    paints.append(head.paint(view, None, (-0.75, 0.75), (0.45, 0.58), shade=NEUTRAL - 40))  # the eyes
    if person.hairstyle == "cap":
        paints.append(head.paint(view, person.cap, levels=(0.62, 1.0)))
        paints.append(head.paint(view, person.cap, (-0.9, 0.9), (0.55, 0.68), shade=NEUTRAL - 30))
    return Part(np.full(len(view.heading), HEAD), paints)


def walker_parts(person: Person, pose: Pose, view: View) -> list[Part]:
    """Return everything of a walker that is painted, for all frames of a sequence."""
    return [
        *(leg_part(person, pose, view, side) for side in (0, 1)),
        seat_part(person, pose, view),
        trunk_part(person, pose, view),
        head_part(person, pose, view),
        *hair_part(person, pose, view),
        *(arm_part(person, pose, view, side) for side in (0, 1)),
        *bag_parts(person, pose, view, trunk(person, pose)),
        *umbrella_part(person, pose, view),
    ]
