"""Where things are, computed from this file and never from the caller's working directory."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ROOT / "studies"
RESULTS = ROOT / "results"
CHECKPOINTS = ROOT / "checkpoints"
NOTEBOOKS = ROOT / "notebooks"
ALBUM = ROOT / "book" / "records" / "attention.json"  # what the explorer of the book shows


def data_folder(name: str) -> Path:
    """Where data set `name` is looked for when the user names no folder."""
    return Path(os.environ.get("STAREID_DATA", ROOT / "data")) / name


def cache_folder() -> Path:
    """Where decoded frames are kept (`STAREID_CACHE`; by default a folder of the user's cache)."""
    return Path(os.environ.get("STAREID_CACHE", Path.home() / ".cache" / "stareid"))
