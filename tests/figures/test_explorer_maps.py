"""The maps that the explorer shows are the network's, each cell where the network looked."""

from collections.abc import Callable
from typing import Any

import albums as made
import numpy as np
import pytest
import torch

from stareid.data import prepare, resize
from stareid.data.preparation import crop
from stareid.figures import explore
from stareid.geometry import cell_edges
from stareid.model import build

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("explorer")]
HIGH, LOW = [103, 0, 31], [5, 48, 97]  # the ends of the scale from blue to red
Show = Callable[..., Any]


def at_full_opacity(show: Show, record: Any) -> Any:
    """A page with the explorer of a record, its maps covering the frames."""
    tab = show(explore(record).html())
    tab.get_by_label("Opacity of the map in percent", exact=True).fill("100")
    return tab


def places(tab: Any, record: Any, cells: list[tuple[int, int]]) -> list[tuple[list, list]]:
    """For every drawn frame the colour in the middle of its cell of `cells`, and of those around it."""
    across, down = cell_edges(record)
    middle = [(across[:-1] + across[1:]) / 2, (down[:-1] + down[1:]) / 2]
    found = []
    for place in tab.evaluate(made.PLACED):
        row, column = cells[place["frame"]]
        around = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
        points = [(middle[0][column + dx], middle[1][row + dy]) for dy, dx in around]
        scale, left, top = place["scale"], place["x"], place["y"]
        own, *others = tab.evaluate(made.READ, [[left + x * scale, top + y * scale] for x, y in points])
        found.append((own, others))
    return found


def test_a_known_map_is_drawn_where_its_cells_are(show: Show):
    cells = [(2, 3), (5, 4), (7, 5)]
    maps = np.zeros((1, 3, *made.CELLS))
    for t, (row, column) in enumerate(cells):
        maps[0, t, row, column] = 1
    record = made.record(maps)
    tab = at_full_opacity(show, record)
    tab.get_by_label("Frame", exact=True).fill("2")
    drawn = places(tab, record, cells)
    assert len(drawn) == 4  # three in the strip, one large
    for own, others in drawn:
        assert own == HIGH
        assert others == [LOW] * 4


@pytest.mark.parametrize("spot", [(40, 30), (64, 34), (90, 26)])
def test_a_bright_spot_is_covered_by_the_cell_that_it_excites_most(show: Show, spot: tuple[int, int]):
    dark = np.full((2, 128, 64, 3), 60, np.uint8)
    lit = dark.copy()
    lit[:, spot[0] - 2 : spot[0] + 2, spot[1] - 2 : spot[1] + 2] = 255
    network: Any = build("attention", filters=0)
    for block in network.backbone.blocks:  # flat kernels: what a cell sees, it sees evenly
        torch.nn.init.constant_(block.convolution.weight, 1 / block.convolution.weight[0].numel())
        torch.nn.init.zeros_(block.convolution.bias)
    with torch.no_grad():
        seen = network.backbone(crop(prepare(resize(lit)), 4, 4, flip=False)[None])[0].abs().sum(1)
    excited = (seen - seen.amin()).numpy()  # (T, 10, 8)
    row, column = np.unravel_index(excited[0].argmax(), made.CELLS)
    peak = (excited == excited.max()).astype(float)[None]
    record = made.record(peak, lit)
    across, down = cell_edges(record)
    assert down[row] <= spot[0] <= down[row + 1] and across[column] <= spot[1] <= across[column + 1]
    tab = at_full_opacity(show, record)
    for place in tab.evaluate(made.PLACED):
        point = [place["x"] + spot[1] * place["scale"], place["y"] + spot[0] * place["scale"]]
        assert tab.evaluate(made.READ, [point]) == [HIGH]
