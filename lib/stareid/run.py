"""One run of a study: data -> network -> training -> evaluation -> result file."""

import os
import platform
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from stareid import data, evaluation, results, training
from stareid.data import Clips, Dataset, Split
from stareid.errors import InputError
from stareid.model import build
from stareid.paths import CHECKPOINTS, ROOT
from stareid.study import Cell, Study

THRESHOLD_PEOPLE = 50


def run(study: Study, cell: Cell, root: str | Path | None = None, device: str = "auto") -> dict[str, Any]:
    """The result of a cell: read if it is there, made, written and returned if not.

    `root` is the folder of the data set, where the study's reader needs one. A checkpoint is kept in
    `checkpoints/STUDY/`. Raises InputError before any training for what cannot be run.
    """
    file, config = study.result_file(cell), study.config(cell)
    if results.is_done(file, config):
        return results.read(file)
    where = choose_device(device)
    dataset = open_data(study, root)
    split = choose_split(study, dataset, cell.split)
    network_settings, settings = study.settings(cell.recipe)
    data.refuse_long_clips(dataset, split.train, settings.frames)
    flow = data.optical_flow(dataset) if network_settings.flow else None
    made = provenance(where)
    network, history = fit(study, cell, dataset, split, where, flow)
    threshold = {training.THRESHOLD: choose_threshold(network, dataset, split.train, study.protocol, flow)}
    training.save(network, build_arguments(study, cell, split) | threshold, checkpoint_file(study, cell))
    record = {
        **vars(cell),
        "study": study.name,
        "dataset": study.dataset.name,
        "protocol": study.protocol
        + (f", {study.held_out} held-out training people" if study.held_out else ""),
        "steps": network_settings.steps,
        "flow": network_settings.flow,
        "config": config,
        "fingerprint": results.fingerprint(config | vars(cell), dataset.fingerprint),
        "status": "collapsed" if history.collapsed else "done",
        **rank(network, dataset, split.test, study.protocol, flow),
        "loss": [round(loss, 4) for loss in history.loss],
        "parameters": sum(p.numel() for p in network.parameters()),
        "train_seconds": round(history.seconds, 1),
        "frames_per_second": round(history.frames / history.seconds, 1),
        **made,
    }
    results.write(record, file)
    return record


def build_arguments(study: Study, cell: Cell, split: Split) -> dict[str, Any]:
    """The arguments of `build` for the network of a cell."""
    settings, _ = study.settings(cell.recipe)
    return {
        **{key: getattr(cell, key) for key in ("method", "filters", "reading")},
        **{key: getattr(settings, key) for key in ("steps", "rescale", "dropout")},
        "people": len(split.train),
    } | ({"channels": 5} if settings.flow else {})


def fresh(study: Study, cell: Cell, split: Split, device: torch.device) -> nn.Module:
    """The network of a cell before training."""
    torch.manual_seed(training.stream_seed(cell.seed, cell.split, "weights"))
    return build(**build_arguments(study, cell, split)).to(device)


def fit(
    study: Study, cell: Cell, dataset: Dataset, split: Split, device: torch.device, flow: np.ndarray | None
) -> tuple[nn.Module, training.History]:
    """The network of a cell, trained on the training people of `split` as `dataset` has them."""
    network, clips = fresh(study, cell, split, device), Clips(dataset, split.train, device, flow=flow)
    batches = training.generator(cell.seed, cell.split, "batches")
    return network, training.train(network, clips, study.settings(cell.recipe)[1], batches)


def missing(
    study: Study, cells: Sequence[Cell], root: str | Path | None = None, device: str = "auto"
) -> list[Cell]:
    """Those of `cells` that have no result, after refusing whatever would stop one of them from being made.

    Raises InputError for a result of other settings, a device, a folder or a split that is not there, and
    for clips longer than a sequence. Opening the data also makes its store, once, before runs share it.
    """
    left = [cell for cell in cells if not results.is_done(study.result_file(cell), study.config(cell))]
    if left:
        choose_device(device)
        dataset = open_data(study, root)
    for number, recipe in sorted({(cell.split, cell.recipe) for cell in left}):
        people = choose_split(study, dataset, number).train
        network_settings, settings = study.settings(recipe)
        data.refuse_long_clips(dataset, people, settings.frames)
        if network_settings.flow:
            data.refuse_gaps(dataset)
    return left


def trained(study: Study, cell: Cell, root: str | Path | None = None, device: str = "auto") -> nn.Module:
    """The network of a cell as trained: from its checkpoint, or from a run when the cell has no result yet.

    Raises InputError when there is a result without weights: results travel with the project, weights do not.
    """
    result, weights = study.result_file(cell), checkpoint_file(study, cell)
    if results.is_done(result, study.config(cell)) and not weights.is_file():
        raise InputError(
            f"{result} has no weights here ({weights} is not there): copy them and their .json from where "
            "the run was made, or move the result away and run the cell again."
        )
    run(study, cell, root, device)
    return training.restore(weights).to(choose_device(device))


