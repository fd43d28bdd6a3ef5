"""Whole processes: two trainings at once, what a notebook costs beside its run, and memory."""

import json
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import torch

from stareid.bench.ratio import ratio
from stareid.bench.scale import Scale
from stareid.bench.steps import SIZE, epochs, loop, small
from stareid.data import Clips
from stareid.paths import CHECKPOINTS, NOTEBOOKS, RESULTS
from stareid.run import open_data
from stareid.study import load_study
from stareid.training.memory import keep_memory

Frames = tuple[str, str | Path | None]  # a study, and the folder of its data: each process opens the store

PATIENCE = 300.0  # seconds that a process waits for the other to be ready
CELL = 300.0  # seconds that a cell of a sweep takes as a whole
SHORT = "smoke+epochs=1"  # what a notebook costs beside its run does not depend on the run


def two_jobs(frames: Frames, scale: Scale) -> dict[str, Any]:
    """What two trainings at once reach over one, over what two bare networks at once reach over one."""
    ratios: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(scale.repeats):
        for bare, found in ratios.items():
            (one,) = side_by_side(1, frames, scale, bare)
            found.append(sum(side_by_side(2, frames, scale, bare)) / one)
    return ratio(ratios[False], ratios[True])


def side_by_side(count: int, frames: Frames, scale: Scale, bare: bool) -> list[float]:
    """Frames a second of each of `count` processes of one thread that compute at the same time."""
    barrier = multiprocessing.get_context("spawn").Barrier(count)
    return answers_of(count, work, frames, scale, bare, barrier)


def answers_of(count: int, target: Callable[..., None], *arguments: Any) -> list[Any]:
    """What each of `count` processes puts into the queue, its last argument; all of them have to end well."""
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    workers = [context.Process(target=target, args=(*arguments, answers)) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise RuntimeError(f"a process of the benchmark ended with status {worker.exitcode}.")
    return [answers.get() for _ in workers]


def work(frames: Frames, scale: Scale, bare: bool, barrier: Barrier, answers: Any) -> None:
    """Train for `scale.seconds`, or only pass the network forwards and backwards; answer frames a second."""
    clips = opened(frames)
    people = len(clips.people)
    network, settings = small(people), epochs(scale, people)
    if bare:
        keep_memory()
        network.train().to(memory_format=torch.channels_last)
        drawn = torch.rand(2 * scale.people, scale.frames, 3, *SIZE)

        def once() -> int:
            network.zero_grad()
            network(drawn)[1]["logits"].sum().backward()
            return 2 * scale.people * scale.frames
    else:
        train = loop(network, clips, settings)

        def once() -> int:
            return train().frames

    once()
    barrier.wait(PATIENCE)
    began, seen = time.perf_counter(), 0
    while time.perf_counter() - began < scale.seconds:
        seen += once()
    answers.put(seen / (time.perf_counter() - began))


def opened(frames: Frames) -> Clips:
    """The clips of the first split's training people, on one thread."""
    torch.set_num_threads(1)
    study, root = frames
    dataset = open_data(load_study(study), root)
    return Clips(dataset, dataset.splits[0].train)


def cell_overhead(scale: Scale) -> dict[str, Any]:
    """The seconds of a cell of a sweep that are not its run, over a cell of five minutes."""
    beside = [executed() for _ in range(scale.repeats)]
    return ratio(beside, [CELL] * scale.repeats)


def executed() -> float:
    """Seconds that papermill takes for the notebook `train`, without the one cell that does the run."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out.ipynb"
        command = [
            str(Path(sys.executable).with_name("papermill")),
            str(NOTEBOOKS / "train.ipynb"),
            str(output),
        ]
        began = time.perf_counter()
        subprocess.run([*command, "-p", "study", SHORT, "--no-progress-bar"], check=True, capture_output=True)
        spent = time.perf_counter() - began
        cells = json.loads(output.read_text())["cells"]
    for made in (RESULTS / SHORT, CHECKPOINTS / SHORT):
        shutil.rmtree(made, ignore_errors=True)
    (run,) = [cell for cell in cells if "result = run(" in "".join(cell["source"])]
    return spent - run["metadata"]["papermill"]["duration"]


def memory(frames: Frames, scale: Scale) -> float | None:
    """The most memory of its own, in GB, that a training takes; the mapped store is not counted.

    None where the system does not tell (it is Linux that does). A training keeps what it once had, so that
    what it holds in the end is the most that it held.
    """
    return answers_of(1, hold, frames, scale)[0]


def hold(frames: Frames, scale: Scale, answers: Any) -> None:
    """Train with attention, the reading that needs most, and answer the anonymous memory in GB."""
    clips = opened(frames)
    people = len(clips.people)
    loop(small(people, "joint-full", 3), clips, epochs(scale, people))()
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    held = [int(line.split()[1]) for line in lines if line.startswith("RssAnon")]
    answers.put(held[0] * 1024 / 1e9 if held else None)
