"""Unpacking an archive that somebody else made: all of it into a new folder, or none of it.

Refused by name: members that lie elsewhere (`../`, absolute), links, devices and pipes, names that are not
UTF-8, two members of one name, too many members, and archives that grow far beyond their own size. Everything
is written into a temporary folder beside the target, which takes the target's name when it is whole.
"""

import gzip
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from tqdm import tqdm

from stareid.data.listing import printable
from stareid.errors import InputError

MOST_FILES = 3_000_000  # MARS has 1.2 million
MOST_BYTES = 200 * 2**30
MOST_GROWTH = 100  # times the size of the archive; pictures hardly shrink when packed
SLACK = 64 * 2**20  # that any archive may grow by
BLOCK = 2**20
LONGEST_READ = 2**24  # of a header: longer ones are made to fill the memory


class Member(NamedTuple):
    """One file of an archive: its name, its size as declared, and its content when it is opened."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


class Guard:
    """A tar stream that stops at a size and at a giant read; `last` is what was read last."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, most: int) -> None:
        self.stream, self.left, self.last = stream, most, b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LONGEST_READ:
            raise InputError(f"it has a header of {size} bytes.")
        self.last = self.stream.read(size)
        self.left -= len(self.last)
        if self.left < 0:
            raise InputError(f"it grows to more than {MOST_GROWTH} times its size.")
        return self.last

    def seek(self, offset: int) -> int:
        return self.stream.seek(offset)

    def tell(self) -> int:
        return self.stream.tell()


def unpack(archive: Path, folder: Path) -> int:
    """Unpack a tar, tar.gz or zip into `folder`, which must be new or empty; the number of files.

    Raises InputError naming the archive and the member, and then leaves nothing behind. A disk that is full
    or cannot be written raises it too.
    """
    folder = folder.absolute()
    if not archive.is_file():
        raise InputError(f"{printable(archive)} is not a file.")
    if folder.is_symlink() or folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(f"{printable(folder)} exists and is not an empty folder: name a new one.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{printable(folder)} cannot be made: {error.strerror}.") from error
    try:
        count = _write(archive, unfinished)
        unfinished.chmod(0o755)
        unfinished.replace(folder)
        return count
    except InputError as error:
        raise InputError(f"{printable(archive)} was not unpacked: {error}") from error
    except (
        OSError,
        EOFError,
        ValueError,
        RuntimeError,  # a password
        NotImplementedError,  # an uncommon compression
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        reason = printable(str(error)) or type(error).__name__
        raise InputError(f"{printable(archive)} was not unpacked: {reason}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(archive: Path, folder: Path) -> int:
    """Write the members below `folder`, counting them and their bytes."""
    left = min(MOST_BYTES, MOST_GROWTH * archive.stat().st_size + SLACK)
    count = 0
    for member in tqdm(_members(archive, left), "unpacking", unit="file", leave=False):
        target = _target(folder, member.name)
        left -= member.size
        count += 1
        if left < 0:
            raise InputError(f"at {member.name} it grows to more than {MOST_GROWTH} times its size.")
        if count > MOST_FILES:
            raise InputError(f"it holds more than {MOST_FILES:,} files.")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise InputError(f"it holds {member.name} twice.")
        with target.open("xb") as file, member.open() as content:
            shutil.copyfileobj(content, file, BLOCK)
    if not count:
        raise InputError("it holds no files.")
    return count


def _target(folder: Path, name: str) -> Path:
    """Where a member goes; InputError when that is not below `folder`."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
        raise InputError(f"{printable(name)} would lie outside of the folder.")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{printable(name)}: the name is not UTF-8 text.") from error
    return folder.joinpath(*(part for part in parts if part not in ("", ".")))


def _members(archive: Path, most: int) -> Iterator[Member]:
    with archive.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic.startswith(b"PK"):
            yield from _zip_members(file)
        elif magic.startswith(b"\x1f\x8b"):
            with gzip.open(file) as stream:
                yield from _tar_members(Guard(stream, most))
        else:
            yield from _tar_members(Guard(file, most))


def _zip_members(file: IO[bytes]) -> Iterator[Member]:
    with zipfile.ZipFile(file) as opened:
        for member in opened.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise InputError(f"{printable(member.filename)} is a link or a device.")
            if not member.is_dir():
                yield Member(member.filename, member.file_size, partial(opened.open, member))


def _tar_members(guard: Guard) -> Iterator[Member]:
    try:
        opened = tarfile.open(fileobj=guard, mode="r:")  # type: ignore[call-overload]  # noqa: SIM115
    except tarfile.ReadError as error:
        raise InputError(f"it is neither tar, tar.gz nor zip, or it is damaged ({error}).") from error
    with opened:
        for member in opened:
            opened.members = []  # or tarfile would keep a million headers
            if member.isdir():
                continue
            if not member.isreg():
                raise InputError(f"{printable(member.name)} is a link or a device.")
            yield Member(member.name, member.size, partial(opened.extractfile, member))
    if guard.last != bytes(tarfile.BLOCKSIZE):  # tarfile takes a broken header for the end
        raise InputError("it ends early or is damaged: fetch it again.")
    while guard.read(BLOCK):  # what follows the end is read for the checksum of the compression
        pass
