"""Which frames of a walk are taken, by brute force and by hand."""

from itertools import combinations

import numpy as np
import torch

from stareid.model import build
from stareid.model.compact import Compact, alternation, evenly, leg_energy


def test_even_frames_are_the_middles_of_equal_parts() -> None:
    assert evenly(8, 4).tolist() == [1, 3, 5, 7]
    assert evenly(4, 4).tolist() == [0, 1, 2, 3]
    assert evenly(2, 4).tolist() == [0, 0, 1, 1]
    assert evenly(1, 4).tolist() == [0, 0, 0, 0]


def test_the_alternation_is_the_best_of_all() -> None:
    energies = np.random.default_rng(0).random((6, 9))

    def sums(e: np.ndarray, rows: tuple[int, ...]) -> float:
        return -e[rows[0]] + 2 * e[rows[1]] - 2 * e[rows[2]] + e[rows[3]]

    found = alternation(torch.from_numpy(energies), 4).tolist()
    for energy, rows in zip(energies, found, strict=True):
        assert tuple(rows) == max(combinations(range(9), 4), key=lambda r: sums(energy, r))


def test_of_four_frames_all_are_taken() -> None:
    assert alternation(torch.rand(1, 4), 4).tolist() == [[0, 1, 2, 3]]


def clips_of_legs(speeds: list[float]) -> torch.Tensor:
    """A clip whose legs move at these speeds, and whose arms move a lot all the time."""
    clips = torch.zeros(1, len(speeds), 5, 56, 40)
    clips[:, :, 3:, :28] = 9
    clips[0, :, 4, 28:] = torch.tensor(speeds)[:, None, None]
    return clips


def test_the_energy_is_that_of_the_legs_smoothed() -> None:
    energy = leg_energy(clips_of_legs([1, 2, 0, 0]))
    torch.testing.assert_close(energy, torch.tensor([[5 / 2, 5 / 3, 4 / 3, 0.0]]))


def test_frames_are_taken_at_rest_and_in_motion_in_turn() -> None:
    network = build("compact", channels=5)
    assert isinstance(network, Compact)
    clips = clips_of_legs([2, 0, 0, 0, 1, 3, 3, 3, 1, 0, 0, 0, 2, 3, 3, 3])
    assert network.representative(clips).tolist() == [[2, 6, 10, 14]]
    assert network.representative(clips[:, :, :3]).tolist() == [[2, 6, 10, 14]]  # evenly, as it happens
    assert network.representative(clips[:, :3]).tolist() == [[0, 1, 1, 2]]


def test_every_position_has_a_network_of_its_own() -> None:
    network = build("compact", people=3).eval()
    clips = torch.rand(1, 4, 3, 56, 40)
    with torch.no_grad():
        before, _ = network(clips)
        network.get_parameter("backbones.3.blocks.0.convolution.bias").add_(1)
        after, _ = network(clips)
        maps = [network.get_submodule(f"backbones.{p}")(clips[:, p : p + 1]) for p in range(4)]
        expected = network.get_submodule("embedding")(torch.stack(maps).mean(0).flatten(1))
    assert not torch.allclose(before, after)
    torch.testing.assert_close(after, expected)
