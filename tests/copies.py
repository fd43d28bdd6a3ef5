"""A copy of the project, apart from the checkout, whose notebooks are executed on the smoke study."""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from stareid.paths import ROOT

PARTS = ("lib", "studies", "notebooks", "book", "results/bench.json", "_config.yml", "_toc.yml")
NOTEBOOKS = ("data", "train", "ablation", "methods", "attention", "evidence")


@cache
def copy() -> Path:
    """A copy of all that notebooks and book are made of, without results; removed when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="stareid-copy-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            leave = shutil.ignore_patterns("executed", "__pycache__", "*.egg-info")
            shutil.copytree(ROOT / part, folder / part, ignore=leave)
        else:
            (folder / part).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / part, folder / part)
    return folder


def quoted() -> set[tuple[str, str]]:
    """Notebook and study of every executed page that other pages of the book take numbers from."""
    text = "".join(page.read_text() for page in (ROOT / "book").rglob("*.md"))
    return set(re.findall(r"executed/([a-z]+)_(\w+)\.ipynb", text))


@cache
def executed(notebook: str) -> subprocess.CompletedProcess:
    """A notebook executed by papermill on the smoke study; its output lies in book/executed of the copy."""
    return papermill(notebook, copy() / "book" / "executed" / f"{notebook}_smoke.ipynb", study="smoke")


def papermill(notebook: str, output: Path, **parameters: object) -> subprocess.CompletedProcess:
    """Execute a notebook of the copy from a folder that is not the notebook's."""
    given = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
    output.parent.mkdir(parents=True, exist_ok=True)
    source = copy() / "notebooks" / f"{notebook}.ipynb"
    return in_copy("papermill", str(source), str(output), *given, "--no-progress-bar", cwd=output.parent)


def in_copy(program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    """Run a program of this environment with the package of the copy, on one thread."""
    environment = os.environ | {"PYTHONPATH": str(copy() / "lib"), "OMP_NUM_THREADS": "1"}
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
