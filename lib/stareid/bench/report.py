"""What each figure means, and all of them as a table."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from stareid.errors import InputError


class Meaning(NamedTuple):
    """What is divided by what, their unit, and what the project wants of the ratio."""

    above: str
    below: str
    unit: str
    least: float | None = None
    most: float | None = None


MEANINGS = {
    "loop_gemm": Meaning(
        "operations of the whole training loop, no attention", "a product of two matrices",
        "billion a second", least=0.85,
    ),
    "attention_overhead_hidden": Meaning(
        "training with `joint-hidden`, three filters", "training without attention", "s", most=1.15
    ),
    "attention_overhead_full": Meaning(
        "training with `joint-full`, three filters", "training without attention", "s", most=1.6
    ),
    "speedup_vs_pairwise": Meaning(
        "one pair a step, to the same rank-1", "many people a step", "s", least=10
    ),
    "evaluation_efficiency": Meaning(
        "evaluating people with all sixteen views", "the network alone", "frames a second", least=0.9
    ),
    "ranking": Meaning("a plain loop over probes, in MARS's size", "`rank_tracks`", "s", least=10),
    "two_jobs": Meaning(
        "two trainings at once over one", "two bare networks at once over one", "times", least=0.95
    ),
    "cell_overhead": Meaning("a run's notebook, kernel and imports", "a run of five minutes", "s", most=0.05),
}  # fmt: skip


def as_markdown(figures: Mapping[str, Any]) -> str:
    """The figures as a Markdown table, and a sentence of where they were measured. InputError for others."""
    lines = ["| | divided by | ratio | from … to | wanted | |", "|---|---|--:|---|---|---|"]
    try:
        for name, meaning in MEANINGS.items():
            one = figures[name]
            above = f"{meaning.above}: {number(one['numerator'])} {meaning.unit}"
            below = f"{meaning.below}: {number(one['denominator'])} {meaning.unit}"
            spread = f"{number(one['min'])} … {number(one['max'])}, n = {one['n']}"
            wanted, reached = verdict(one["median"], meaning)
            ratio = f"**{number(one['median'])}**"
            lines.append(f"| {above} | {below} | {ratio} | {spread} | {wanted} | {reached} |")
        return "\n".join([*lines, "", surroundings(figures)])
    except (KeyError, TypeError) as error:
        raise InputError(f"these are not the figures of `make bench`: {error!r} is missing.") from error


def verdict(median: float, meaning: Meaning) -> tuple[str, str]:
    """What is wanted of a figure, and whether it is there."""
    if meaning.least is not None:
        return f"≥ {number(meaning.least)}", "yes" if median >= meaning.least else "no"
    assert meaning.most is not None
    return f"≤ {number(meaning.most)}", "yes" if median <= meaning.most else "no"


def surroundings(figures: Mapping[str, Any]) -> str:
    """Data, machine and versions, memory, and how the time of an epoch grows with people."""
    machine, versions = figures["machine"], figures["versions"]
    said = [
        f"Measured on `{figures['dataset']}` with {machine['cores']} cores ({machine['name']}), "
        f"one thread to a process; Python {versions['python']}, PyTorch {versions['torch']}."
    ]
    strict = number(figures["loop_gemm_on_picture"]["median"])
    said.append(f"Without the taps that fall on padding, the first ratio is {strict}.")
    if figures.get("memory_gb") is not None:
        said.append(f"A training with `joint-full` held {figures['memory_gb']:.2f} GB of memory of its own.")
    crowds = ", ".join(
        f"{number(time)} with {people}" for people, time in figures["epoch_per_person"].items()
    )
    said.append(f"An epoch takes, per person and as a share of the first: {crowds} people.")
    return " ".join(said)


def number(value: float) -> str:
    """Three significant digits, plainly."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
