"""The still picture that stands in for the explorer where scripts are off, and on paper."""

from io import BytesIO

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from PIL import Image

from stareid.figures import style
from stareid.figures.attention import OPACITY
from stareid.figures.explorer import packing
from stareid.figures.explorer.packing import Album

SHOWN = 8  # frames
LEAST, MOST = 1.002, 16.0  # times uniform that the colours reach to, as in pictures.js
DPI = 110


def still(album: Album) -> dict[str, str]:
    """What the explorer shows first, as a picture with a text: `src` and `alt`."""
    networks = album["networks"]
    look = max(album["looks"], key=lambda one: (-one["sequence"], networks[one["network"]]["filters"] == 3))
    sequence, network = album["sequences"][look["sequence"]], networks[look["network"]]
    frames = packing.frames(album, look["sequence"])
    across, down = album["edges"]["across"], album["edges"]["down"]
    times = packing.unpack(look, len(frames), (len(down) - 1, len(across) - 1))[-1]  # (T, H', W'), last step
    rows = np.unique(np.linspace(0, len(frames) - 1, min(SHOWN, len(frames))).round().astype(int))
    figure = draw(frames[rows], times[rows], np.array(across), np.array(down))
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    filters = f"{network['filters']} filters" if "name" not in network else "one network"
    alt = (
        f"{len(rows)} frames of {sequence['person']} in camera {sequence['camera']}; below them the same "
        f"frames under the attention map of the last refinement step ({network['reading']}, {filters}), and "
        f"their weights, from {times.mean((1, 2)).min():.2f} to {times.mean((1, 2)).max():.2f} times uniform."
    )
    return {"src": packing.picture(np.array(Image.open(file).convert("RGB"))), "alt": alt}


def draw(frames: np.ndarray, times: np.ndarray, across: np.ndarray, down: np.ndarray) -> Figure:
    """Frames (T, H, W, 3), the same under maps (T, H', W') in multiples of uniform, and weights as bars."""
    figure = style.figure(style.WIDE, 4.6)
    grid = figure.subplots(3, len(frames), squeeze=False, height_ratios=[2, 2, 0.7])
    height, width = frames.shape[1:3]
    reach = min(max(float(np.exp(np.abs(np.log(np.maximum(times, 1e-9))).max())), LEAST), MOST)
    scale, weights = LogNorm(1 / reach, reach), times.mean((1, 2))
    for t, (plain, seen, bar) in enumerate(grid.T):
        plain.imshow(frames[t], extent=(0, width, height, 0))
        seen.imshow(frames[t].mean(-1), cmap="gray", vmin=0, vmax=255, extent=(0, width, height, 0))
        seen.pcolormesh(across, down, times[t], cmap=style.HEAT, norm=scale, alpha=OPACITY, lw=0)
        bar.bar([0], [weights[t]], width=0.7, color=style.OURS)
        bar.axhline(1, color="black", lw=0.9, ls="--")
        bar.set(xlim=(-0.6, 0.6), ylim=(0, 1.3 * max(weights.max(), 1)))
        bar.set_xlabel(f"{weights[t]:.2f}", fontsize="small")
        for axes in (plain, seen):
            axes.set(xlim=(0, width), ylim=(height, 0))
        for axes in (plain, seen, bar):
            style.bare(axes)
    for axes, label in zip(grid[:, 0], ("frame", "attention", "weight"), strict=True):
        axes.set_ylabel(label)
    ends, digits = [1 / reach, 1.0, reach], 3 if reach < 1.1 else 2
    key = figure.colorbar(ScalarMappable(scale, style.HEAT), ax=grid, label="times uniform", aspect=40)
    key.set_ticks(ends, labels=[f"{tick:.{digits}f}" for tick in ends])
    key.minorticks_off()
    return figure
