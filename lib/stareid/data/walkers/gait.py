r"""How a person walks: joint positions from the phase of the gait, by forward kinematics.

A cycle is one step with each leg; phase 0 is when the left heel strikes the ground. The angles over a cycle
are those of normal walking (after D. A. Winter, Biomechanics and Motor Control of Human Movement), sampled
every 5 % and made smooth with their first harmonics. Axes of a person, in metres: x forward, y left, z up.
"""

from dataclasses import dataclass, replace

import numpy as np

from .person import Build
from .world import Stream, World, generator

# Degrees, every 5 % of a cycle. Flexion is positive: thigh forward, shin backward, toes up.
HIP = (30, 29, 26, 22, 17, 12, 7, 3, -2, -6, -9, -10, -7, 0, 9, 18, 25, 30, 32, 31)
KNEE = (5, 11, 17, 19, 18, 15, 11, 8, 6, 6, 9, 17, 32, 48, 58, 61, 55, 41, 23, 8)
ANKLE = (0, -4, -4, 0, 4, 6, 8, 9, 10, 10, 6, -4, -16, -19, -13, -6, -2, 0, 1, 1)
HARMONICS = 6

# Lengths as shares of the stature.
THIGH, SHIN, ANKLE_HEIGHT = 0.245, 0.246, 0.039
UPPER_ARM, FOREARM = 0.186, 0.15
SHOULDER_RISE, NECK_RISE = 0.278, 0.318  # above the hips
HEAD_HEIGHT = 0.135


@dataclass(frozen=True)
class Gait:
    """A way of walking: cycles a frame, and how far legs and arms swing (1 is average)."""

    frequency: float
    phase: float  # cycles, at the first frame
    stride: float
    arm_swing: float
    elbow: float  # degrees that the elbows are bent
    lean: float  # degrees that the trunk leans forward
    bob: float  # degrees of the counter-rotation of hips and shoulders
    still_arm: int = 0  # +1: the left arm hardly swings, -1: the right arm, because it carries something


@dataclass(frozen=True)
class Pose:
    """Joints (T, 3) in metres; those of two sides are (T, 2, 3), left first. Yaws (T,) are in radians."""

    hips: np.ndarray
    knees: np.ndarray
    ankles: np.ndarray
    heels: np.ndarray
    balls: np.ndarray
    toes: np.ndarray
    pelvis: np.ndarray
    chest: np.ndarray
    head: np.ndarray
    shoulders: np.ndarray
    elbows: np.ndarray
    wrists: np.ndarray
    hip_yaw: np.ndarray
    shoulder_yaw: np.ndarray
    advance: float  # metres a frame


def curve(samples: tuple[int, ...], phase: np.ndarray) -> np.ndarray:
    """Return a smooth periodic curve through the samples of one cycle, in radians."""
    spectrum = np.fft.rfft(np.radians(samples)) / len(samples)
    angle = np.full(phase.shape, spectrum[0].real)
    for k in range(1, HARMONICS + 1):
        turn = 2 * np.pi * k * phase
        angle += 2 * (spectrum[k].real * np.cos(turn) - spectrum[k].imag * np.sin(turn))
    return angle


def below(
    origin: np.ndarray, length: float, angle: np.ndarray, outward: np.ndarray | float = 0.0
) -> np.ndarray:
    """Return the end of a limb hanging from `origin`, swung forward by `angle`, to the left by `outward`."""
    down = np.cos(angle) * np.cos(outward)
    return origin + length * np.stack([np.sin(angle), np.sin(outward) * np.cos(angle), -down], axis=-1)


