"""The embedded data set: walkers drawn once into the store, with their ground truth."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import repeat
from os import cpu_count

import numpy as np
from tqdm import tqdm

from stareid.data.sequences import Dataset, splits_from_positions
from stareid.data.store import Decoded, open_store
from stareid.data.walkers import World, draw_sequence, sequence_length, splits

DRAWING = 6  # raised whenever the same World would be drawn differently, so that old stores are left alone


def load(**options) -> Dataset:
    """Walkers of `World(**options)`; TypeError or ValueError for options that World refuses."""
    world = World(**options)
    cells = [(person, camera) for person in range(1, world.people + 1) for camera in (1, 2)]
    frames = sum(sequence_length(world, *cell) for cell in cells)
    store = open_store("walkers", f"{DRAWING} {asdict(world)}", _draw(world, cells), frames)
    names = [name(person) for person in range(1, world.people + 1)]
    return Dataset(
        name="walkers",
        sequences=store.sequences,
        splits=splits_from_positions(np.stack(splits(world)), names),
        pixels=store.pixels,
        fingerprint=store.fingerprint,
        flags=store.flags,
    )


def name(person: int) -> str:
    """The folder name of a person, as in iLIDS-VID."""
    return f"person{person:03d}"


def _draw(world: World, cells: list[tuple[int, int]]) -> Iterator[Decoded]:
    people, cameras = zip(*cells, strict=True)
    with ProcessPoolExecutor(cpu_count()) as pool:
        drawings = pool.map(draw_sequence, repeat(world), people, cameras, chunksize=2)
        for (person, camera), drawing in zip(
            cells, tqdm(drawings, "drawing walkers", len(cells)), strict=True
        ):
            flags = drawing.person.astype(np.uint8) | (drawing.occluder.astype(np.uint8) << 1)
            yield Decoded(name(person), camera, drawing.frames, flags)
