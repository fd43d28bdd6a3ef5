"""What a camera does to a walk: whence it looks, how the box follows, what lens and compression leave."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.special import ndtri

from .draw import ENLARGE, HEIGHT, WIDTH

# The quantiles of a normal distribution for the 256 values of a byte: noise is a look-up of random bytes.
BELL = ndtri((np.arange(256) + 0.5) / 256)


@dataclass(frozen=True)
class Camera:
    """One of the two cameras. Headings are in degrees: 0 to the right, 90 towards it, 180 to the left."""

    headings: tuple[tuple[float, float], ...]  # (mean, share of the people)
    spread: float
    pitch: float  # degrees that it looks down
    vanishing: (
        float  # where people would vanish in the distance, as a share of the box height (negative: above)
    )
    light: int  # +1: light from the left of the picture, -1: from the right
    white: tuple[float, float, float]  # white balance: gains of red, green and blue
    exposure: float
    contrast: float  # exponent of the tone curve
    veil: float  # light scattered in the lens, which lifts the dark parts
    wander: float  # how much white balance, exposure and contrast differ between sequences
    blur: float
    noise: float
    quality: tuple[int, int]  # of the JPEG, from and to


CAMERAS = {
    1: Camera(((40, 0.62), (-135, 0.2), (90, 0.18)), 16, 11, -0.15, 1,
              (1.01, 1.0, 0.985), 1.0, 1.01, 0.025, 0.012, 0.55, 3.0, (50, 80)),
    2: Camera(((150, 0.6), (-40, 0.22), (-90, 0.18)), 16, 16, -0.4, -1,
              (0.99, 1.0, 1.01), 1.0, 0.99, 0.03, 0.012, 0.7, 4.0, (40, 70)),
}  # fmt: skip


@dataclass(frozen=True)
class Track:
    """How the box follows a walker, frame by frame; pixels are those of the enlarged drawing.

    `heading` (T,) in radians; `scale` (T,) pixels a metre; `origin` (T, 2) the ground below the walker;
    `slide` (T,) pixels walked to the right since the first frame; `zoom` (T,) the size of the background's
    window compared to the box, larger as people come near; `way` (T,) the slide in the background's pixels.
    """

    heading: np.ndarray
    scale: np.ndarray
    origin: np.ndarray
    slide: np.ndarray
    zoom: np.ndarray
    way: np.ndarray


def smooth(random: np.random.Generator, frames: int, period: float) -> np.ndarray:
    """Return a slow random curve (T,) between about -1 and 1: three waves of random phase."""
    time = np.arange(frames) / period
    waves = [
        np.sin(2 * np.pi * (time * pace + random.random())) / (1 + k)
        for k, pace in enumerate((1.0, 1.7, 2.9))
    ]
    return np.sum(waves, axis=0) / 1.8


def heading_of(camera: Camera, frames: int, random: np.random.Generator) -> np.ndarray:
    """Return the heading (T,) in radians: drawn from the camera's distribution, drifting slowly."""
    means, shares = zip(*camera.headings, strict=True)
    mean = means[int(random.choice(len(means), p=np.array(shares) / sum(shares)))]
    return np.radians(random.normal(mean, camera.spread) + 10 * smooth(random, frames, 160.0))


def follow(camera: Camera, stature: float, speed: float, frames: int, random: np.random.Generator) -> Track:
    """Return how the box follows somebody of a stature (metres) and a speed (metres a frame)."""
    heading = heading_of(camera, frames, random)
    pitch = np.radians(camera.pitch)
    fill = random.uniform(0.86, 0.92) * (1 + 0.025 * smooth(random, frames, 110.0))
    scale = fill * HEIGHT * ENLARGE / (stature * np.cos(pitch) + 0.12)
    jitter = np.cumsum(random.integers(-2, 3, size=(frames, 2)), axis=0)
    jitter = 3.0 * np.tanh((jitter - jitter.mean(axis=0)) / 9.0) + random.integers(-1, 2, size=(frames, 2))
    middle = np.array(
        [WIDTH * ENLARGE / 2 + random.uniform(-5, 5), HEIGHT * ENLARGE * random.uniform(0.93, 0.945)]
    )
    steps = speed * scale * np.cos(heading)
    nearer = np.cumsum(speed * np.sin(heading))  # metres towards the camera
    zoom = np.clip(1.25 + 0.03 * (nearer - nearer.mean()), 1.0, 1.5)
    slide, way = np.cumsum(steps), np.cumsum(steps * zoom)
    return Track(heading, scale, middle + jitter, slide - slide[0], zoom, way - way[0])


def on_the_spot(camera: Camera, stature: float, frames: int, random: np.random.Generator) -> Track:
    """Return the track of somebody on a treadmill before a still camera: the same in every frame."""
    first = follow(camera, stature, 0.0, 1, random)
    return Track(*(np.repeat(values, frames, axis=0) for values in vars(first).values()))


def tone_curves(camera: Camera, frames: int, random: np.random.Generator) -> np.ndarray:
    """Return a table (T, 256, 3): white balance, exposure and contrast in the changing light."""
    level = np.arange(256) / 255
    gain = np.array(camera.white) * np.exp(camera.wander * random.uniform(-1, 1, size=3))
    exposure = camera.exposure * np.exp(4 * camera.wander * random.uniform(-1, 1))
    gamma = camera.contrast * np.exp(3 * camera.wander * random.uniform(-1, 1))
    veil = camera.veil * random.uniform(0.4, 1.6)
    light = exposure * (1 + 0.06 * smooth(random, frames, 90.0))
    curve = veil + (1 - veil) * level[:, None] ** gamma * gain  # (256, 3)
    return np.clip(np.rint(255 * light[:, None, None] * curve), 0, 255).astype(np.uint8)


def compress(frame: np.ndarray, quality: int) -> np.ndarray:
    """Return what is left of an RGB frame after JPEG."""
    _, packed = cv2.imencode(
        ".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    unpacked = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert unpacked is not None  # it has just been packed
    return cv2.cvtColor(unpacked, cv2.COLOR_BGR2RGB)


def expose(
    camera: Camera,
    pictures: np.ndarray,
    random: np.random.Generator,
    noise: np.random.Generator,
    *,
    steady: bool,
) -> np.ndarray:
    """Return the frames (T, 128, 64, 3) as the camera delivers them, in `steady` or in changing light."""
    tables = tone_curves(camera, 1 if steady else len(pictures), random)
    tables = np.broadcast_to(tables, (len(pictures), *tables.shape[1:]))
    blur = camera.blur * float(random.uniform(0.7, 1.4))
    grain = np.rint(camera.noise * float(random.uniform(0.6, 1.3)) * BELL).astype(np.int16)
    quality = int(random.integers(*camera.quality))
    frames = np.empty_like(pictures)
    for t, picture in enumerate(pictures):
        soft = cv2.GaussianBlur(cv2.LUT(picture, tables[t][None]), (5, 5), blur)
        grainy = soft + grain[noise.integers(0, 256, size=soft.shape, dtype=np.uint8)]
        frames[t] = compress(np.clip(grainy, 0, 255).astype(np.uint8), quality)
    return frames