def rank(
    network: nn.Module,
    dataset: Dataset,
    people: Sequence[str],
    protocol: str,
    flow: np.ndarray | None = None,
) -> dict[str, Any]:
    """CMC, mAP and the rank of every probe's match, under a protocol; `flow` for networks that want it."""
    pairs = zip(dataset.select(people, 1), dataset.select(people, 2), strict=True)
    distance = measure(network, dataset, list(pairs), protocol, flow)
    ranks = evaluation.true_match_ranks(distance, people, people)
    return {
        "cmc": {str(r): round(share, 4) for r, share in evaluation.cmc_of_ranks(ranks).items()},
        "map": round(evaluation.mean_average_precision(distance, people, people), 4),
        "ranks": ranks.tolist(),
    }


def choose_threshold(
    network: nn.Module, dataset: Dataset, people: Sequence[str], protocol: str, flow: np.ndarray | None = None
) -> dict[str, Any]:
    """The distance between `same` and `different` for `python -m stareid match`, and how it was set.

    It is that of equal errors among the first 50 of the training people that two cameras saw. The network was
    trained on these people and tells them apart better than strangers, so the threshold is too low for those:
    of 50 held-out people of mars300 (study mars300_recipe, split 0, dropout3) 42 % of the true pairs were
    called different and 0.7 % of the false ones the same. Empty without two such people.
    """
    seen = data.tracks(dataset, people)
    pairs = {p: (own[0], own[-1]) for p, own in seen.items() if own[0].camera != own[-1].camera}
    chosen = list(pairs)[:THRESHOLD_PEOPLE]
    if len(chosen) < 2:
        return {}
    distance = measure(network, dataset, [pairs[person] for person in chosen], protocol, flow)
    value = evaluation.equal_error_threshold(distance, chosen, chosen)
    return {"distance": value, "protocol": protocol, "training_people": len(chosen)}


def measure(
    network: nn.Module,
    dataset: Dataset,
    pairs: Sequence[tuple[data.Sequence, data.Sequence]],
    protocol: str,
    flow: np.ndarray | None,
) -> np.ndarray:
    """Distances (P, P) between the first and the second sequences of all pairs, under a protocol."""
    named = evaluation.PROTOCOLS[protocol]
    probes = [named.probe(data.channels(dataset, probe, flow)) for probe, _ in pairs]
    gallery = [named.gallery(data.channels(dataset, match, flow)) for _, match in pairs]
    embeddings = evaluation.embed(network, probes + gallery, named)
    return evaluation.euclidean(embeddings[: len(probes)], embeddings[len(probes) :]).cpu().numpy()


def open_data(study: Study, root: str | Path | None = None) -> Dataset:
    """The data set of a study; InputError when `root` does not hold it."""
    reader = study.dataset.reader
    if root is None and reader != "walkers":
        root = data.data_folder(study.dataset.name)
    return data.load(reader, root, **study.dataset.options)


def choose_split(study: Study, dataset: Dataset, number: int) -> Split:
    """Split `number`; with `held_out`, the last of its training people stand in for the test people."""
    if number >= len(dataset.splits):
        raise InputError(
            f"split is {number}: data set {study.dataset.name!r} has {len(dataset.splits)} splits"
            + ("." if dataset.splits else f" ({' '.join(dataset.notes)})")
        )
    split = dataset.splits[number]
    if not study.held_out:
        return split
    if study.held_out > len(split.train) - 2:
        raise InputError(
            f"held_out is {study.held_out}: only {len(split.train)} people are there to train on."
        )
    return Split(train=split.train[: -study.held_out], test=split.train[-study.held_out :])


def checkpoint_file(study: Study, cell: Cell) -> Path:
    """Where the weights of a run are kept."""
    return CHECKPOINTS / study.name / f"{cell.name}.safetensors"


def choose_device(device: str) -> torch.device:
    """`auto` is a GPU where there is one; InputError for a device that is not there."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"device is {device!r}, which is not to be had here: use auto or cpu.") from error
    return chosen


@cache
def _commit() -> str:
    """The commit that the code stands at, with a + when files differ from it; empty outside a checkout."""
    try:
        git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=12"]
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def provenance(device: torch.device) -> dict[str, Any]:
    """On what machine, with which versions and from which commit a result was made."""
    name = (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else platform.processor() or platform.machine()
    )
    return {
        "machine": {
            "device": device.type,
            "name": name,
            "cores": os.cpu_count(),
            "threads": torch.get_num_threads(),
        },
        "versions": {"python": platform.python_version()}
        | {p: version(p) for p in ("stareid", "torch", "numpy")},
        "commit": _commit(),
    }
