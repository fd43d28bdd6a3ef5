"""Ways to damage a tree of pictures, in a place chosen by `rng`; each returns what must be named."""

import os
import random
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.io import savemat


def many(count: int) -> Callable[[Callable], Callable]:
    """Run a test for `count` values of its argument `rng`, chosen by Hypothesis: the same ones every time.

    Fixtures are shared by all of them: a test makes a folder of its own each time.
    """
    shared = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    chosen = settings(
        max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=shared
    )
    return lambda test: chosen(given(rng=st.integers(0, 2**32 - 1).map(random.Random))(test))


def picture(root: Path, rng: random.Random) -> Path:
    """One of the pictures that every reader of the tree uses."""
    found = [
        p for p in root.rglob("*") if p.suffix.lower() in (".png", ".jpg") and "bbox_train" not in str(p)
    ]
    return rng.choice(sorted(found))


def remove_camera(root: Path, rng: random.Random) -> str:
    folder = picture(root, rng).parent
    shutil.rmtree(folder)
    return folder.name


def empty_folder(root: Path, rng: random.Random) -> str:
    folder = picture(root, rng).parent
    for file in folder.iterdir():
        file.unlink()
    return folder.name


def replace(make: Callable[[Path, random.Random], object]) -> Callable[[Path, random.Random], str]:
    """Damage by which a picture is removed and something else of its name made."""

    def damage(root: Path, rng: random.Random) -> str:
        file = picture(root, rng)
        content = file.read_bytes()
        file.unlink()
        file.with_name("backup").write_bytes(content)
        make(file, rng)
        file.with_name("backup").unlink(missing_ok=True)
        return file.name

    return damage


def truncate(file: Path, rng: random.Random) -> None:
    content = file.with_name("backup").read_bytes()
    file.write_bytes(content[: rng.randrange(1, 3 * len(content) // 4)])


def link_out(file: Path, rng: random.Random) -> None:
    outside = next(p for p in file.parents if (p / "original").exists()) / "original"
    file.symlink_to(outside)


def bomb(file: Path, rng: random.Random) -> None:
    """A picture of a few bytes that says it has 60,000 x 60,000 pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)


def twice(root: Path, rng: random.Random) -> str:
    """Another file of the same frame number."""
    file = picture(root, rng)
    shutil.copy(file, file.with_name(f"{file.stem[:-1]}0{file.stem[-1]}{file.suffix}"))
    return file.stem[:-1]


def rename_to_bytes(root: Path, rng: random.Random) -> str:
    file = picture(root, rng)
    file.rename(file.with_name(f"caf\udce9{file.suffix}"))
    return "caf\\xe9"


def wrong_split(root: Path, rng: random.Random) -> str:
    file = next(p for p in sorted(root.rglob("*.mat")) if "split" in p.name or "query" in p.name)
    key = "ls_set" if "split" in file.name else "query_IDX"
    savemat(file, {key: np.array([[rng.randrange(100, 900)]])})
    return file.name


def broken_split(root: Path, rng: random.Random) -> str:
    file = next(p for p in sorted(root.rglob("*.mat")) if "split" in p.name or "test" in p.name)
    content = file.read_bytes()
    file.write_bytes(rng.choice([b"", b"text", content[: rng.randrange(4, 180)], rng.randbytes(300)]))
    return file.name


def rename_all(root: Path, rng: random.Random) -> str:
    (root / "..inner").mkdir()
    for path in list(root.iterdir()):
        if path.name != "..inner":
            path.rename(root / "..inner" / path.name)
    return root.name


DAMAGE: dict[str, Callable[[Path, random.Random], str]] = {
    "missing camera": remove_camera,
    "empty folder": empty_folder,
    "truncated": replace(truncate),
    "text": replace(lambda file, rng: file.write_text("text" * rng.randrange(1, 99))),
    "zero bytes": replace(lambda file, rng: file.touch()),
    "random bytes": replace(lambda file, rng: file.write_bytes(rng.randbytes(200))),
    "a folder": replace(lambda file, rng: file.mkdir()),
    "a pipe": replace(lambda file, rng: os.mkfifo(file)),
    "a link out of the tree": replace(link_out),
    "a link to nowhere": replace(lambda file, rng: file.symlink_to(file.with_name("nothing"))),
    "a link in a circle": replace(lambda file, rng: file.symlink_to(file)),
    "a bomb": replace(bomb),
    "frame number twice": twice,
    "name not UTF-8": rename_to_bytes,
    "wrong split": wrong_split,
    "broken split": broken_split,
    "something else": rename_all,
}
