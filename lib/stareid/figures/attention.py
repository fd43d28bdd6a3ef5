"""Attention on the frames that got it: a strip for every refinement step, the frames' weights as bars."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from stareid.figures import style
from stareid.geometry import Record, cell_edges

OPACITY = 0.6


def strip(record: Record, *, visible: np.ndarray | None = None, title: str = "") -> Figure:
    """The frames, then one row for each refinement step: its maps at their true place, its weights below.

    Colours and bars are multiples of the uniform attention, which the dashed line marks: for a frame, the
    weight times T. `visible` (T,) adds the visible fraction of the person, where the truth is known.
    The maps' cells reach over the borders of the frame; what lies outside is cut off.
    """
    steps, count = record.weights.shape
    heights = [2.0, *[2.0, 0.62] * steps, *([0.62] if visible is not None else [])]
    figure = style.figure(style.WIDE, 0.72 * sum(heights) * style.WIDE / 7.2 * 8 / max(count, 8))
    grid = figure.subplots(len(heights), count, squeeze=False, height_ratios=heights)
    scale = around_uniform(record.maps * record.maps[0].size)
    _frames(grid[0], record.frames)
    for step in range(steps):
        maps, bars = grid[1 + 2 * step], grid[2 + 2 * step]
        for t in range(count):
            overlay(maps[t], record, step, t, scale)
        _bars(bars, record.weights[step] * count, float(record.weights.max()) * count, style.OURS, uniform=1)
        maps[0].set_ylabel(f"step {step + 1}")
        bars[0].set_ylabel("weight", fontsize="small")
    if visible is not None:
        _bars(grid[-1], visible, 1.0, style.TRUTH)
        grid[-1][0].set_ylabel("visible", fontsize="small")
    _key(figure, ScalarMappable(scale, style.HEAT), list(grid[:, -1]), aspect=60, alpha=OPACITY)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return figure


def overlay(axes: Axes, record: Record, step: int, t: int, scale: Normalize) -> None:
    """Frame t in grey with the map of a step over it, cell by cell, cut at the frame's border."""
    height, width = record.frames.shape[1:3]
    grey = record.frames[t].mean(-1)
    axes.imshow(grey, cmap="gray", vmin=0, vmax=255, extent=(0, width, height, 0), interpolation="none")
    across, down = cell_edges(record)
    times = record.maps[step, t] * record.maps[step].size  # of the uniform attention
    mesh = axes.pcolormesh(across, down, times, cmap=style.HEAT, norm=scale, alpha=OPACITY, lw=0)
    mesh.set_rasterized(True)
    axes.set(xlim=(0, width), ylim=(height, 0))
    style.bare(axes)


def mean_map(records: Sequence[Record]) -> Figure:
    """The mean attention of the last step over many sequences, on an empty frame: no picture of anybody.

    The line is the border of the frame; cells outside it looked at padding or beyond the frame.
    """
    one = records[0]
    height, width = one.frames.shape[1:3]
    mean = np.mean([r.maps[-1].mean(0) * r.maps[-1].size for r in records], axis=0)  # (H', W')
    figure = style.figure(2.9, 3.6)
    axes = figure.subplots()
    across, down = cell_edges(one)
    mesh = axes.pcolormesh(across, down, mean, cmap=style.HEAT, norm=around_uniform(mean))
    mesh.set_rasterized(True)
    axes.plot([0, width, width, 0, 0], [0, 0, height, height, 0], color="black", lw=1.6)
    axes.set(xlim=across[[0, -1]], ylim=down[[-1, 0]], aspect="equal")
    style.bare(axes)
    _key(figure, mesh, axes)
    return figure


def around_uniform(times: np.ndarray) -> LogNorm:
    """A scale for multiples of the uniform attention: 1 in the middle, as far to both sides as is needed.

    At least from 1/1.1 to 1.1, so that differences of nothing look like nothing; at most from 1/16 to 16.
    """
    furthest = float(np.exp(np.abs(np.log(np.maximum(times, 1e-9))).max()))
    reach = min(max(furthest, 1.1), 16.0)
    return LogNorm(1 / reach, reach)


def _key(figure: Figure, shades: ScalarMappable, axes: Any, **look: Any) -> None:
    ends = [float(end) for end in shades.get_clim() if isinstance(end, float)]
    ticks = [ends[0], 1.0, ends[-1]]
    bar = figure.colorbar(shades, ax=axes, label="times the uniform attention", **look)
    bar.set_ticks(ticks, labels=[f"{tick:.2f}" for tick in ticks])
    bar.minorticks_off()


def _frames(row: np.ndarray, frames: np.ndarray) -> None:
    height, width = frames.shape[1:3]
    for axes, frame in zip(row, frames, strict=True):
        axes.imshow(frame, extent=(0, width, height, 0), interpolation="none")
        style.bare(axes)
    row[0].set_ylabel("frame")


def _bars(
    row: np.ndarray, values: np.ndarray, highest: float, colour: str, *, uniform: float | None = None
) -> None:
    for axes, value in zip(row, values, strict=True):
        axes.bar([0], [value], width=0.7, color=colour)
        axes.set(xlim=(-0.6, 0.6), ylim=(-0.55 * highest, 1.05 * highest))
        if uniform is not None:
            axes.axhline(uniform, color="black", lw=0.9, ls="--")
        axes.text(0, -0.08 * highest, f"{value:.2f}", ha="center", va="top", fontsize=7)
        style.bare(axes)


def evenness(records: Sequence[Record]) -> str:
    """How far the weights of the frames are from uniform, in one sentence."""
    ratios = [float(r.weights[-1].max()) * r.weights.shape[1] for r in records]
    return (
        f"In the last step, the heaviest frame of a sequence weighs {np.median(ratios):.2f} times the "
        f"uniform weight (median of {len(ratios)} sequences; the largest is {max(ratios):.2f})."
    )


def agreement(records: Sequence[Record], visible: Sequence[np.ndarray]) -> str:
    """How weights (T,) and visible fractions (T,) go together within sequences, in one sentence.

    Sequences in which the person is equally visible throughout say nothing and are counted apart.
    """
    pairs = [(r.weights[-1], v) for r, v in zip(records, visible, strict=True)]
    varying = [(w, v) for w, v in pairs if np.ptp(v) > 0.1 and np.ptp(w) > 0]
    left_out = f"{len(pairs) - len(varying)} of {len(pairs)} sequences are left out, nothing changes in them"
    if not varying:
        return f"No correlation can be computed: {left_out}."
    values = [float(np.corrcoef(w, v)[0, 1]) for w, v in varying]
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return (
        f"Correlation of weight and visible fraction: {middle:+.2f} (median of {len(values)} sequences, "
        f"half of them between {low:+.2f} and {high:+.2f}; {left_out})."
    )
