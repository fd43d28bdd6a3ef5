"""The world of the walkers: how many people, seen for how long, and where the random numbers come from."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

CAMERAS = (1, 2)

# Beta parameters of the sequence length, one pair a camera: with 22..192 frames they give the means of
# iLIDS-VID (65.7 frames in camera 1, 75.9 in camera 2) and about 3 % of sequences beyond 128 frames.
LENGTH_SHAPE = {1: (1.6, 4.6), 2: (1.9, 4.1)}


class Stream(IntEnum):
    """Independent streams of random numbers, so that a change in one part leaves the others as they were."""

    GROUPS = 0
    CLOTHES = 1
    PERSON = 2
    LENGTH = 3
    SPLITS = 4
    WALK = 5
    BACKGROUND = 6
    OCCLUDERS = 7
    CAMERA = 8
    NOISE = 9
    BEHIND = 10


@dataclass(frozen=True)
class World:
    """A population of drawn pedestrians; everything drawn depends on these values and on nothing else.

    `vary="gait"` makes everybody alike, and films them alike, but for the frequency of the gait and where in
    a step a sequence begins: for control experiments.
    """

    people: int = 300
    seed: int = 0
    shortest: int = 22
    longest: int = 192
    vary: str = "all"

    def __post_init__(self) -> None:
        for key in ("people", "seed", "shortest", "longest"):
            value = getattr(self, key)
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(
                    f"{key}={value!r}: not a whole number; write it without quotes and without a point"
                )
        if self.people < 2:
            raise ValueError(
                f"people={self.people}: at least 2 people are needed to tell apart; set people=2 or more"
            )
        if self.seed < 0:
            raise ValueError(f"seed={self.seed}: a seed cannot be negative; set seed=0 or more")
        if self.shortest < 1:
            raise ValueError(
                f"shortest={self.shortest}: a sequence has at least 1 frame; set shortest=1 or more"
            )
        if self.longest < self.shortest:
            raise ValueError(
                f"longest={self.longest}: below shortest={self.shortest}; set longest={self.shortest} or more"
            )
        if self.vary not in ("all", "gait"):
            raise ValueError(
                f"vary={self.vary!r}: not a way in which people differ; set vary='all' or vary='gait'"
            )


def generator(world: World, stream: Stream, person: int = 0, camera: int = 0) -> np.random.Generator:
    """Return the random numbers of one stream for one person in one camera (0 where it does not matter)."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([world.seed, stream, person, camera])))


def check_address(world: World, person: int, camera: int) -> None:
    """Refuse a person or a camera that this world does not have."""
    if not 1 <= person <= world.people:
        raise ValueError(f"person={person}: this world has people 1..{world.people}; choose one of them")
    if camera not in CAMERAS:
        raise ValueError(f"camera={camera}: there are two cameras; choose 1 or 2")


def sequence_length(world: World, person: int, camera: int) -> int:
    """Return the number of frames of a sequence: `shortest` to `longest`, right-skewed as in iLIDS-VID."""
    check_address(world, person, camera)
    share = generator(world, Stream.LENGTH, person, camera).beta(*LENGTH_SHAPE[camera])
    return world.shortest + round(share * (world.longest - world.shortest))


def splits(world: World) -> list[np.ndarray]:
    """Return ten permutations of 1..people as in `ls_set`: the first half for testing, the last for training.

    With an odd number of people the test half is the smaller one: `people // 2`.
    """
    random = generator(world, Stream.SPLITS)
    return [random.permutation(np.arange(1, world.people + 1)) for _ in range(10)]
