"""The attention explorer: maps over the frames of a clip, to be played with in a notebook and on a page.

    explore(record) -> Explorer: HTML with all its data inside, for notebooks, built pages and files
    explore(record).widget() -> the same view in a live kernel; browse(look, person=..., ...) with controls

The view is one ES module, `explorer.js`. It needs no kernel, no widget manager and no other host.
"""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from stareid.figures.explorer import packing
from stareid.figures.explorer.packing import Album
from stareid.figures.explorer.still import still
from stareid.geometry import Record

PARTS = ("controls.js", "pictures.js", "words.js", "explorer.js")

PAGE = """<div class="stareid-explorer" id="{id}">
<style>
@media screen {{ #{id}[data-alive] > .still {{ display: none; }} }}
@media print {{ #{id} > .view {{ display: none; }} #{id} > .still {{ display: block !important; }} }}
#{id} > .still {{ display: block; width: 100%; height: auto; }}
</style>
<div class="view"></div>
<img class="still" src="{src}" alt="{alt}">
<noscript><p>Scripts are off: this is a still picture of what can be explored here.</p></noscript>
<script type="application/json">{album}</script>
<script type="module">
{module}
const place = document.getElementById("{id}");
place.dataset.alive = "";
mount(place.querySelector(".view"), JSON.parse(place.querySelector("[type='application/json']").textContent));
</script>
</div>
"""


class Explorer:
    """What `explore` returns: shows itself in notebooks and on built pages."""

    def __init__(self, album: Album) -> None:
        self.album = album

    def html(self) -> str:
        """A piece of a page with module, data and still picture inside."""
        shown = {key: value for key, value in self.album.items() if key != "still"}
        data = json.dumps(shown, separators=(",", ":")).replace("<", "\\u003c")
        picture = self.album.get("still") or still(self.album)
        name = f"stareid-explorer-{sha256(data.encode()).hexdigest()[:8]}"
        alt = html.escape(picture["alt"], quote=True)
        return PAGE.format(id=name, album=data, module=module(), src=picture["src"], alt=alt)

    def widget(self) -> Any:
        """The view as an anywidget, whose album can be replaced while it is shown."""
        from stareid.figures.explorer.live import ExplorerWidget

        return ExplorerWidget(album=self.album)

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        count = len(self.album["sequences"])
        return f"Explorer({count} sequence{'s' * (count != 1)}, {len(self.album['networks'])} networks)"


def explore(record: Record | Album | str | Path, **named: Any) -> Explorer:
    """The explorer of one attention record, of an album, or of an album in a file.

    `named` says what a plain record does not know: person, camera, reading, filters, and the numbers and
    visible fractions of its frames.
    """
    if isinstance(record, str | Path):
        return Explorer(json.loads(Path(record).read_text()))
    return Explorer(dict(record) if isinstance(record, Mapping) else packing.album(record, **named))


def browse(look: Callable[..., Record | Album], **choices: Sequence[Any]) -> Any:
    """Controls for Jupyter: `browse(look, person=people, camera=(1, 2))` shows what `look(...)` returns."""
    from stareid.figures.explorer import live

    return live.browse(look, **choices)


@cache
def module() -> str:
    """The whole view as the source of one ES module: explorer.js with what it imports, and explorer.css."""
    here = files(__name__)
    parts = [re.sub(r"^import .*\n", "", (here / name).read_text("utf-8"), flags=re.M) for name in PARTS]
    joined = "".join(part.replace("\nexport ", "\n") for part in parts[:-1]) + parts[-1]
    return joined.replace("/* explorer.css */", (here / "explorer.css").read_text("utf-8"))
