"""Made-up records and albums for the tests of the explorer, and what they read of its canvases."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from stareid.figures.explorer import packing
from stareid.geometry import BLOCKS

CELLS = (10, 8)
# Pixels of a canvas at points given in pixels of the page.
READ = """(points) => {
  const canvas = document.querySelector('.view').shadowRoot.querySelector('.clip canvas');
  const paint = canvas.getContext('2d');
  return points.map(([x, y]) => [...paint.getImageData(
    Math.floor(x * devicePixelRatio), Math.floor(y * devicePixelRatio), 1, 1).data].slice(0, 3));
}"""
PLACED = "() => document.querySelector('.view').explorer.panes[0].placed"
DISABLED = """() => [...document.querySelector('.view').shadowRoot
  .querySelectorAll('input:disabled, select:disabled')]
  .map((control) => control.id || control.name || control.ariaLabel)"""
SEEN = """() => [...document.querySelector('.view').shadowRoot.querySelectorAll('.clip:not([hidden]) canvas')]
  .map((canvas) => canvas.toDataURL()).join()"""


def record(maps: np.ndarray, frames: np.ndarray | None = None) -> Any:
    """A record of maps (K, T, H', W'), which are brought to sum one, over grey or given frames."""
    maps = maps / maps.sum((1, 2, 3), keepdims=True)
    if frames is None:
        frames = np.full((maps.shape[1], 128, 64, 3), 128, np.uint8)
    place = {"top": 4, "left": 4, "size": (64, 48), "grid": (BLOCKS, BLOCKS)}
    return SimpleNamespace(frames=frames, maps=maps, weights=maps.sum((2, 3)), **place)


def random_record(generator: np.random.Generator, steps: int = 4, frames: int = 16) -> Any:
    """Maps and frames at random, the frames smooth as pictures are."""
    coarse = generator.integers(0, 256, (frames, 16, 8, 3), np.uint8)
    pictures = coarse.repeat(8, axis=1).repeat(8, axis=2)
    return record(generator.uniform(0.8, 1.2, (steps, frames, *CELLS)), pictures)


def album(people: int = 2, readings: tuple[str, ...] = ("joint-hidden", "joint-full")) -> packing.Album:
    """People in two cameras; networks with 0 to 4 filters; the impostor of each is the next person."""
    generator = np.random.default_rng(0)
    records = [random_record(generator) for _ in range(2 * people)]
    made: packing.Album = packing.frame_and_edges(records[0])
    made["sequences"] = [
        packing.sequence(r.frames, person=f"person{i // 2}", camera=1 + i % 2, visible=np.linspace(0, 1, 16))
        for i, r in enumerate(records)
    ]
    made["networks"] = [{"reading": "none", "filters": 0}]
    made["networks"] += [{"reading": reading, "filters": n} for reading in readings for n in range(1, 5)]
    made["looks"] = [
        packing.look(random_record(generator), network=network, sequence=i)
        for network in range(1, len(made["networks"]))
        for i in range(2 * people)
    ]
    made["pairs"] = [
        {"network": network, "probe": 2 * p, "match": 2 * p + 1, "impostor": 2 * ((p + 1) % people) + 1}
        | {"distances": [0.4, 0.5], "rank": 1, "among": 9}
        for network in range(len(made["networks"]))
        for p in range(people)
    ]
    return made
