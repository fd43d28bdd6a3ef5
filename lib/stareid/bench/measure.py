"""All figures of the benchmark, one after the other, into one file."""

import sys
from pathlib import Path
from typing import Any

import torch

from stareid import results
from stareid.bench import finding, processes, steps
from stareid.bench.scale import Scale
from stareid.data import Clips, Dataset
from stareid.errors import InputError
from stareid.provenance import provenance
from stareid.run import open_data
from stareid.study import load_study

RACE, GOAL = "race", 30.0  # the study of the two recipes, and the rank-1 that both have to reach
FULL = Scale()
REAL, DRAWN = "mars300", "walkers"  # the studies whose data are measured on, with a folder and without


def bench(root: str | Path | None, scale: Scale = FULL) -> dict[str, Any]:
    """Measure everything on the data in `root` (an iLIDS-VID tree) or, without any, on drawn walkers.

    All on the CPU, with one thread on both sides of every ratio. Raises InputError for data that cannot be
    read or has no splits, and when the study `race` has no run that reached its goal.
    """
    torch.set_num_threads(1)
    frames = (REAL if root else DRAWN, root)
    study = load_study(frames[0])
    pairs, batches = frames_to_goal()
    made = provenance(torch.device("cpu"))
    dataset = open_data(study, root)
    if not dataset.splits:
        raise InputError(f"data set {dataset.name!r} has no splits ({' '.join(dataset.notes)})")
    split = dataset.splits[0]
    clips = Clips(dataset, split.train)
    found: dict[str, Any] = {}

    def note(**figures: Any) -> None:
        found.update(figures)
        print("\n".join(line(name, figure) for name, figure in figures.items()), file=sys.stderr, flush=True)

    note(**steps.loop_gemm(clips, scale))
    note(**steps.overheads(clips, scale))
    note(speedup_vs_pairwise=steps.speedup(dataset, clips, scale, pairs, batches))
    network = steps.small(len(split.train)).to(memory_format=torch.channels_last)
    note(evaluation_efficiency=finding.efficiency(network, dataset, split.test, scale))
    note(ranking=finding.ranking(scale))
    note(two_jobs=processes.two_jobs(frames, scale))
    note(cell_overhead=processes.cell_overhead(scale))
    note(memory_gb=processes.memory(frames, scale))
    note(epoch_per_person=steps.crowds(dataset, people_of(dataset), scale))
    return found | {"dataset": study.dataset.name, "scale": vars(scale)} | made


def people_of(dataset: Dataset) -> tuple[str, ...]:
    """Everybody, in the order of the sequences."""
    return tuple(dict.fromkeys(sequence.person for sequence in dataset.sequences))


def frames_to_goal() -> tuple[float, float]:
    """The frames that the recipes in pairs and in batches have seen in the shortest run that got there."""
    records = results.read_all(load_study(RACE).folder)
    seen = []
    for recipe in ("mclaughlin2016", "batched"):
        there = [
            record["train_seconds"] * record["frames_per_second"]
            for record in records
            if record["recipe"].startswith(f"{recipe}-") and record["cmc"]["1"] >= GOAL
        ]
        if not there:
            raise InputError(f"no run of {recipe} in the study {RACE!r} reached a rank-1 of {GOAL:.0f} %.")
        seen.append(min(there))
    return seen[0], seen[1]


def line(name: str, figure: Any) -> str:
    """A figure as a line of text."""
    if not isinstance(figure, dict) or "median" not in figure:
        return f"{name:28}{figure}"
    return "{:28}{median:<8} {min} to {max}, n = {n}: {numerator} / {denominator}".format(name, **figure)
