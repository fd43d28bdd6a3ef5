"""How well a network finds people: distances between sequences, ranks of the true matches, a threshold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

from stareid import data, evaluation
from stareid.data import Dataset
from stareid.evaluation import Metric

THRESHOLD_PEOPLE = 50


def rank(
    network: nn.Module,
    dataset: Dataset,
    people: Sequence[str],
    protocol: str,
    flow: np.ndarray | None = None,
    metric: Metric = evaluation.euclidean,
) -> dict[str, Any]:
    """CMC, mAP and the rank of every probe's match, under a protocol; `flow` for networks that want it."""
    pairs = zip(dataset.select(people, 1), dataset.select(people, 2), strict=True)
    distance = measure(network, dataset, list(pairs), protocol, flow, metric)
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
    called different and 0.7 % of the false ones the same. Empty without two such people, and for a network
    that wants a learned metric: `match` has none.
    """
    if getattr(network, "metric", "euclidean") != "euclidean":
        return {}
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
    metric: Metric = evaluation.euclidean,
) -> np.ndarray:
    """Distances (P, P) between the first and the second sequences of all pairs, under a protocol."""
    named = evaluation.PROTOCOLS[protocol]
    probes = (named.probe(data.channels(dataset, probe, flow)) for probe, _ in pairs)
    gallery = (named.gallery(data.channels(dataset, match, flow)) for _, match in pairs)
    return evaluation.compare(network, probes, gallery, named, metric).cpu().numpy()


def fit_metric(
    name: str,
    network: nn.Module,
    dataset: Dataset,
    people: Sequence[str],
    protocol: str,
    flow: np.ndarray | None,
) -> Metric:
    """The metric of this name, fitted if it has to be: on all sequences of the training people.

    Of each, those frames are embedded that the protocol would take of a probe or of the gallery.
    """
    if name == "euclidean":
        return evaluation.euclidean
    named = evaluation.PROTOCOLS[protocol]
    seen = [sequence for own in data.tracks(dataset, people).values() for sequence in own]
    frames = (
        (named.probe if one.camera == 1 else named.gallery)(data.channels(dataset, one, flow)) for one in seen
    )
    features = evaluation.embed(network, frames, named)
    return evaluation.fit_metric(name, features, [s.person for s in seen], [s.camera for s in seen])
