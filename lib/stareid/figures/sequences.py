"""What a data set looks like: contact sheets, strips with the truth, lengths and occlusion.

Frames of real people must not be published. `may_be_shown` says whether a data set holds drawn people only;
the notebooks of the book ask it and draw no frames of any other. The functions themselves draw what they are
given: a user may look at data that are theirs to look at.
"""

from collections.abc import Sequence as Ordered
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stareid.figures import style

if TYPE_CHECKING:
    from stareid.data.sequences import Dataset, Truth


NOT_SHOWN = "Real people: no frames on a page. figures.%s draws them for your own eyes."


def may_be_shown(dataset: "Dataset") -> bool:
    """Whether the frames are drawn walkers, so that a page may show them."""
    return dataset.name == "walkers" and dataset.flags is not None


def evenly(count: int, wanted: int) -> np.ndarray:
    """At most `wanted` rows of `count`, first and last included, evenly spread: int (n,)."""
    return np.unique(np.linspace(0, count - 1, min(wanted, count)).round().astype(int))


def summary(dataset: "Dataset") -> pd.DataFrame:
    """People, sequences and frames of each camera, with the shortest, mean and longest sequence."""
    rows = []
    for camera in sorted({s.camera for s in dataset.sequences}):
        lengths = np.array([s.length for s in dataset.sequences if s.camera == camera])
        rows.append(
            {
                "camera": camera,
                "people": len({s.person for s in dataset.sequences if s.camera == camera}),
                "sequences": len(lengths),
                "frames": f"{lengths.sum():,}",
                "shortest": lengths.min(),
                "mean length": f"{lengths.mean():.1f}",
                "longest": lengths.max(),
            }
        )
    return pd.DataFrame(rows).set_index("camera").rename_axis(index=None, columns="camera")


def lengths(dataset: "Dataset") -> Figure:
    """How long the sequences are, by camera."""
    figure = style.figure(height=2.7)
    axes = figure.subplots()
    by_camera = {c: [s.length for s in dataset.sequences if s.camera == c] for c in (1, 2)}
    everything = np.concatenate(list(by_camera.values()))
    width = max(1, int(np.ptp(everything)) // 16 + 1)
    edges = np.arange(everything.min(), everything.max() + width + 1, width) - 0.5
    for (camera, values), colour in zip(by_camera.items(), style.SERIES, strict=False):
        axes.hist(values, bins=edges.tolist(), histtype="step", lw=2, color=colour, label=f"camera {camera}")
    axes.set(xlabel="frames in a sequence", ylabel="sequences")
    axes.legend()
    return figure


def sheet(dataset: "Dataset", people: Ordered[str], shown: int = 5) -> Figure:
    """A contact sheet: a row for each person, frames of camera 1 on the left and of camera 2 on the right."""
    figure = style.figure(style.WIDE, 1.16 * len(people) * 10 / (2 * shown + 0.3) + 0.3)
    widths = [1] * shown + [0.3] + [1] * shown
    grid = figure.subplots(len(people), 2 * shown + 1, squeeze=False, width_ratios=widths)
    for row, person in zip(grid, people, strict=True):
        for camera, cells in ((1, row[:shown]), (2, row[shown + 1 :])):
            [sequence] = dataset.select([person], camera)
            frames = dataset.frames(sequence)
            for axes, t in zip(cells, evenly(len(frames), shown), strict=False):
                axes.imshow(frames[t], interpolation="none")
        row[0].set_ylabel(person.removeprefix("person"), rotation=0, ha="right", va="center")
    for axes in grid.flat:
        style.bare(axes)
    grid[0][0].set_title("camera 1")
    grid[0][shown + 1].set_title("camera 2")
    return figure


def truth_strip(frames: np.ndarray, truth: "Truth", shown: int = 9) -> Figure:
    """Frames (T, H, W, 3) evenly spread, the true outline of the person and, hatched, what is in front.

    Below: the visible fraction of the person in every frame of the sequence, the shown ones marked.
    """
    chosen = evenly(len(frames), shown)
    figure = style.figure(style.WIDE, 3.0)
    grid = figure.add_gridspec(2, len(chosen), height_ratios=[1.75, 1])
    for column, t in enumerate(chosen):
        axes = figure.add_subplot(grid[0, column])
        _outlined(axes, frames[t], truth.person[t], truth.occluder[t])
        axes.set_title(f"{t + 1}", fontsize="small", loc="center")
    below = figure.add_subplot(grid[1, :])
    below.plot(np.arange(1, len(frames) + 1), truth.visible, color=style.TRUTH)
    below.plot(chosen + 1, truth.visible[chosen], "o", color=style.TRUTH, ms=5)
    below.set(xlabel="frame", ylabel="visible fraction", ylim=(-0.04, 1.08), xlim=(0.3, len(frames) + 0.7))
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def visible_fractions(dataset: "Dataset") -> Figure:
    """How much of the person is visible: the share of frames by visible fraction, for each camera."""
    figure = style.figure(height=2.7)
    axes = figure.subplots()
    for camera, colour in zip((1, 2), style.SERIES, strict=False):
        values = np.concatenate([dataset.truth(s).visible for s in dataset.sequences if s.camera == camera])
        order = np.sort(values)
        axes.step(
            order, 100 * np.arange(1, len(order) + 1) / len(order), color=colour, label=f"camera {camera}"
        )
    axes.set(xlabel="visible fraction of the person", ylabel="frames at or below (%)", xlim=(-0.02, 1.02))
    axes.legend()
    return figure


def most_occluded(dataset: "Dataset", people: Ordered[str], wanted: int, camera: int = 1) -> list[str]:
    """The people whose visible fraction changes most within their sequence: there is something to see."""
    spans = {
        person: float(np.ptp(dataset.truth(sequence).visible))
        for person, sequence in zip(people, dataset.select(people, camera), strict=True)
    }
    return sorted(spans, key=lambda person: (-spans[person], person))[:wanted]


def _outlined(axes: Axes, frame: np.ndarray, person: np.ndarray, occluder: np.ndarray) -> None:
    axes.imshow(frame, interpolation="none")
    if person.any():
        axes.contour(person, levels=[0.5], colors=[style.TRUTH], linewidths=1.3)
    if occluder.any():
        axes.contourf(occluder, levels=[0.5, 1.5], colors="none", hatches=["////"])
        axes.contour(occluder, levels=[0.5], colors=[style.PAPER], linewidths=1.0)
    style.bare(axes)
