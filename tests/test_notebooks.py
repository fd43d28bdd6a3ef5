"""The notebooks are thin, and each works alone through papermill."""

import ast
import json

import copies
import nbformat
import pytest

from stareid.errors import InputError
from stareid.parameters import assigned, check_injected
from stareid.paths import NOTEBOOKS

pytestmark = pytest.mark.xdist_group("copy")
FILES = sorted(NOTEBOOKS.glob("*.ipynb"))


def test_the_four_notebooks_are_there():
    assert {file.stem for file in FILES} >= set(copies.NOTEBOOKS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_notebook_is_thin(file):
    notebook = json.loads(file.read_text())
    nbformat.validate(nbformat.reads(file.read_text(), as_version=4))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert cells[0]["metadata"]["tags"] == ["parameters"]
    assert len(cells) <= 12
    for cell in cells:
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 10, source
        assert not cell["outputs"]
        assert cell["execution_count"] is None
        defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        assert not any(isinstance(node, defined) for node in ast.walk(ast.parse(source))), source


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_figure_has_a_text_for_those_who_do_not_see_it(file):
    for cell in json.loads(file.read_text())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and any(name in source for name in ("curves.", "rank1(", "_map(")):
            assert cell["metadata"]["mystnb"]["image"]["alt"], source


@pytest.mark.parametrize("notebook", copies.NOTEBOOKS)
def test_notebook_executes_alone(notebook):
    done = copies.executed(notebook)
    assert done.returncode == 0, done.stderr[-3000:]


def test_wrong_parameters_are_refused_with_one_message(tmp_path):
    done = copies.papermill("train", tmp_path / "out.ipynb", study="smoke", filters="true")
    assert done.returncode != 0
    assert "InputError: filters is 'true': it must be a whole number from 0." in done.stderr


@pytest.mark.parametrize("unknown", ["filtres", "x"])
def test_unknown_parameter_is_refused(unknown):
    with pytest.raises(InputError, match=f"unknown parameter '{unknown}': this notebook has study, filters"):
        check_injected(["", "study = 'demo'\nfilters = 3", f"# Parameters\nfilters = 2\n{unknown} = 1\n"])


def test_known_parameters_and_plain_notebooks_pass():
    check_injected(["", "study = 'demo'", '# Parameters\nstudy = "smoke"\n', "import sys"])
    check_injected(["", "study = 'demo'", "other = 1"])
    assert assigned("a = b = 1\nc: int = 2\nd.e = 3") == ["a", "b", "c"]


def test_notebook_calls_the_refusal_first():
    for file in FILES:
        cells = [c for c in json.loads(file.read_text())["cells"] if c["cell_type"] == "code"]
        assert "refuse_unknown()" in "".join(cells[1]["source"]), file
