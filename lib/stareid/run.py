"""One run of a study: data -> network -> training -> evaluation -> result file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stareid import data, pretrained, results, training
from stareid.data import Clips, Dataset, Split
from stareid.errors import InputError
from stareid.model import build
from stareid.paths import CHECKPOINTS
from stareid.provenance import provenance
from stareid.ranks import choose_threshold, fit_metric, rank
from stareid.study import Cell, NetworkSettings, Study

PRETRAINED = "modern"  # the method that begins with other weights than random ones


def run(study: Study, cell: Cell, root: str | Path | None = None, device: str = "auto") -> dict[str, Any]:
    """The result of a cell: read if it is there, made, written and returned if not.

    `root` is the folder of the data set, where the study's reader needs one. A checkpoint is kept in
    `checkpoints/STUDY/`. Raises InputError before any training for what cannot be run.
    """
    file = study.result_file(cell)
    if results.is_done(file, study.config(cell)):
        return results.read(file)
    record = make(study, cell, open_data(study, root), device, keep=checkpoint_file(study, cell))
    results.write(record, file)
    return record


def make(
    study: Study, cell: Cell, dataset: Dataset, device: str = "auto", keep: Path | None = None
) -> dict[str, Any]:
    """The result of a cell, made anew whatever is there and written nowhere; the checkpoint is, into `keep`.

    Raises InputError before any training for what cannot be run.
    """
    where = choose_device(device)
    split = choose_split(study, dataset, cell.split)
    network_settings, settings = study.settings(cell.method, cell.recipe, cell.reading)
    refuse(dataset, split.train, cell.method, network_settings, settings)
    flow = data.optical_flow(dataset) if network_settings.flow else None
    made = provenance(where)
    begin = first_weights(cell.method, network_settings)
    network, history = fit(study, cell, dataset, split, where, flow)
    if keep:
        threshold = choose_threshold(network, dataset, split.train, study.protocol, flow)
        arguments = build_arguments(study, cell, split) | {training.THRESHOLD: threshold}
        training.save(network, arguments, keep)
    metric = network_settings.metric if network_settings.metric != "own" else own_metric(network)
    compare = fit_metric(metric, network, dataset, split.train, study.protocol, flow)
    return {
        **vars(cell),
        "study": study.name,
        "dataset": study.dataset.name,
        "protocol": study.protocol
        + (f", {study.held_out} held-out training people" if study.held_out else ""),
        "steps": network_settings.steps,
        "flow": network_settings.flow,
        "metric": metric,
        "config": study.config(cell),
        "fingerprint": fingerprint(study, cell, dataset),
        "status": "collapsed" if history.collapsed else "done",
        **rank(network, dataset, split.test, study.protocol, flow, compare),
        "epochs": settings.epochs,
        "loss": [round(loss, 4) for loss in history.loss],
        "parameters": sum(p.numel() for p in network.parameters()),
        "train_seconds": round(history.seconds, 1),
        "frames_per_second": round(history.frames_per_second, 1),
        **({"weights": pretrained.digest(begin)} if begin else {}),
        **made,
    }


def fingerprint(study: Study, cell: Cell, dataset: Dataset) -> str:
    """Equal for runs that must give the same result: of the settings, the cell and the frames."""
    return results.fingerprint(study.config(cell) | vars(cell), dataset.fingerprint)


def own_metric(network: nn.Module) -> str:
    """The metric that a method's source compares its embeddings with."""
    return getattr(network, "metric", "euclidean")


def first_weights(method: str, settings: NetworkSettings) -> Mapping[str, Tensor] | None:
    """The weights that a network begins with, where they are not all drawn at random."""
    return pretrained.load(settings.weights) if method == PRETRAINED and settings.weights else None


def build_arguments(study: Study, cell: Cell, split: Split) -> dict[str, Any]:
    """The arguments of `build` for the network of a cell, but for the weights."""
    settings, _ = study.settings(cell.method, cell.recipe, cell.reading)
    return (
        {
            **{key: getattr(cell, key) for key in ("method", "filters", "reading")},
            **{key: getattr(settings, key) for key in ("steps", "rescale", "dropout", "drawn")},
            "people": len(split.train),
        }
        | ({"channels": 5} if settings.flow else {})
        | ({"size": settings.size} if cell.method == PRETRAINED else {})
    )


def fresh(study: Study, cell: Cell, split: Split, device: torch.device) -> nn.Module:
    """The network of a cell before training."""
    settings, _ = study.settings(cell.method, cell.recipe, cell.reading)
    weights = first_weights(cell.method, settings)
    torch.manual_seed(training.stream_seed(cell.seed, cell.split, "weights"))
    return build(**build_arguments(study, cell, split), weights=weights).to(device)


def fit(
    study: Study, cell: Cell, dataset: Dataset, split: Split, device: torch.device, flow: np.ndarray | None
) -> tuple[nn.Module, training.History]:
    """The network of a cell, trained on the training people of `split` as `dataset` has them."""
    network = fresh(study, cell, split, device)
    preparation = getattr(network, "preparation", "mclaughlin")
    clips = Clips(dataset, split.train, device, flow=flow, preparation=preparation)
    batches = training.generator(cell.seed, cell.split, "batches")
    return network, training.train(
        network, clips, study.settings(cell.method, cell.recipe, cell.reading)[1], batches
    )


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
    told_apart = {(cell.split, cell.method, cell.recipe, cell.reading) for cell in left}
    for number, method, recipe, reading in sorted(told_apart):
        people = choose_split(study, dataset, number).train
        refuse(dataset, people, method, *study.settings(method, recipe, reading))
    return left


def refuse(
    dataset: Dataset,
    people: Sequence[str],
    method: str,
    network: NetworkSettings,
    settings: training.Training | training.Pairwise,
) -> None:
    """InputError for what cannot be trained on these people with these settings."""
    if isinstance(settings, training.Training):  # pairs are cut to the shorter sequence
        data.refuse_long_clips(dataset, people, settings.frames)
    if network.flow:
        data.refuse_gaps(dataset)
    first_weights(method, network)


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
