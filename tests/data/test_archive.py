"""Archives that are right are unpacked whole; of those that are not, nothing is left."""

import gzip
import io
import random
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from damage import many

from stareid.data import archive
from stareid.data.archive import unpack
from stareid.errors import InputError

Add = Callable[..., object]  # add(name, content, kind): a member of the archive that is being made
SUFFIXES = ("tar", "tar.gz", "zip")


def make(file: Path, hostile: Callable[[Add], object] | None = None, rng=None) -> Path:
    """An archive of five files, and in a random place among them what `hostile` adds."""
    rng = rng or random.Random(0)
    place = rng.randrange(6)
    with ExitStack() as stack:
        if file.suffix == ".zip":
            add = zip_adder(stack.enter_context(zipfile.ZipFile(file, "w")))
        else:
            add = tar_adder(stack.enter_context(tarfile.open(file, "w:gz" if file.suffix == ".gz" else "w")))
        for number in range(6):
            if number == place and hostile:
                hostile(add)
            if number < 5:
                add(f"set/cam{number % 2}/{number}.png", rng.randbytes(700))
    return file


def tar_adder(tar: tarfile.TarFile) -> Add:
    def add(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> None:
        member = tarfile.TarInfo(name)
        member.type, member.size, member.linkname = kind, len(content), link
        tar.addfile(member, io.BytesIO(content))

    return add


KINDS = {tarfile.SYMTYPE: stat.S_IFLNK, tarfile.FIFOTYPE: stat.S_IFIFO, tarfile.CHRTYPE: stat.S_IFCHR}


def zip_adder(opened: zipfile.ZipFile) -> Add:
    def add(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> None:
        member = zipfile.ZipInfo(name)
        member.external_attr = (KINDS.get(kind, stat.S_IFREG) | 0o644) << 16
        opened.writestr(member, content or link.encode(), zipfile.ZIP_DEFLATED)

    return add


HOSTILE: dict[str, tuple[Callable[[Add], object], str]] = {
    "above": (lambda add: add("../evil", b"x"), r"\.\./evil would lie outside"),
    "above by a detour": (lambda add: add("set/../../evil", b"x"), "evil would lie outside"),
    "above as in Windows": (lambda add: add("..\\evil", b"x"), "evil would lie outside"),
    "absolute": (lambda add: add("/tmp/evil", b"x"), "/tmp/evil would lie outside"),
    "a drive": (lambda add: add("C:/evil", b"x"), "C:/evil would lie outside"),
    "a link": (lambda add: add("set/evil", kind=tarfile.SYMTYPE, link="/etc"), "set/evil is a link"),
    "a pipe": (lambda add: add("set/evil", kind=tarfile.FIFOTYPE), "set/evil is a link or a device"),
    "a device": (lambda add: add("set/evil", kind=tarfile.CHRTYPE), "set/evil is a link or a device"),
    "a file as a folder": (lambda add: (add("x", b"x"), add("x/y", b"y")), "x"),
    "a bomb": (lambda add: add("set/zeros", bytes(2**21)), "grows to more than 100 times"),
    "a long name": (lambda add: add(f"set/{'n' * 300}", b"x"), "nnn"),
}


def new(folder: Path) -> Path:
    """A folder in this one that is nobody else's, and its parent too."""
    inner = Path(tempfile.mkdtemp(dir=folder)) / "inner"
    inner.mkdir()
    return inner


def refused(file: Path, says: str) -> None:
    """The archive is refused in one printable message that names it, and nothing is left."""
    before = sorted(file.parent.rglob("*"))
    with pytest.raises(InputError, match=says) as caught:
        unpack(file, file.parent / "out")
    message = str(caught.value)
    assert str(file) in message and message.encode() and "\n" not in message
    assert sorted(file.parent.rglob("*")) == before
    assert not (file.parent.parent / "evil").exists()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_is_unpacked_whole(tmp_path: Path, suffix: str) -> None:
    assert unpack(make(tmp_path / f"a.{suffix}"), tmp_path / "new" / "out") == 5
    files = sorted(p.relative_to(tmp_path / "new") for p in (tmp_path / "new").rglob("*") if p.is_file())
    assert [str(file) for file in files] == [f"out/set/cam{n % 2}/{n}.png" for n in (0, 2, 4, 1, 3)]
    assert all((tmp_path / "new" / file).stat().st_size == 700 for file in files)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("hostile", HOSTILE)
@many(4)
def test_hostile_members_are_refused(tmp_path: Path, suffix: str, hostile: str, monkeypatch, rng) -> None:
    if hostile == "a bomb" and suffix == "tar":
        pytest.skip("a plain tar does not grow")
    monkeypatch.setattr(archive, "SLACK", 2**16)
    damage, says = HOSTILE[hostile]
    refused(make(new(tmp_path) / f"a.{suffix}", damage, rng), says)


@pytest.mark.parametrize("suffix", SUFFIXES)
@many(20)
def test_archives_cut_short_are_refused(tmp_path: Path, suffix: str, rng) -> None:
    file = make(new(tmp_path) / f"a.{suffix}")
    whole = file.read_bytes()
    most = 6000 if suffix == "tar" else len(whole) - 1  # what follows in a tar are zeros that say the end
    file.write_bytes(whole[: rng.randrange(most)])
    refused(file, "was not unpacked")


@pytest.mark.parametrize("suffix", ["tar.gz", "zip"])
@many(30)
def test_changed_bytes_are_refused_or_did_not_matter(tmp_path: Path, suffix: str, rng) -> None:
    file = make(new(tmp_path) / f"a.{suffix}")
    whole, folder = file.read_bytes(), file.parent
    place = rng.randrange(len(whole))
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
    try:
        unpack(file, folder / "out")
    except InputError as error:
        assert str(file) in str(error)
        assert list(folder.iterdir()) == [file]
    else:
        assert len([p for p in (folder / "out").rglob("*") if p.is_file()]) == 5


def test_a_tar_that_stops_between_members_is_not_taken_for_whole(tmp_path: Path) -> None:
    file = make(tmp_path / "a.tar")
    file.write_bytes(file.read_bytes()[: 3 * (512 + 1024)])  # three members of a header and 700 bytes
    refused(file, "ends early")


def test_a_broken_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    file = make(tmp_path / "a.tar")
    content = bytearray(file.read_bytes())
    content[3 * 1536 + 10] ^= 1
    file.write_bytes(content)
    refused(file, "ends early or is damaged")


def test_a_giant_header_is_refused(tmp_path: Path) -> None:
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 2**30
    file = tmp_path / "a.tar.gz"
    file.write_bytes(gzip.compress(member.tobuf()))
    refused(file, "a header of 1073741824 bytes")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_too_many_files_are_refused(tmp_path: Path, suffix: str, monkeypatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 4)
    refused(make(tmp_path / f"a.{suffix}"), "more than 4 files")


@pytest.mark.parametrize("suffix", ["tar", "tar.gz"])
def test_two_members_of_one_name_are_refused(tmp_path: Path, suffix: str) -> None:
    file = make(tmp_path / f"a.{suffix}", lambda add: (add("one", b"1"), add("one", b"2")))
    refused(file, "holds one twice")


def test_names_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    refused(make(tmp_path / "a.tar", lambda add: add("caf\udce9.png", b"x")), r"caf\\xe9.png: the name")


def test_a_password_is_named(tmp_path: Path) -> None:
    file = make(tmp_path / "a.zip")
    content = file.read_bytes()
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content = content[:at] + b"\x01" + content[at + 1 :]
    file.write_bytes(content)
    refused(file, "password")


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04text", b"\x1f\x8btext", bytes(10240), b"\x00"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.tar"
    file.write_bytes(content)
    refused(file, "was not unpacked")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    file = make(tmp_path / "a.zip")
    (tmp_path / "out").mkdir()
    unpack(file, tmp_path / "out")  # empty: taken
    with pytest.raises(InputError, match="out exists and is not an empty folder"):
        unpack(file, tmp_path / "out")
    with pytest.raises(InputError, match=r"a\.zip exists and is not an empty folder"):
        unpack(file, file)
    with pytest.raises(InputError, match="none is not a file"):
        unpack(tmp_path / "none", tmp_path / "new")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_nothing(tmp_path: Path, suffix: str, monkeypatch) -> None:
    def full(*_):
        raise OSError(28, "No space left on device")

    file = make(tmp_path / f"a.{suffix}")
    monkeypatch.setattr("shutil.copyfileobj", full)
    refused(file, "No space left")


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = make(tmp_path / "a.zip")
    with pytest.raises(InputError, match="out cannot be made: "):
        unpack(file, file / "out")
