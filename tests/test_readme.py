"""Every command of the README, in a smoke form here and at full length among the long tests."""

import json
import re
import runpy
import time
from collections.abc import Iterator
from pathlib import Path

import checkout
import pytest

from stareid.paths import ROOT

pytestmark = pytest.mark.xdist_group("checkout")

# A command of the README -> what stands for it here: the same path through the program, in seconds.
SMOKE = {
    "make study": "make study STUDY=smoke",
    "make study STUDY=mars300_quick DATA=data/mars300": "make study STUDY=tree DATA=data/tree",
    "python -m stareid data unpack iLIDS-VID.tar data/ilids_vid": (
        "tar -cf tree.tar -C data/tree . && python -m stareid data unpack tree.tar data/unpacked"
    ),
    "python -m stareid data verify ilids_vid data/ilids_vid": (
        "python -m stareid data verify walkers data/tree"
    ),
    "python -m stareid match PROBES GALLERY --checkpoint "
    "checkpoints/demo/attention_joint-hidden_n3_batched_split0_seed0.safetensors": (
        "cd data/tree/i-LIDS-VID/sequences && python -m stareid match cam1 cam2 --checkpoint "
        "../../../../checkpoints/smoke/attention_joint-hidden_n3_batched_split0_seed0.safetensors"
    ),
    "make study STUDY=ilids_vid DATA=data/ilids_vid DEVICE=cuda": (
        "python -m stareid train ilids_vid+epochs=1+people=4 filters=1 split=9 data=data/tree device=cpu"
    ),
    "python -m stareid repeat results/mars300/attention_none_n0_batched_split0_seed0.json "
    "--data data/mars300": (
        "python -m stareid repeat results/smoke/attention_none_n0_batched_split0_seed0.json"
    ),
    "make test": "make test JOBS=1 TESTS=tests/results/test_statistics.py",
    "make lab": "jupyter lab --version",
    "source .venv/bin/activate": "command -v papermill",
    "python -m stareid train demo filters=0,3 epochs=10": (
        "python -m stareid train smoke filters=0,3 split=0 epochs=1"
    ),
    "python -m stareid report demo": "python -m stareid report smoke",
    "papermill notebooks/train.ipynb out.ipynb -p filters 3": (
        "papermill notebooks/train.ipynb out.ipynb -p filters 3 -p study smoke"
    ),
    "jupyter-book build .": "jupyter-book build .",
}


def commands() -> Iterator[str]:
    """The lines of the README's bash blocks, without comments."""
    for block in re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        for line in block.splitlines():
            if command := line.partition("#")[0].strip():
                yield command


def ok(command: str, folder: Path | None = None, **options) -> str:
    """What a command printed, after checking that it went well."""
    done = checkout.shell(command, folder, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stderr + done.stdout


@pytest.fixture(scope="module")
def studied() -> str:
    """What `make study STUDY=smoke` printed, run once in a fresh copy."""
    return ok(SMOKE["make study"])


def test_every_command_has_a_smoke_form():
    assert set(commands()) == set(SMOKE)


def test_study_ends_with_its_table_and_the_book(studied: str):
    book = checkout.make_copy() / "_build" / "html" / "index.html"
    assert studied.strip().endswith(f"The book: {book}")
    assert re.search(r"^joint-hidden +3 .* 2\b", studied, re.MULTILINE)
    assert book.is_file()
    assert len(list((checkout.make_copy() / "results" / "smoke").glob("*.json"))) == 4


@pytest.mark.parametrize("command", [c for c in SMOKE if c != "make study"])
def test_command(command: str, studied: str):
    ok(SMOKE[command])


@pytest.mark.usefixtures("studied")
def test_second_study_trains_and_builds_nothing():
    folder = checkout.make_copy()
    made = [*folder.glob("results/smoke/*.json"), *folder.glob("book/executed/*_smoke.ipynb")]
    before = {file: file.stat().st_mtime_ns for file in made}
    printed = ok("make study STUDY=smoke")
    assert "0 of 4 runs to do" in printed
    assert {file: file.stat().st_mtime_ns for file in made} == before


@pytest.mark.usefixtures("studied")
def test_warnings_of_the_book_come_until_they_are_gone():
    here, there = (checkout.make_copy() / "book" / name for name in ("uses_and_limits.md", "training.md"))
    before = here.read_text(), there.read_text()
    try:
        here.write_text(before[0] + "\n(a-place)=\n## A place\n")
        there.write_text(before[1] + "\n[elsewhere](#a-place)\n")
        ok("make book")
        here.write_text(before[0] + "\n{nosuch}`role`\n")
        for _ in range(2):  # `there` is not read again the first time, and nothing has changed the second
            done = checkout.shell("make book")
            assert done.returncode != 0
            assert "Unknown interpreted text role" in done.stderr and "a-place" in done.stderr
    finally:
        here.write_text(before[0])
        there.write_text(before[1])
    ok("make book")


@pytest.mark.usefixtures("studied")
def test_the_book_shows_code_as_it_is_now():
    code = checkout.make_copy() / "lib" / "stareid" / "training" / "losses.py"
    before = code.read_text()
    page = checkout.make_copy() / "_build" / "html" / "book" / "training.html"
    try:
        code.write_text(before.replace("def soft_batch_hard(", "def soft_batch_hard(  # as of now\n    "))
        ok("make book")
        assert "# as of now" in page.read_text()
    finally:
        code.write_text(before)


def test_table_is_up_to_date():
    program = runpy.run_path(str(ROOT / ".ci" / "readme.py"))
    assert program["main"](["--check"]) == 0


@pytest.mark.long
def test_a_clone_is_studied_in_a_quarter_of_an_hour(tmp_path: Path):
    ok(f"git clone -q {ROOT} {tmp_path}/clone", tmp_path)
    began = time.monotonic()
    printed = ok("make study", tmp_path / "clone", own_environment=True)
    assert time.monotonic() - began < 15 * 60
    assert "The book:" in printed
    began = time.monotonic()
    assert "0 of 10 runs to do" in ok("make study", tmp_path / "clone", own_environment=True)
    assert time.monotonic() - began < 20


@pytest.mark.long
def test_the_tests_of_a_clone_pass_in_ten_minutes(tmp_path: Path):
    ok(f"git clone -q {ROOT} {tmp_path}/clone", tmp_path)
    began = time.monotonic()
    ok("make test", tmp_path / "clone", own_environment=True)
    assert time.monotonic() - began < 10 * 60


@pytest.mark.long
@pytest.mark.parametrize("study", ["mars300_quick"])
def test_real_people_reach_half(study: str):
    tree = ROOT / "data" / "mars300"
    if not tree.is_dir():
        pytest.skip(f"no {tree}: put an iLIDS-VID tree of 300 people there")
    folder = checkout.make_copy()
    for old in (folder / "results" / study).glob("*.json"):
        old.unlink()
    ok(f"make study STUDY={study} DATA={tree}")
    printed = ok(f"python -m stareid report {study} --json")
    rows = json.loads(printed[printed.index("{") :])["table2"]
    assert next(row for row in rows if row["filters"] == 0)["rank1"]["mean"] >= 50
