"""Every frame decoded once into one memory-mapped array, shared by all processes and runs.

    CACHE/NAME-SIGNATURE/pixels.npy   uint8 (frames, H, W, 3)
                         flags.npy    uint8 (frames, H, W), drawn sets only
                         index.json   sequences and the fingerprint of the frames

A store is written beside its place and moved there when whole: a reader sees all of it or nothing. A lock
lets the second of two processes that start at once wait for the first instead of decoding again.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from stareid.data.sequences import Sequence
from stareid.paths import cache_folder


@dataclass(frozen=True)
class Decoded:
    """One sequence as it comes from a reader: frames uint8 (T, H, W, 3), flags uint8 (T, H, W) or None."""

    person: str
    camera: int
    frames: np.ndarray
    flags: np.ndarray | None = None


@dataclass(frozen=True)
class Store:
    """An opened store: the sequences, their pixels and flags (memory maps) and the digest of the content."""

    sequences: tuple[Sequence, ...]
    pixels: np.ndarray
    flags: np.ndarray | None
    fingerprint: str


def open_store(name: str, signature: str, decode: Iterable[Decoded], frames: int) -> Store:
    """The store of source `signature`, made from `decode` (`frames` frames in all) if it is not there yet.

    `signature` is any text that changes when the source does; `decode` is only walked when needed.
    """
    digest = hashlib.sha256(signature.encode()).hexdigest()[:16]
    place = cache_folder() / f"{name}-{digest}"
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        with FileLock(f"{place}.lock"):
            if not place.exists():
                _write(place, decode, frames)
    index = json.loads((place / "index.json").read_text())
    flags = place / "flags.npy"
    return Store(
        sequences=tuple(Sequence(**entry) for entry in index["sequences"]),
        pixels=np.load(place / "pixels.npy", mmap_mode="r"),
        flags=np.load(flags, mmap_mode="r") if flags.exists() else None,
        fingerprint=index["fingerprint"],
    )


def _write(place: Path, decode: Iterable[Decoded], frames: int) -> None:
    """Write a whole store into a temporary folder, then move it to `place`."""
    partial = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        index = _fill(partial, decode, frames)
        (partial / "index.json").write_text(json.dumps(index))
        partial.rename(place)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _fill(folder: Path, decode: Iterable[Decoded], frames: int) -> dict:
    """Write the arrays one sequence after the other; the index that describes them."""
    content = hashlib.sha256()
    arrays: dict[str, np.ndarray] = {}
    sequences: list[Sequence] = []
    start = 0
    for one in decode:
        parts = {"pixels": one.frames} | ({} if one.flags is None else {"flags": one.flags})
        for part, values in parts.items():
            if part not in arrays:
                arrays[part] = np.lib.format.open_memmap(
                    folder / f"{part}.npy", mode="w+", dtype=np.uint8, shape=(frames, *values.shape[1:])
                )
            arrays[part][start : start + len(values)] = values
        content.update(f"{one.person} {one.camera} {one.frames.shape}".encode())
        content.update(one.frames.tobytes())
        sequences.append(Sequence(one.person, one.camera, start, len(one.frames)))
        start += len(one.frames)
    for array in arrays.values():
        array.flush()  # type: ignore[attr-defined]
    return {"sequences": [asdict(s) for s in sequences], "fingerprint": content.hexdigest()[:16]}
