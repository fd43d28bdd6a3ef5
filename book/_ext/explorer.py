"""The directive `{explorer} FILE.json`: an album of attention maps that can be played with on the page.

The album is a small file of the book, made by `python -m stareid explorer STUDY`, so no network is needed to
build the page. Below it stands which networks these are. Formats other than HTML get nothing but that;
browsers without scripts, and paper, get its picture.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

SAID = "Networks of the study {study}, trained for {epochs} epochs on split {split} with seed {seed}."


class ExplorerDirective(SphinxDirective):
    """Put the explorer of an album, a file beside the page, into the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from stareid.figures import explore  # takes seconds, and one page needs it

        _, file = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(file)
        try:
            explorer = explore(Path(file))
            page, about = explorer.html(), SAID.format_map(explorer.album["about"])
        except (OSError, ValueError, KeyError) as error:
            raise self.error(f"{self.arguments[0]} is not an album of the explorer: {error}") from error
        return [nodes.raw("", page, format="html"), nodes.paragraph("", about, classes=["explorer-about"])]


def setup(app: Any) -> dict[str, bool]:
    """Register the directive with Sphinx."""
    app.add_directive("explorer", ExplorerDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
