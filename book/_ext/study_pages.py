"""Three things that the pages of a study need, most of them made from executed notebooks.

The same notebook renders any study, so its title gets the study's name: "Table 2 of a study: demo". And
pages that glue numbers from a notebook are made again when any notebook has changed, which Sphinx would
not notice. And every page is written anew whatever has changed, though only what has changed is read: so a
link to what is no longer there is found wherever it stands.
"""

import json
import re
from pathlib import Path
from typing import Any

EXECUTED = "book/executed/"


def name_study(app: Any, page: str, source: list[str]) -> None:
    """Put the study that papermill was given into the title of an executed notebook."""
    if not page.startswith(EXECUTED):
        return
    notebook = json.loads(source[0])
    study = notebook["metadata"].get("papermill", {}).get("parameters", {}).get("study")
    first = notebook["cells"][0]
    if study and first["cell_type"] == "markdown":
        text = "".join(first["source"])
        first["source"] = re.sub(r"\A# (.*)", rf"# \1: {study}", text)
        source[0] = json.dumps(notebook)


def renew_gluing_pages(app: Any, env: Any, added: set, changed: set, removed: set) -> list[str]:
    """The pages that glue from notebooks, when a notebook is new or has changed."""
    if not any(page.startswith(EXECUTED) for page in added | changed):
        return []
    return [page for page in env.found_docs if "{glue:" in _text(env, page) and page not in added | changed]


def write_all(app: Any, env: Any) -> list[str]:
    """All pages: their links are looked up when they are written."""
    return sorted(env.found_docs)


def _text(env: Any, page: str) -> str:
    file = Path(env.doc2path(page))
    return file.read_text(encoding="utf-8") if file.suffix == ".md" else ""


def setup(app: Any) -> dict[str, bool]:
    """Register the three with Sphinx."""
    app.connect("source-read", name_study)
    app.connect("env-get-outdated", renew_gluing_pages)
    app.connect("env-updated", write_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
