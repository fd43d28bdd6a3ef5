"""An album: all that the explorer shows, as plain values that fit into a page.

sequences   person, camera, numbers of the frames shown, their pictures in one WebP (`sprite`), 16 in a
            row, visible fraction of the person in each, where the truth is known
networks    reading and filters of each (0 = no attention); `name` in place of an unknown number
looks       what a network saw in a sequence: its maps as bytes, in multiples of the uniform attention,
            linear between the ends that `range` gives for each refinement step
pairs       for a network and a probe: its match, its best impostor, their distances, the match's rank
frame       height and width of a frame; `edges`, across and down, of the cells in pixels of the frame
still       a picture, with a text, for readers without scripts and for paper
"""

import base64
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from stareid.geometry import Record, cell_edges

Album = dict[str, Any]
PER_ROW = 16  # frames of a sprite; a WebP may not be wider than 16383 pixels
QUALITY = 55  # of the frames: 64 x 128 pixels that are shown a few times larger


def album(
    record: Record,
    *,
    person: str = "the sequence",
    camera: int = 1,
    reading: str = "attention",
    filters: int | None = None,
    **known: Any,
) -> Album:
    """An album of one sequence and one network: what `explore` makes of a plain record.

    `known` are the numbers of the frames and visible fractions, as in `sequence`.
    """
    network = {"filters": 1, "name": "shown"} if filters is None else {"filters": filters}
    return {
        **frame_and_edges(record),
        "sequences": [sequence(record.frames, person=person, camera=camera, **known)],
        "networks": [{"reading": reading, **network}],
        "looks": [look(record, network=0, sequence=0)],
        "pairs": [],
    }


def frame_and_edges(record: Record) -> Album:
    """The size of the frames and the borders of the cells on them, common to a whole album."""
    across, down = cell_edges(record)
    return {
        "frame": list(record.frames.shape[1:3]),
        "edges": {"across": np.round(across, 3).tolist(), "down": np.round(down, 3).tolist()},
    }


def sequence(
    frames: np.ndarray,
    *,
    person: str,
    camera: int,
    numbers: Sequence[int] | None = None,
    visible: np.ndarray | None = None,
) -> Album:
    """Frames (T, H, W, 3) of a sequence with their numbers in it, from 1, and visible fractions (T,)."""
    count, height, width, _ = frames.shape
    rows = -(-count // PER_ROW)
    sheet = np.zeros((rows, PER_ROW, height, width, 3), np.uint8)
    sheet.reshape(-1, height, width, 3)[:count] = frames
    sheet = sheet[:, :count].swapaxes(1, 2).reshape(rows * height, -1, 3)
    return {
        "person": person,
        "camera": camera,
        "numbers": list(numbers or range(1, count + 1)),
        "sprite": picture(sheet),
    } | ({} if visible is None else {"visible": np.round(visible, 3).tolist()})


def look(record: Record, *, network: int, sequence: int) -> Album:
    """The maps of a record as bytes: multiples of uniform, evenly between the two ends of `range`.

    Steps resemble each other, so after the first only the differences (modulo 256) are kept, and the whole
    is deflated. The mean of a frame's map is its weight over the uniform weight, so weights are not kept.
    """
    times = record.maps * record.maps[0].size  # (K, T, H', W'): of the uniform attention
    low, high = np.floor(times.min() * 1e4) / 1e4, np.ceil(times.max() * 1e4) / 1e4  # as they are written
    maps = np.round(255 * (times - low) / max(high - low, 1e-4)).astype(np.uint8)
    maps[1:] -= maps[:-1].copy()
    return {
        "network": network,
        "sequence": sequence,
        "steps": len(maps),
        "range": [round(float(low), 4), round(float(high), 4)],
        "maps": base64.b64encode(zlib.compress(maps.tobytes(), 9)).decode(),
    }


def unpack(packed: Album, frames: int, cells: tuple[int, int]) -> np.ndarray:
    """The maps of a look as multiples of uniform, float (K, T, H', W')."""
    differences = np.frombuffer(zlib.decompress(base64.b64decode(packed["maps"])), np.uint8)
    maps = differences.reshape(packed["steps"], frames, *cells).cumsum(0, dtype=np.uint8)
    low, high = packed["range"]
    return low + (high - low) * maps / 255


def picture(pixels: np.ndarray) -> str:
    """Pixels uint8 (H, W, 3) as a WebP in a data address."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "webp", quality=QUALITY, method=6)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def pixels(address: str) -> np.ndarray:
    """The pixels uint8 (H, W, 3) of a picture in a data address."""
    return np.array(Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB"))


def frames(album: Album, number: int) -> np.ndarray:
    """The frames uint8 (T, H, W, 3) of a sequence, out of its sprite."""
    sequence, (height, width) = album["sequences"][number], album["frame"]
    sheet = pixels(sequence["sprite"])
    tiles = sheet.reshape(len(sheet) // height, height, -1, width, 3).swapaxes(1, 2)
    return tiles.reshape(-1, height, width, 3)[: len(sequence["numbers"])]
