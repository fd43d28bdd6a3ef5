"""Cells are drawn where the network looked: checked against convolutions, not against the formula."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from stareid.geometry import BLOCKS, cell_edges, centres, edges
from stareid.model.mobilenet import MobileNet

PLACE: dict = {"top": 4, "left": 4, "size": (64, 48), "grid": (BLOCKS, BLOCKS)}


def through(picture: torch.Tensor) -> torch.Tensor:
    """The backbone's blocks with flat kernels and averages, so that all that a cell sees counts: (H, W)."""
    maps = picture[None, None]
    for _ in range(3):
        maps = F.avg_pool2d(F.conv2d(maps, torch.ones(1, 1, 5, 5), padding=4), 2)
    return maps[0, 0]


@pytest.mark.parametrize(("row", "column"), [(4, 4), (5, 4), (6, 4)])
def test_centre_of_a_cell_is_the_middle_of_what_it_sees(row, column):
    picture = torch.zeros(56, 40, requires_grad=True)
    maps = through(picture)
    assert maps.shape == (10, 8)
    maps[row, column].backward()
    assert picture.grad is not None
    seen = picture.grad.nonzero().numpy()  # pixels that the cell depends on
    middle = (seen.min(0) + seen.max(0) + 1) / 2  # continuous: pixel p reaches from p to p + 1
    assert seen.max(0)[0] - seen.min(0)[0] + 1 == 36
    assert middle[0] == centres(10, 0, 1.0)[row]
    # Across, 36 of 40 pixels are seen from a cell in the middle only; the same formula holds for both axes.
    assert abs(middle[1] - centres(8, 0, 1.0)[column]) <= 0.5


def test_first_and_last_cell_look_outside():
    down = centres(10, 0, 1.0)
    assert down[0] == -10 and down[-1] == 62  # of 56 pixels; pixel -10.5 is -10 in continuous coordinates


@pytest.mark.parametrize("pixel", [24, 28, 32])
def test_an_impulse_is_strongest_in_the_cell_that_is_drawn_over_it(pixel):
    picture = torch.zeros(56, 40)
    picture[pixel, 20] = 1
    maps = through(picture)
    strongest = int(maps.sum(1).argmax())
    borders = edges(10, 0, 1.0)
    assert borders[strongest] <= pixel + 0.5 <= borders[strongest + 1]


def test_edges_lie_between_centres_and_follow_crop_and_scale():
    assert np.allclose((edges(10, 4, 2.0)[:-1] + edges(10, 4, 2.0)[1:]) / 2, centres(10, 4, 2.0))
    frames, maps = np.zeros((3, 128, 64, 3), np.uint8), np.zeros((2, 3, 10, 8))
    record = SimpleNamespace(frames=frames, maps=maps, weights=None, **PLACE)
    across, down = cell_edges(record)
    assert (len(across), len(down)) == (9, 11)
    assert down[0] == 2 * (4 - 14) and down[-1] == 2 * (4 + 66)
    assert np.isclose(across[0], 64 / 48 * (4 - 14))


def evened(network: MobileNet) -> MobileNet:
    """The network with flat kernels and nothing that cuts off, so that all that a cell sees counts."""
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
        elif isinstance(module, nn.ReLU6):
            above, _, last = name.rpartition(".")
            setattr(network.get_submodule(above), last, nn.Identity())
    return network.eval()


@pytest.mark.parametrize("side", [672, 336])
def test_cells_of_the_modern_network_lie_in_the_middle_of_what_they_see(side):
    backbone = evened(MobileNet((672, 672)))
    picture = torch.zeros(1, 1, 3, side, side, requires_grad=True)
    maps: torch.Tensor = backbone(picture)
    assert maps.shape[-2:] == (21, 21)
    maps[..., 10, 9].sum().backward()  # of 491 pixels that it sees, all lie in the enlarged picture
    assert picture.grad is not None
    weights = picture.grad.sum((0, 1, 2)).double()
    middles = torch.arange(side) + 0.5
    seen = [float(weights.sum(1 - axis) @ middles.double() / weights.sum()) for axis in (0, 1)]
    down, across = backbone.grid(side, side)
    assert seen[0] == pytest.approx(centres(21, 0, 1.0, down)[10], abs=0.01)
    assert seen[1] == pytest.approx(centres(21, 0, 1.0, across)[9], abs=0.01)
