"""One look for all figures: sizes for a 700 pixel column, colours for colour-blind readers too."""

import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 5.6  # inches: 538 pixels of an SVG, still readable when a phone shrinks it
WIDE = 7.2  # for strips of frames

# Okabe and Ito's palette, in the order of use.
OURS, PAPER, TRUTH, FOURTH, FIFTH = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
SERIES = (OURS, PAPER, TRUTH, FOURTH, FIFTH, "#56B4E9", "#7A7A00", "#444444")
QUIET = "#8A8A8A"  # for what is only there to compare with
HEAT = "RdBu_r"  # below and above the uniform attention

RULES = {
    "figure.facecolor": "white",
    "figure.dpi": 200,  # of what is drawn as pixels inside an SVG
    "axes.titlesize": "medium",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "grid.color": "#E4E4E4",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "font.size": 10,
    "svg.hashsalt": "stareid",
}


def use() -> None:
    """Set the theme; in a notebook, show every returned figure as one SVG that is the same on every run."""
    seaborn.set_theme(style="whitegrid", palette=list(SERIES), rc=RULES, font_scale=0.9)
    try:
        from IPython import get_ipython
        from IPython.core.pylabtools import select_figure_formats
    except ImportError:
        return
    if shell := get_ipython():
        select_figure_formats(shell, {"svg"}, bbox_inches=None, metadata={"Date": None})


def figure(width: float = WIDTH, height: float = 3.4) -> Figure:
    """An empty figure outside pyplot's list: shown when it is returned, gone when it is not."""
    return Figure(figsize=(width, height), layout="constrained")


def bare(axes: Axes) -> None:
    """Leave nothing of the axes but what is drawn in them."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
