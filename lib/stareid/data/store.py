"""Every frame decoded once into one memory-mapped array, shared by all processes and runs.

    CACHE/NAME-SIGNATURE/pixels.npy   uint8 (frames, H, W, C)
                         flags.npy    uint8 (frames, H, W), drawn sets only
                         index.json   sequences and the fingerprint of the frames

A store is written beside its place and moved there when whole: a reader sees all of it or nothing. A lock
lets the second of two processes that start at once wait for the first instead of decoding again. A store
that is not whole all the same (a file lost or cut short) is not trusted but made again.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from filelock import FileLock

from stareid.data.sequences import Sequence
from stareid.errors import InputError
from stareid.paths import cache_folder


@dataclass(frozen=True)
class Decoded:
    """One sequence as it comes from a reader: frames uint8 (T, H, W, C), flags uint8 (T, H, W) or None."""

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

    `signature` is any text that changes when the source does; `decode` is only walked when needed. Raises
    InputError when the cache folder cannot be written.
    """
    digest = hashlib.sha256(signature.encode()).hexdigest()[:16]
    place = cache_folder() / f"{name}-{digest}"
    store = _read(place, frames)
    if store is None:
        with _named(place.parent):
            place.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{place}.lock")
            lock.acquire()
        try:
            store = _read(place, frames)
            if store is None:
                _write(place, decode, frames)
                store = _read(place, frames)
        finally:
            lock.release()
    if store is None:
        raise InputError(f"{place} cannot be read back: set STAREID_CACHE to a folder on another disk.")
    return store


@contextmanager
def _named(cache: Path) -> Iterator[None]:
    """Failures to write to the cache as InputError: the folder is named, and how to choose another."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"the cache folder {cache} cannot be written ({error.strerror or error}): make room in it, or "
            "set STAREID_CACHE to a folder that can."
        ) from error


def _read(place: Path, frames: int) -> Store | None:
    """The store at `place`; None when there is none, or not a whole one of `frames` frames."""
    try:
        index = json.loads((place / "index.json").read_text())
        sequences = tuple(Sequence(**entry) for entry in index["sequences"])
        arrays = {file.stem: np.load(file, mmap_mode="r") for file in place.glob("*.npy")}
        counts = [sum(s.length for s in sequences), *map(len, arrays.values())]
        if any(count != frames for count in counts):
            return None
        return Store(sequences, arrays["pixels"], arrays.get("flags"), index["fingerprint"])
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None


def _write(place: Path, decode: Iterable[Decoded], frames: int) -> None:
    """Write a whole store into a temporary folder, then move it to `place`. The lock is held."""
    for dead in place.parent.glob(f".{place.name}.*"):  # left by a process that was killed
        shutil.rmtree(dead, ignore_errors=True)
    with _named(place.parent):
        partial = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        index = _fill(partial, decode, frames)
        with _named(place.parent):
            (partial / "index.json").write_text(json.dumps(index))
            if place.exists():
                shutil.rmtree(place)
            partial.rename(place)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _fill(folder: Path, decode: Iterable[Decoded], frames: int) -> dict:
    """Write the arrays one sequence after the other; the index that describes them.

    They are written as files, not through a memory map: on a full disk that would kill the process.
    """
    content = hashlib.sha256()
    files: dict[str, BinaryIO] = {}
    sequences: list[Sequence] = []
    start = 0
    try:
        for one in decode:
            parts = {"pixels": one.frames} | ({} if one.flags is None else {"flags": one.flags})
            with _named(folder.parent):
                for part, values in parts.items():
                    if part not in files:
                        files[part] = _begin(folder / f"{part}.npy", (frames, *values.shape[1:]))
                    files[part].write(np.ascontiguousarray(values).data)
            content.update(f"{one.person} {one.camera} {one.frames.shape}".encode())
            content.update(one.frames.tobytes())
            sequences.append(Sequence(one.person, one.camera, start, len(one.frames)))
            start += len(one.frames)
    finally:
        with _named(folder.parent):
            for file in files.values():
                file.close()
    if start != frames:
        raise ValueError(f"the source gave {start} frames instead of {frames}.")
    return {
        "sequences": [asdict(s) for s in sequences],
        "fingerprint": content.hexdigest()[:16],
    }


def _begin(file: Path, shape: tuple[int, ...]) -> BinaryIO:
    """A file with the head of an uint8 array of this shape, open for its content."""
    opened = file.open("wb")
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(opened, header)
    return opened
