"""Downloads against a server on loopback that breaks off, resumes or does not, and answers with pages."""

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stareid.data import download as downloading
from stareid.data.download import OFFERS, Offer, download
from stareid.errors import InputError

CONTENT = bytes(range(256)) * 1000
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(BaseHTTPRequestHandler):
    """/broken gives 100,000 bytes an answer; /deaf, too, and never resumes; /elsewhere resumes wrongly."""

    asked: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:  # noqa: N802
        span = self.headers.get("Range")
        self.asked.append((self.path, span))
        if self.path == "/gone":
            self.send_error(404)
            return
        start = int(re.findall(r"\d+", span)[0]) if span and self.path != "/deaf" else 0
        if start >= len(CONTENT):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(CONTENT)}")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            claimed = 0 if self.path == "/elsewhere" else start
            self.send_header("Content-Range", f"bytes {claimed}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Type", "text/html" if self.path == "/page" else "application/x-tar")
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        most = {"/broken": 100_000, "/deaf": 100_000, "/elsewhere": 100_000, "/stuck": 0}
        self.wfile.write(CONTENT[start:][: most.get(self.path, len(CONTENT))])

    def log_message(self, *_) -> None:
        """Nothing is printed."""


@pytest.fixture
def server() -> Iterator[str]:
    Server.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as opened:
        thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{opened.server_port}"
        opened.shutdown()
        thread.join()


def offer(*addresses: str, md5: str | None = MD5) -> Offer:
    return Offer("set.tar", addresses, "research only.", "https://example.org/ask", md5)


def test_a_file_is_fetched_and_its_sum_checked(server: str, tmp_path: Path, capsys) -> None:
    assert download(offer(f"{server}/whole"), tmp_path / "new") == tmp_path / "new" / "set.tar"
    assert (tmp_path / "new" / "set.tar").read_bytes() == CONTENT
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["set.tar"]
    assert "Terms: research only." in capsys.readouterr().out


def test_a_broken_transfer_is_taken_up_where_it_broke(server: str, tmp_path: Path) -> None:
    file = download(offer(f"{server}/broken"), tmp_path)
    assert file and file.read_bytes() == CONTENT
    assert [span for _, span in Server.asked] == [None, "bytes=100000-", "bytes=200000-"]


def test_another_call_goes_on_from_what_is_there(server: str, tmp_path: Path) -> None:
    (tmp_path / "set.tar.part").write_bytes(CONTENT[:1234])
    file = download(offer(f"{server}/whole"), tmp_path)
    assert file and file.read_bytes() == CONTENT
    assert Server.asked == [("/whole", "bytes=1234-")]


@pytest.mark.parametrize("have", [len(CONTENT), len(CONTENT) + 5])
def test_a_part_that_is_whole_or_too_long(server: str, tmp_path: Path, have: int) -> None:
    (tmp_path / "set.tar.part").write_bytes((CONTENT + b"12345")[:have])
    file = download(offer(f"{server}/whole"), tmp_path)
    assert file and file.read_bytes() == CONTENT
    assert len(Server.asked) == (1 if have == len(CONTENT) else 2)


@pytest.mark.parametrize("path", ["deaf", "stuck", "page", "gone", "elsewhere"])
def test_where_nothing_works_the_terms_and_whom_to_ask_are_said(
    server: str, tmp_path: Path, path: str, capsys
) -> None:
    assert download(offer(f"{server}/{path}"), tmp_path) is None
    said = capsys.readouterr().out
    assert "research only." in said and "Ask for it at https://example.org/ask" in said
    assert not (tmp_path / "set.tar").exists()
    assert len(Server.asked) <= 1 + downloading.ATTEMPTS


def test_the_next_address_is_tried(server: str, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9/set.tar"
    assert download(offer(nobody, f"{server}/gone", f"{server}/whole"), tmp_path)


def test_a_file_of_another_sum_is_set_aside(server: str, tmp_path: Path, capsys) -> None:
    assert download(offer(f"{server}/whole", md5="0" * 32), tmp_path) is None
    assert [file.name for file in tmp_path.iterdir()] == ["set.tar.unexpected"]
    assert f"has the md5 {MD5}, not {'0' * 32}" in capsys.readouterr().out


def test_without_a_known_sum_it_is_said(server: str, tmp_path: Path, capsys) -> None:
    assert download(offer(f"{server}/whole", md5=None), tmp_path)
    assert "No sum is known" in capsys.readouterr().out


def test_nothing_is_overwritten(server: str, tmp_path: Path) -> None:
    (tmp_path / "set.tar").write_text("mine")
    with pytest.raises(InputError, match=r"set\.tar is there already"):
        download(offer(f"{server}/whole"), tmp_path)
    assert (tmp_path / "set.tar").read_text() == "mine"
    assert Server.asked == []


def test_a_folder_that_cannot_be_written_is_named(server: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file/set\.tar cannot be written: "):
        download(offer(f"{server}/whole"), tmp_path / "file")


def test_a_full_disk_is_named(server: str, tmp_path: Path, monkeypatch) -> None:
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloading, "_append", full)
    with pytest.raises(InputError, match=r"set\.tar cannot be written: No space left"):
        download(offer(f"{server}/whole"), tmp_path)


def test_a_set_without_an_address_says_whom_to_ask(tmp_path: Path, capsys) -> None:
    assert download(OFFERS["mars"], tmp_path / "new") is None
    said = capsys.readouterr().out
    assert "research only" in said and "Ask for it at http" in said
    assert not (tmp_path / "new").exists()
