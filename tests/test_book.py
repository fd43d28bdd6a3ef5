"""The book builds without a warning and can be read in a browser without a network."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import albums
import browser
import copies
import pytest

pytestmark = pytest.mark.xdist_group("copy")
KNOWN_ERROR = "Identifier 'THEBE_JS_URL' has already been declared"  # sphinx-thebe, harmless
WIDTHS = {"desktop": 1280, "phone": 390}
MATH_IS_SET = "!document.querySelector('.math') || document.querySelector('mjx-container')"
LOOK = """() => ({
  broken: [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src),
  silent: [...document.querySelectorAll('article img')].filter(i => !i.alt).map(i => i.src),
  math: [...document.querySelectorAll('.math')].filter(m => {
    const drawn = m.querySelector('mjx-container');
    return !drawn || drawn.getBoundingClientRect().width < 2;
  }).map(m => m.textContent),
  empty: [...document.querySelectorAll('.pasted-text')].filter(g => !g.textContent.trim()).length,
  overflow: document.documentElement.scrollWidth - innerWidth,
})"""


@pytest.fixture(scope="module")
def book() -> Path:
    """The pages of the book, built from a copy with executed notebooks of the smoke study."""
    for notebook in copies.NOTEBOOKS:
        assert copies.executed(notebook).returncode == 0
    pages = copies.copy() / "book" / "executed"
    for notebook, study in copies.quoted():
        shutil.copy(pages / f"{notebook}_smoke.ipynb", pages / f"{notebook}_{study}.ipynb")
    built = copies.in_copy("jupyter-book", "build", ".", "-W", "--keep-going", cwd=copies.copy())
    assert built.returncode == 0, (built.stdout + built.stderr)[-3000:]
    return copies.copy() / "_build" / "html"


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(book))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # some browsers ask for it before a page has named its own
            self.send_response(http.HTTPStatus.NO_CONTENT)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_every_page_of_the_contents_is_built(book: Path):
    assert (book / "index.html").is_file()
    for page in ("intro", "method", "data", "training", "results", "attention", "your_own", "making"):
        assert (book / "book" / f"{page}.html").is_file()
    for notebook in copies.NOTEBOOKS:
        page = (book / "book" / "executed" / f"{notebook}_smoke.html").read_text()
        assert ": smoke</title>" in page.replace(" &#8212; Where to look, and when", "")


def test_pages_name_no_other_host(book: Path):
    for page in (book / "book").rglob("*.html"):
        text = page.read_text()
        assert not [host for host in ("cdnjs", "jsdelivr", "googleapis") if host in text], page


def test_pages_with_an_explorer_carry_everything_and_stay_light(book: Path):
    pages = [book / "book" / "attention.html", book / "book" / "executed" / "attention_smoke.html"]
    for page in pages:
        text = page.read_text()
        assert text.count('<div class="stareid-explorer"') == 1
        assert len(text) < 1_000_000
        assert "application/vnd.jupyter.widget" not in text  # no widget manager is asked for


def test_book_builds_where_only_committed_results_are_shown(book: Path, tmp_path: Path):
    for part in copies.PARTS:
        source = copies.copy() / part
        copied = tmp_path / part
        copied.parent.mkdir(exist_ok=True)
        shutil.copytree(source, copied) if source.is_dir() else shutil.copy(source, copied)
    for file in (tmp_path / "book" / "executed").glob("*_smoke.ipynb"):
        file.unlink()
    built = copies.in_copy("jupyter-book", "build", ".", "-W", "--keep-going", cwd=tmp_path)
    assert built.returncode == 0, (built.stdout + built.stderr)[-3000:]


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_every_page_in_a_browser_without_network(book: Path, address: str, width: int):
    pages = [book / "index.html", *sorted((book / "book").rglob("*.html"))]
    with browser.chromium() as chromium:
        tab = chromium.new_page(viewport={"width": width, "height": 900})
        trouble: list[str] = []
        tab.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
        tab.on(
            "response", lambda got: trouble.append(f"{got.status} {got.url}") if got.status > 399 else None
        )
        tab.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: trouble.append(str(error)))
        for page in pages:
            tab.goto(f"{address}/{page.relative_to(book)}", wait_until="networkidle")
            tab.wait_for_function(MATH_IS_SET)
            seen = tab.evaluate(LOOK)
            assert seen == {"broken": [], "silent": [], "math": [], "empty": 0, "overflow": 0}, page
            assert [line for line in trouble if KNOWN_ERROR not in line] == [], page
            trouble.clear()


@pytest.mark.browser
@pytest.mark.parametrize("page", ["attention", "executed/attention_smoke"])
def test_explorer_works_on_a_page_of_the_book(address: str, page: str):
    with browser.chromium() as chromium:
        tab = chromium.new_page()
        tab.goto(f"{address}/book/{page}.html")
        tab.wait_for_selector("[data-ready]")
        before = tab.evaluate(albums.SEEN)
        tab.get_by_role("button", name="play").click()
        tab.wait_for_function(f"(before) => ({albums.SEEN})() !== before", arg=before)
        tab.get_by_role("button", name="pause").click()
        before = tab.evaluate(albums.SEEN)
        tab.locator("#compare-with").select_option("impostor")
        assert tab.evaluate(albums.SEEN) != before
        assert tab.locator(".clip:visible").count() == 2
