"""Directives: `{bench} FILE.json`, the figures of `make bench` as a table, and `{h100}`, a count on paper."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from stareid.errors import InputError

COUNT = (
    "By its operations, an H100 could train on {operations:.1f} million frames a second without attention; "
    "by what it moves to and from its memory, on {bytes:.1f} million. The smaller number is the limit."
)


class BenchDirective(SphinxDirective):
    """Put the figures of the benchmark, a file beside the page, into the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from stareid.bench.report import as_markdown  # takes seconds, and one page needs it

        _, file = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(file)
        try:
            table = as_markdown(json.loads(Path(file).read_text()))
        except (OSError, ValueError, InputError) as error:
            raise self.error(f"{self.arguments[0]} is not the file of the benchmark: {error}") from error
        return self.parse_text_to_nodes(table)


class PaperCountDirective(SphinxDirective):
    """Put what an H100 could do at most into the page."""

    def run(self) -> list[nodes.Node]:
        from stareid.bench.gpu import frames_a_second  # likewise
        from stareid.bench.scale import Scale
        from stareid.bench.steps import SIZE, small

        scale = Scale()
        most = frames_a_second(small(people=150), 2 * scale.people, scale.frames, SIZE)
        return self.parse_text_to_nodes(COUNT.format_map({key: value / 1e6 for key, value in most.items()}))


def setup(app: Any) -> dict[str, bool]:
    """Register both with Sphinx."""
    app.add_directive("bench", BenchDirective)
    app.add_directive("h100", PaperCountDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