def feet(ankles: np.ndarray, pitch: np.ndarray, stature: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return heels, balls and toes of feet that are turned up by `pitch` (T, 2)."""
    forward = np.stack([np.cos(pitch), 0 * pitch, np.sin(pitch)], axis=-1)
    sole = ankles - ANKLE_HEIGHT * stature * np.stack([-np.sin(pitch), 0 * pitch, np.cos(pitch)], axis=-1)
    return (
        sole - 0.035 * stature * forward,
        sole + 0.075 * stature * forward,
        sole + 0.118 * stature * forward,
    )


def legs(gait: Gait, build: Build, phases: np.ndarray, yaw: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return hips, knees, ankles, heels, balls and toes (T, 2, 3), the lower foot always on the ground."""
    middle = np.radians(10)
    swing = middle + gait.stride * (curve(HIP, phases) - middle)  # (T, 2)
    shin = swing - (0.5 + 0.5 * gait.stride) * curve(KNEE, phases)
    side = np.array([1.0, -1.0]) * 0.52 * build.hip
    hips = np.stack([-side * np.sin(yaw)[:, None], side * np.cos(yaw)[:, None], 0 * phases], axis=-1)
    inward = -np.array([1.0, -1.0]) * np.radians(2.0)  # feet fall nearer to the middle than hips
    knees = below(hips, THIGH * build.stature, swing, inward)
    ankles = below(knees, SHIN * build.stature, shin, inward)
    heels, balls, toes = feet(ankles, shin + curve(ANKLE, phases), build.stature)
    lowest = np.minimum(heels[..., 2], balls[..., 2]).min(axis=1)  # (T,)
    joints = [hips, knees, ankles, heels, balls, toes]
    for joint in joints:
        joint[..., 2] -= lowest[:, None]
    toes[..., 2] = np.maximum(toes[..., 2], 0.01)  # toes bend when the heel leaves the ground
    return tuple(joints)


def advance_of(gait: Gait, build: Build) -> float:
    """Return the metres a frame at which the standing foot stays where it is."""
    half = np.array([[0.0, 0.5]])
    ankles = legs(gait, build, half, np.zeros(1))[2]
    return float(2 * (ankles[0, 0, 0] - ankles[0, 1, 0]) * gait.frequency)


def arms(
    gait: Gait, shoulders: np.ndarray, phases: np.ndarray, stature: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return elbows and wrists (T, 2, 3); an arm swings against the leg of its side."""
    calm = np.array([0.3 if gait.still_arm == side else 1.0 for side in (1, -1)])
    swing = np.radians(4 - 22 * gait.arm_swing * calm * np.cos(2 * np.pi * phases))
    bent = np.radians(gait.elbow * calm * (1 - 0.5 * np.cos(2 * np.pi * (phases - 0.04))))
    outward = np.array([1.0, -1.0]) * np.radians(9)
    elbows = below(shoulders, UPPER_ARM * stature, swing, outward)
    return elbows, below(elbows, FOREARM * stature, swing + bent, 0.2 * outward)


def pose(gait: Gait, build: Build, frames: int) -> Pose:
    """Return the joints of a walk of so many frames, the pelvis above the origin."""
    phase = gait.phase + gait.frequency * np.arange(frames)
    phases = np.stack([phase, phase + 0.5], axis=1)  # (T, 2)
    hip_yaw = -np.radians(gait.bob) * np.cos(2 * np.pi * phase)  # the left hip leads with the left leg
    shoulder_yaw = -1.2 * hip_yaw
    hips, knees, ankles, heels, balls, toes = legs(gait, build, phases, hip_yaw)
    pelvis = hips.mean(axis=1)
    upward = np.array([np.sin(np.radians(gait.lean)), 0.0, np.cos(np.radians(gait.lean))])
    chest = pelvis + SHOULDER_RISE * build.stature * upward
    head = pelvis + NECK_RISE * build.stature * upward + np.array([0.015, 0.0, 0.0])
    side = np.array([1.0, -1.0]) * 0.9 * build.shoulder
    turn = np.stack([-np.sin(shoulder_yaw), np.cos(shoulder_yaw), 0 * shoulder_yaw], axis=-1)  # (T, 3)
    shoulders = chest[:, None] + side[:, None] * turn[:, None]
    elbows, wrists = arms(gait, shoulders, phases, build.stature)
    return Pose(
        hips, knees, ankles, heels, balls, toes, pelvis, chest, head, shoulders, elbows, wrists,
        hip_yaw, shoulder_yaw, advance_of(gait, build),
    )  # fmt: skip


def draw_gait(random: np.random.Generator, frequency: float | None = None, still_arm: int = 0) -> Gait:
    """Draw a way of walking; a cycle takes about 26 frames (of 25 a second) unless the frequency is given."""
    drawn = float(1 / np.clip(random.normal(26, 3.2), 18, 36))
    return Gait(
        frequency=drawn if frequency is None else frequency,
        phase=float(random.random()),
        stride=float(np.clip(random.normal(1.0, 0.12), 0.7, 1.3)),
        arm_swing=float(np.clip(random.normal(1.0, 0.35), 0.25, 1.9)),
        elbow=float(np.clip(random.normal(22, 9), 6, 50)),
        lean=float(random.uniform(0, 7)),
        bob=float(random.uniform(2, 8)),
        still_arm=still_arm,
    )


def gait_of(world: World, number: int, camera: int, still_arm: int = 0) -> Gait:
    """Return the gait of a person in a camera: the person's own, but for the phase and a little in speed.

    Where only the gait varies, the frequency is the person's, the phase the sequence's, all else everybody's.
    """
    walk = generator(world, Stream.WALK, number, camera)
    if world.vary == "gait":
        wide = replace(draw_gait(generator(world, Stream.WALK)), stride=1.2, arm_swing=1.5)
        return replace(wide, frequency=gait_frequency(world, number), phase=float(walk.random()))
    own = draw_gait(generator(world, Stream.WALK, number), still_arm=still_arm)
    quicker = float(walk.uniform(0.96, 1.04))
    return replace(own, phase=float(walk.random()), frequency=own.frequency * quicker)


def gait_frequency(world: World, number: int) -> float:
    """Return the frequency (cycles a frame) that alone tells people apart where only the gait varies.

    As of strolling to running people at half the usual frames a second: short clips hold a whole cycle.
    """
    return float(generator(world, Stream.WALK, number).uniform(1 / 20, 1 / 7))
