"""The evidence for one trained network, and the same figures for two controls that should do worse.

A control keeps everything but what is in question (Adebayo et al. 2018, "Sanity checks for saliency maps"):

`trained`   the network of the run.
`random`    the same network before any training. The scores' kernel V_a, which starts at zero and would
            make every map uniform, is drawn as PyTorch draws the kernels of convolutions.
`shuffled`  the same training, with people who do not exist: the sequences of camera 2 are dealt anew to the
            training people along one random cycle, so that nobody keeps their own. The network still learns
            to tell sequences apart, but the numbers no longer say who is the same person.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from stareid import data, results
from stareid.data import Dataset, Split
from stareid.errors import InputError
from stareid.evaluation import PROTOCOLS, evidence
from stareid.evaluation.evidence import CONTROLS
from stareid.model.attention import AttentionBranch
from stareid.provenance import provenance
from stareid.run import choose_device, choose_split, fit, fresh, open_data, trained
from stareid.study import Cell, Study


def evidence_file(study: Study, cell: Cell, control: str) -> Path:
    """The result file of a cell's evidence under a control."""
    return study.folder / f"{cell.name}_{control}.json"


def evidence_config(study: Study, cell: Cell, control: str) -> dict[str, Any]:
    """All that decides the evidence but the data: settings of the run, control, way of measuring."""
    return study.config(cell) | {"control": control, "evidence": evidence.settings()}


def cells_with_attention(study: Study, **wanted) -> list[Cell]:
    """The cells of a study that have an attention to question; InputError when there are none."""
    cells = [cell for cell in study.cells(**wanted) if cell.filters and cell.method == "attention"]
    if not cells:
        raise InputError(
            f"study {study.name!r} has no run with attention among those wanted: the method "
            "attention, with filters from 1."
        )
    return cells


def expected(study: Study) -> list[str]:
    """The names of all evidence files that belong to a study, without `.json`."""
    controls = study.controls or CONTROLS
    return [f"{cell.name}_{control}" for cell in cells_with_attention(study) for control in controls]


def gather(
    study: Study, cell: Cell, control: str, root: str | Path | None = None, device: str = "auto"
) -> dict[str, Any]:
    """The evidence of a cell under a control: read if it is there, made, written and returned if not.

    `trained` needs the run's result with its checkpoint, and makes them where they are missing; the controls
    need neither. Raises InputError for what cannot be measured.
    """
    if control not in CONTROLS:
        raise InputError(f"unknown control {control!r}: the controls are {', '.join(CONTROLS)}.")
    file, config = evidence_file(study, cell, control), evidence_config(study, cell, control)
    if results.is_done(file, config):
        return results.read(file)
    dataset = open_data(study, root)
    split = choose_split(study, dataset, cell.split)
    made = provenance(choose_device(device))
    network, status = _network(study, cell, control, dataset, split, root, device)
    flow, protocol = _flow(study, cell, dataset), PROTOCOLS[study.protocol]
    measured = evidence.measure(network, dataset, split.test, protocol, seed=cell.seed, flow=flow)
    record = {
        **vars(cell),
        "control": control,
        "study": study.name,
        "dataset": study.dataset.name,
        "protocol": study.protocol,
        "config": config,
        "fingerprint": results.fingerprint(config | vars(cell), dataset.fingerprint),
        "status": status,
        "people": len(split.test),
        "removed": [0.0, *evidence.REMOVED],
        **_rounded(measured),
        **made,
    }
    results.write(record, file)
    return record


def _network(
    study: Study,
    cell: Cell,
    control: str,
    dataset: Dataset,
    split: Split,
    root: str | Path | None,
    device: str,
) -> tuple[nn.Module, str]:
    """The network to question, and the status of its training."""
    if control == "trained":
        network = trained(study, cell, root, device)
        return network, results.read(study.result_file(cell))["status"]
    where = choose_device(device)
    if control == "random":
        network = fresh(study, cell, split, where)
        draw_scores(network)
        return network.to(memory_format=torch.channels_last), "done"
    flow = _flow(study, cell, dataset)
    network, history = fit(study, cell, shuffle_people(dataset, split.train, cell), split, where, flow)
    return network, "collapsed" if history.collapsed else "done"


def draw_scores(network: nn.Module) -> None:
    """Draw V_a of every attention branch, in place, as PyTorch draws the kernel of a convolution."""
    for module in network.modules():
        if isinstance(module, AttentionBranch):
            module.score.reset_parameters()


def shuffle_people(dataset: Dataset, people: Sequence[str], cell: Cell) -> Dataset:
    """The data set with the sequences of camera 2 dealt anew to `people`; of the others nothing changes.

    Along one random cycle, so that nobody keeps their own: order[i] gets the sequences of order[i + 1].
    """
    draws = np.random.default_rng([cell.seed, cell.split])
    order = [people[number] for number in draws.permutation(len(people))]
    new_owner = dict(zip(np.roll(order, -1).tolist(), order, strict=True))
    sequences = tuple(
        replace(s, person=new_owner.get(s.person, s.person)) if s.camera == 2 else s
        for s in dataset.sequences
    )
    return replace(dataset, sequences=sequences)


def _flow(study: Study, cell: Cell, dataset: Dataset) -> np.ndarray | None:
    return (
        data.optical_flow(dataset) if study.settings(cell.method, cell.recipe, cell.reading)[0].flow else None
    )


def _rounded(values: Any) -> Any:
    """Nested plain values with nine decimals."""
    if isinstance(values, dict):
        return {key: _rounded(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    return round(values, 9) if isinstance(values, float) else values
