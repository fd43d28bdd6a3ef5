"""The evidence in pictures and sentences: trained networks beside untrained and wrongly trained ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stareid.figures import style
from stareid.results import evidence
from stareid.results.evidence import FIGURES, Interval, text

Records = Sequence[Mapping[str, Any]]
LOOKS = {
    "trained": (style.OURS, "o", "trained"),
    "random": (style.QUIET, "s", "before training"),
    "shuffled": (style.PAPER, "D", "trained on shuffled people"),
}
AGAINST = ("random", "shuffled")
WHERE = ("person_ratio", "occluder_ratio", "pointing_gain")
WHEN = ("visibility_correlation", "frame_peak", "frame_entropy", "map_entropy")
NOT_MEASURED = "None of this is measured here; the first lines of this page say what is left out, and why."
KEPT = {
    "most": (style.OURS, "o", "least attended first"),
    "random": (style.QUIET, "s", "in random order"),
    "least": (style.PAPER, "D", "most attended first"),
}
# What is said when the interval lies on the side of attention, on neither, or against it.
SAID = {
    "person_ratio": (
        "Attention lies on the person more than its area would explain",
        "Attention lies on the person no more than its area would explain",
        "Attention avoids the person: it lies there less than the area would explain",
    ),
    "occluder_ratio": (
        "Attention avoids what hides the person",
        "What hides the person gets as much attention as its area would explain",
        "Attention is drawn to what hides the person",
    ),
    "pointing_gain": (
        "The strongest place of a frame lies on the person more often than chance",
        "The strongest place of a frame lies on the person no more often than chance",
        "The strongest place of a frame lies on the person less often than chance",
    ),
    "visibility_correlation": (
        "Frames in which more of the person is visible get more weight",
        "The weight of a frame does not follow how much of the person is visible",
        "Frames in which more of the person is visible get less weight",
    ),
    "frame_entropy": (
        "The weights of frames are not uniform",
        "The weights of frames are uniform or nearly so",
        "The weights of frames are uniform",
    ),
    "map_entropy": (
        "The map as a whole is not uniform",
        "The map as a whole is uniform or nearly so",
        "The map as a whole is uniform",
    ),
    "frame_peak": (
        "The heaviest frame stands out",
        "The heaviest frame hardly stands out",
        "The heaviest frame does not stand out",
    ),
    "deletion": (
        "Without the most attended {part}, people are found less often than without random ones",
        "Removing the most attended {part} does no more harm than removing random ones",
        "Without the most attended {part}, people are found more often than without random ones",
    ),
    "insertion": (
        "By the most attended {part} alone, people are found more often than by random ones",
        "The most attended {part} alone tell no more than random ones",
        "By the most attended {part} alone, people are found less often than by random ones",
    ),
}
BESIDE = {  # trained minus control, the same way
    1: "speaks more for attention than",
    0: "cannot be told from what it is",
    -1: "speaks less for attention than",
}


def measured(records: Records, names: Sequence[str]) -> list[str]:
    """Those of `names` that trained networks have a value of: several need to know who is where."""
    return [name for name in names if evidence.pooled(records, name).runs]


def levels(records: Records, name: str) -> Figure:
    """One figure by number of filters: a panel a reading, trained beside both controls, with intervals."""
    found = evidence.levels(records, name)
    readings = sorted({reading for _, reading, _ in found}) or [""]
    figure = style.figure(style.WIDTH, 3.1)
    panels = figure.subplots(1, len(readings), sharey=True, squeeze=False)[0]
    for axes, reading in zip(panels, readings, strict=True):
        for shift, (control, look) in zip((-0.22, 0, 0.22), LOOKS.items(), strict=True):
            own = {n: value for (c, r, n), value in found.items() if (c, r) == (control, reading)}
            _points(axes, [n + shift for n in own], list(own.values()), look)
        axes.axhline(FIGURES[name].nothing, color="black", lw=0.9, ls="--")
        axes.set(title=reading, xlabel="number of filters", xticks=range(1, 5), xlim=(0.5, 4.5))
    panels[0].set_ylabel(FIGURES[name].label, fontsize="small")
    return _finished(figure, panels[0], bool(found))


def removal(records: Records, part: str, measure: str = "rank1") -> Figure:
    """What is still found when parts of the probes are removed: a panel a reading, a line for each order."""
    table = evidence.curves(records, part, measure)
    readings = sorted(set(table["reading"])) or [""]
    figure = style.figure(style.WIDTH, 3.1)
    panels = figure.subplots(1, len(readings), sharey=True, squeeze=False)[0]
    for axes, reading in zip(panels, readings, strict=True):
        for shift, (order, look) in zip((-0.012, 0, 0.012), KEPT.items(), strict=True):
            own = table[(table["reading"] == reading) & (table["order"] == order)]
            runs = own.groupby(["removed", *evidence.REPEAT])["value"].mean()
            found = {x: evidence.interval(runs.loc[[x]]) for x in sorted(set(own["removed"]))}
            _points(axes, [x + shift for x in found], list(found.values()), look, line="-")
        axes.set(title=reading, xlabel=f"share of {part} removed", xticks=[0, 0.25, 0.5, 0.75])
    panels[0].set_ylabel({"rank1": "rank-1 (%)", "map": "mean average precision (%)"}[measure])
    return _finished(figure, panels[0], not table.empty)


def sanity(records: Records) -> Figure:
    """Every figure, trained minus each control, averaged over readings and filters.

    Signs are turned so that what lies right of 0 speaks for attention.
    """
    found = {name: [evidence.pooled(records, name, control) for control in AGAINST] for name in FIGURES}
    shown = [name for name in FIGURES if any(one.runs for one in found[name])]
    figure = style.figure(style.WIDTH, 1.2 + 0.62 * max(len(shown), 1))
    panels = figure.subplots(max(len(shown), 1), 1, squeeze=False)[:, 0]
    for axes, name in zip(panels, shown, strict=False):
        for row, (control, one) in enumerate(zip(AGAINST, found[name], strict=True)):
            if not one.runs:
                continue
            colour, marker, label = LOOKS[control]
            reach = [one.mean - one.low] if one.over else None
            look: dict[str, Any] = {
                "color": colour,
                "marker": marker,
                "capsize": 3,
                "label": f"minus {label}",
            }
            axes.errorbar([FIGURES[name].sign * one.mean], [row], xerr=reach, **look)
        axes.axvline(0, color="black", lw=0.9, ls="--")
        furthest = max(map(abs, axes.get_xlim()))
        axes.set(xlim=(-furthest, furthest), ylim=(1.6, -0.6), yticks=[])
        axes.set_title(FIGURES[name].label, fontsize="small", pad=2)
        axes.tick_params(labelsize="x-small", pad=0)
    panels[-1].set_xlabel("trained minus control: right of the line speaks for attention", fontsize="small")
    return _finished(figure, panels[0], bool(shown))


def _points(
    axes: Axes, places: list[float], found: list[Interval], look: tuple[str, str, str], line: str = "none"
) -> None:
    colour, marker, label = look
    middle = [one.mean for one in found]
    reach = [one.high - one.mean if one.over else 0.0 for one in found]
    if places:
        axes.errorbar(
            places,
            middle,
            reach,
            color=colour,
            marker=marker,
            ms=5,
            ls=line,
            lw=1.4,
            capsize=2.5,
            label=label,
        )


def _finished(figure: Figure, axes: Axes, drawn: bool) -> Figure:
    """The figure with its legend below, or with a word that there is nothing yet."""
    if drawn:
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize="small")
    else:
        axes.text(0.5, 0.5, "not measured yet", transform=axes.transAxes, ha="center", color=style.QUIET)
    return figure


def verdict(records: Records, name: str) -> str:
    """One sentence: what the figure of the trained networks says, and whether the controls say the same."""
    kind, found = FIGURES[name], evidence.pooled(records, name)
    if not found.runs:
        return f"Not measured: {kind.label}."
    if not found.over:
        return f"Nothing can be said yet of {kind.label}: an interval needs at least two seeds or splits."
    part, _, rest = name.partition("_")
    ways = SAID[name if name in SAID else rest.partition("_")[0]]
    said = ways[1 - kind.sign * found.beyond(kind.nothing, kind.margin)].format(part=part)
    against = [_against(records, name, control) for control in AGAINST]
    value = f"{text(found)} {kind.unit}".strip()
    return f"{said}: {value}, where {kind.nothing:g} says nothing; it {' and it '.join(against)}."


def _against(records: Records, name: str, control: str) -> str:
    found, kind = evidence.pooled(records, name, control), FIGURES[name]
    other = {"random": "before training", "shuffled": "when trained on shuffled people"}[control]
    if not found.over:
        return f"was not compared with what it is {other}"
    return f"{BESIDE[kind.sign * found.beyond(0)]} {other} ({text(found, True)})"


def progress(records: Records, names: Sequence[str], study: str) -> str:
    """How much of the evidence is there, on how many people, and the command that makes the rest."""
    left = evidence.missing(records, names)
    people = sorted({record["people"] for record in records})
    said = [f"{len(names) - len(left)} of {len(names)} files of evidence are there"]
    said += [f"test people: {', '.join(map(str, people))}"] if people else []
    said += sorted(
        {f"left out: {reason}" for record in evidence.learnt(records) for reason in record["left_out"]}
    )
    collapsed = [record["control"] for record in records if record["status"] == "collapsed"]
    said += [
        f"left out: {collapsed.count(control)} {LOOKS[control][2]}, whose training collapsed"
        for control in LOOKS
        if control in collapsed
    ]
    if left:
        said.append(f"{len(left)} are missing; this makes them: python -m stareid evidence {study}")
    return "\n".join(said)
