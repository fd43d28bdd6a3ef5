"""How much is measured: full size for the committed figures, a miniature for the tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of the benchmark; the defaults are those of the committed figures."""

    people: int = 16  # of a training step, each seen by two cameras
    frames: int = 8  # of a clip
    steps: int = 5  # timed at a time
    repeats: int = 5
    matrix: int = 4096  # rows and columns of the two factors
    evaluated: int = 100  # test people, embedded in as many parts as there are repeats
    pairs: int = 40  # steps of the recipe in pairs, timed at a time
    probes: int = 1980  # as in MARS
    gallery: int = 11310
    seconds: float = 6.0  # that processes run side by side
    crowds: tuple[int, ...] = (75, 150, 300)  # training people of an epoch
