"""A copy of the project with few results, in which its commands can be run as on a fresh clone."""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import copies
import fakes

from stareid.paths import ROOT

OF_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "OMP_NUM_THREADS")  # of a `make test` around this test
TREE_STUDY = """
title: A miniature
dataset: {name: tree, reader: ilids_vid}
protocol: two_camera_2_views
grid:
  method: [attention]
  reading: [joint-hidden]
  filters: [3]
  recipe: [batched]
  split: [0]
  seed: [0]
training: {epochs: 1, people: 4, frames: 4}
"""


def files() -> list[str]:
    """The files of the project that git has or would take."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted(name for name in set(listing.stdout.split("\0")) if name and (ROOT / name).is_file())


@cache
def make_copy() -> Path:
    """A copy with the study `tree` and its data in `data/tree`; removed when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="stareid-checkout-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = {study for _, study in copies.quoted()}
    for name in files():
        if name.startswith("results/") and name.count("/") > 1 and name.split("/")[1] not in kept:
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "studies" / "tree.yaml").write_text(TREE_STUDY)
    fakes.ilids_vid(folder / "data" / "tree")
    return folder


def shell(command: str, folder: Path | None = None, *, own_environment: bool = False):
    """Run a command line in the copy (or `folder`), in the environment of these tests or in its own."""
    folder = folder or make_copy()
    environment = {key: value for key, value in os.environ.items() if key not in OF_MAKE}
    if not own_environment:
        prefix = Path(sys.prefix)
        # -o: the environment is not made again although it is older than the copy.
        command = re.sub(r"^make\b", f"make -o {prefix}/installed VENV={prefix}", command)
        command = command.replace(".venv/bin/", f"{prefix}/bin/")
        environment |= {"PYTHONPATH": str(folder / "lib"), "PATH": f"{prefix}/bin:{environment['PATH']}"}
        environment |= {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
