"""The explorer in a live kernel: an anywidget, and ipywidgets that choose what is computed and shown."""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets

from stareid.figures.explorer import explore, module
from stareid.figures.explorer.packing import Album
from stareid.geometry import Record


class ExplorerWidget(anywidget.AnyWidget):
    """The view of `explorer.js` in Jupyter; assign another album and it is shown."""

    _esm = module()
    album = traitlets.Dict().tag(sync=True)


def browse(look: Callable[..., Record | Album], **choices: Sequence[Any]) -> ipywidgets.VBox:
    """A control for each of `choices`, and the explorer of `look(**chosen)`, computed when one changes.

    `look` is the caller's: figures know no network. What it raises is said above the view, which stays.
    """
    menus = {
        name: ipywidgets.Dropdown(options=list(values), description=name) for name, values in choices.items()
    }
    message = ipywidgets.HTML()
    view = ExplorerWidget(album=_album(look, menus))

    def renew(change: object) -> None:
        message.value = "computing ..."
        try:
            view.album = _album(look, menus)
            message.value = ""
        except Exception as error:  # in a callback it would vanish into a log
            message.value = f"{type(error).__name__}: {error}"

    for menu in menus.values():
        menu.observe(renew, names="value")
    return ipywidgets.VBox([ipywidgets.HBox([*menus.values(), message]), view])


def _album(look: Callable[..., Record | Album], menus: dict[str, ipywidgets.Dropdown]) -> Album:
    return explore(look(**{name: menu.value for name, menu in menus.items()})).album
