"""No result is typed by hand: what looks like one in a page or in the README comes from a result file."""

import json
import re

import pytest

from stareid.paths import NOTEBOOKS, ROOT
from stareid.results.tables import PAPER_TABLE_2

PAGES = sorted((ROOT / "book").rglob("*.md"))
PAGES = [page for page in PAGES if "executed" not in page.parts]
NOT_PROSE = (
    r"^(`{3,}|~{3,}).*?^\1",  # blocks of code and directives
    r"\$\$.*?\$\$",
    r"\$[^$\n]*\$",
    r"\{[\w:]+\}`[^`]*`",  # roles: glued numbers, citations, links
    r"`[^`\n]*`",
    r"<!-- results.*?end of results -->",  # the README's table, which a command writes and a test checks
    r"\(https?://[^)]*\)",
)
# A share, a number of points, or a number with decimals: how results are given.
RESULT = re.compile(r"[-+\N{MINUS SIGN}]?\d+(?:\.\d+)?\s?(?:%|percent\b|points?\b)|\d+\.\d+")
# What is not measured: levels that were set, versions, and what the paper says.
SET = {"95 %", "100 %", "0.99", "3.11"}
PAPER = {f"{value:.1f} %" for value in PAPER_TABLE_2[1]}


def typed(text: str) -> list[str]:
    """What looks like a result in the prose of a Markdown page."""
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return [found for found in RESULT.findall(text) if found not in SET | PAPER]


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
def test_no_result_is_typed_into_a_page(page) -> None:
    assert typed(page.read_text()) == []


@pytest.mark.parametrize("file", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda file: file.stem)
def test_no_result_is_typed_into_a_notebook(file) -> None:
    cells = [cell for cell in json.loads(file.read_text())["cells"] if cell["cell_type"] == "markdown"]
    assert [number for cell in cells for number in typed("".join(cell["source"]))] == []


def test_a_typed_result_would_be_found() -> None:
    assert typed("Rank-1 rose to 62.4 % and by 3 points.") == ["62.4 %", "3 points"]
    assert typed("Glued: {glue:text}`a.ipynb::rank1:s` %, of 150 people, $p = 0.05$, `0.5`.") == []
