"""Imports go one way, and files and functions stay small enough to read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from stareid.paths import ROOT

PACKAGE = ROOT / "lib" / "stareid"
# A part of the package -> the parts that it may import. Nothing else may be imported from stareid.
ARROWS = {
    "errors": set(),
    "paths": set(),
    "geometry": set(),
    "parameters": {"errors"},
    "data": {"errors", "paths"},
    "model": {"errors", "paths", "geometry"},
    "training": {"errors", "paths", "data", "model"},
    "evaluation": {"errors", "paths", "geometry", "data"},
    "results": {"errors", "paths", "evaluation"},
    "figures": {"errors", "paths", "geometry", "data", "results"},
    "typed": {"errors"},
    "pretrained": {"errors", "paths", "model"},
    "study": {"errors", "paths", "data", "model", "training", "evaluation", "typed"},
    "ranks": {"data", "evaluation"},
    "provenance": {"paths"},
    "run": {
        *("errors", "paths", "data", "model", "training", "results", "study", "pretrained", "ranks"),
        "provenance",
    },
    "repeat": {"errors", "training", "results", "typed", "study", "run"},
    "evidence": {"errors", "data", "model", "evaluation", "results", "study", "run", "provenance"},
    "exploration": {"errors", "data", "evaluation", "figures", "run", "study", "provenance"},
    "match": {"errors", "paths", "data", "training", "evaluation"},
    "bench": {
        *("errors", "paths", "data", "model", "training", "evaluation", "results", "study", "run"),
        "provenance",
    },
    "commands": {
        *("errors", "paths", "data", "training", "evaluation", "study", "match", "evidence", "exploration"),
        *("repeat", "bench", "results"),
    },
    "__main__": {"errors", "paths", "data", "training", "evaluation", "results", "study", "run", "commands"},
}
WITHOUT_NETWORKS = ("data", "results", "figures")  # these import no torch.nn
FILE, FUNCTION = 250, 60
SOURCES = sorted(PACKAGE.rglob("*.py")) + sorted((ROOT / "tests").rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """The full names of all that a file imports, wherever in it."""
    package = file.relative_to(PACKAGE.parent).with_suffix("").parts if PACKAGE in file.parents else ()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join([*package[: -node.level], ""]) if node.level else ""
            yield from (f"{above}{node.module}.{name.name}" for name in node.names)


def part(name: str) -> str:
    """The part of the package that a full name belongs to."""
    return name.split(".")[1]


def sources(name: str) -> list[Path]:
    return sorted((PACKAGE / name).rglob("*.py")) or [PACKAGE / f"{name}.py"]


def test_every_part_has_its_arrows():
    parts = {p.stem for p in PACKAGE.iterdir() if (p.is_dir() and any(p.glob("*.py"))) or p.suffix == ".py"}
    assert parts - {"__init__"} == set(ARROWS)


def test_arrows_have_no_circle():
    done: set[str] = set()
    while left := {name for name in ARROWS if name not in done}:
        ready = {name for name in left if ARROWS[name] <= done}
        assert ready, f"these import each other: {left}"
        done |= ready


@pytest.mark.parametrize("name", ARROWS)
def test_imports_follow_the_arrows(name: str):
    for file in sources(name):
        ours = {part(i) for i in imports(file) if i.startswith("stareid.")}
        assert ours <= ARROWS[name] | {name}, f"{file} may not import {ours - ARROWS[name] - {name}}"


@pytest.mark.parametrize("name", WITHOUT_NETWORKS)
def test_part_knows_no_network(name: str):
    for file in sources(name):
        assert not [i for i in imports(file) if i.startswith("torch.nn")], file


def test_the_package_itself_imports_nothing():
    assert not list(imports(PACKAGE / "__init__.py"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_file_fits_the_eye(file: Path):
    text = file.read_text()
    assert len(text.splitlines()) <= FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= FUNCTION, f"{node.name} has {length} lines"
