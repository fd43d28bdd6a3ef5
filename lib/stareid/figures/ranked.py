"""Ranked lists: a probe, and the five sequences of the gallery that the network finds nearest to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stareid.figures import style
from stareid.figures.sequences import evenly

FIRST = 5  # sequences of the gallery that are shown
STRIP = 3  # frames of each sequence
RIGHT, WRONG = ("✓ same", style.TRUTH), ("✗ other", style.PAPER)


@dataclass(frozen=True)
class Answer:
    """One gallery sequence in the list of a probe."""

    person: str
    distance: float
    right: bool


@dataclass(frozen=True)
class RankedList:
    """A probe, its nearest gallery sequences, and the rank of its true match, ties counted against it."""

    person: str
    answers: tuple[Answer, ...]
    rank: int


def ranked_lists(distance: np.ndarray, people: Sequence[str], first: int = FIRST) -> list[RankedList]:
    """The list of every probe from distances (P, P) of the same people, the worst ranks first.

    Among equal ranks, those come first that were told apart most narrowly.
    """
    lists = []
    for row, person in zip(np.asarray(distance), people, strict=True):
        own = row[list(people).index(person)]
        right = np.array([other == person for other in people])
        order = np.lexsort((right, row))  # nearest first, a wrong one before a right one at equal distance
        answers = tuple(Answer(people[at], float(row[at]), bool(right[at])) for at in order[:first])
        rank = 1 + int(np.sum(~right & (row <= own)))
        margin = float(row[~right].min() - own) if len(people) > 1 else 0.0
        lists.append((-rank, margin, RankedList(person, answers, rank)))
    return [entry for *_, entry in sorted(lists, key=lambda found: found[:2])]


def strips(lists: Sequence[RankedList], frames: Callable[[str, int], np.ndarray]) -> Figure:
    """A row for each list: the probe's strip, then those of the gallery with distance, right or wrong.

    `frames(person, camera)` gives the frames (T, H, W, 3): camera 1 for probes, camera 2 for the gallery.
    Right and wrong are told by a mark and a word as well as by colour. Walkers only on a page.
    """
    columns = 1 + max(len(entry.answers) for entry in lists)
    figure = style.figure(style.WIDE, 1.25 * len(lists) + 0.2)
    grid = figure.subplots(len(lists), columns, squeeze=False)
    for row, entry in zip(grid, lists, strict=True):
        _strip(row[0], frames(entry.person, 1), "probe", "black")
        row[0].set_ylabel(f"{entry.person}\nmatch at {entry.rank}", fontsize="small")
        for axes, answer in zip(row[1:], entry.answers, strict=False):
            word, colour = RIGHT if answer.right else WRONG
            _strip(axes, frames(answer.person, 2), f"{word} {answer.distance:.2f}", colour)
        for axes in row[1 + len(entry.answers) :]:
            axes.set_visible(False)
    return figure


def _strip(axes: Axes, frames: np.ndarray, title: str, colour: str) -> None:
    chosen = frames[evenly(len(frames), STRIP)]
    axes.imshow(np.concatenate(list(chosen), axis=1))
    style.bare(axes)
    axes.set_title(title, fontsize="small", color=colour, loc="center", pad=3)
    for side in axes.spines.values():
        side.set(visible=True, color=colour, lw=2.2 if title.startswith("✓") else 1.2)
        side.set_linestyle("-" if title.startswith("✓") or title == "probe" else "--")


def sentence(lists: Sequence[RankedList]) -> str:
    """How many probes find their match first, in one sentence."""
    first = sum(entry.rank == 1 for entry in lists)
    return (
        f"{first} of {len(lists)} probes find their match at rank 1; the worst rank is "
        f"{max(entry.rank for entry in lists)}. Below are the {min(len(lists), FIRST)} worst first."
    )
