"""Walkers who differ in the frequency of their gait alone: nothing else may tell them apart, or the time."""

from dataclasses import replace

import numpy as np

from stareid.data.walkers import World, draw_sequence, scene
from stareid.data.walkers.gait import gait_frequency, gait_of
from stareid.data.walkers.person import person_of


def test_only_the_frequency_differs_where_only_the_gait_varies() -> None:
    world = World(people=6, shortest=8, longest=8, vary="gait")
    assert len({person_of(world, number) for number in range(1, 7)}) == 1
    frequencies = [gait_frequency(world, number) for number in range(1, 7)]
    assert len(set(frequencies)) == 6
    same = replace(gait_of(world, 1, 1), phase=0, frequency=0)
    for number, frequency in enumerate(frequencies, start=1):
        one, two = (gait_of(world, number, camera) for camera in (1, 2))
        assert one.frequency == two.frequency == frequency
        assert one.phase != two.phase and replace(one, phase=0, frequency=0) == same
    assert draw_sequence(world, 1, 1).visible.min() == 1.0


def test_where_only_the_gait_varies_nothing_but_the_walker_tells_the_time(monkeypatch) -> None:
    """With phase and frequency fixed too, all frames of all people in a camera differ by noise alone."""
    world = World(people=3, shortest=6, longest=6, vary="gait")
    still = replace(gait_of(world, 1, 1), phase=0.3, frequency=0.0)
    monkeypatch.setattr(scene, "gait_of", lambda *arguments: still)
    for camera in (1, 2):
        frames = np.stack([draw_sequence(world, person, camera).frames for person in (1, 2, 3)])
        mean = frames.mean((0, 1))
        assert np.abs(frames - mean).mean((2, 3, 4)).max() < 4  # grey levels, of a grain of 2 or 3
        apart = np.abs(frames.mean(1) - mean).mean((1, 2, 3)).max()
        along = np.abs(frames.mean(0) - mean).mean((1, 2, 3)).max()
        assert apart < 1.5 and along < 2  # averages over 6 frames and over 3 people
    assert not np.array_equal(frames[0, 0], frames[0, 1])
