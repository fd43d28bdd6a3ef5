"""Embeddings of whole sequences, and distances: pre-processing, crops and flips of the protocol included."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from stareid.data.preparation import MCLAUGHLIN, PREPARATIONS, Preparation, crop, resize
from stareid.evaluation.distance import euclidean
from stareid.evaluation.metric import Metric
from stareid.evaluation.protocols import DEFAULT, Protocol


def preparation(network: nn.Module) -> Preparation:
    """How frames become the clips that a network takes: its attribute says, `mclaughlin` if it has none."""
    return PREPARATIONS[getattr(network, "preparation", "mclaughlin")]


def views(
    frames: np.ndarray, protocol: Protocol, device: torch.device, how: Preparation = MCLAUGHLIN
) -> Tensor:
    """All views of one sequence uint8 (T, H, W, C) as clips, float (V, T, C, 56, 40)."""
    prepared = how.normalise(resize(frames, how.size).to(device))
    return torch.stack([crop(prepared, *view, how) for view in how.views(protocol.views)])


def embed_views(
    network: nn.Module, sequences: Iterable[np.ndarray], protocol: Protocol = DEFAULT
) -> Iterator[Tensor]:
    """What the network answers to every view (V, D) of each sequence, uint8 (T, H, W, 3), or 5 with flow.

    Frames are prepared as the network's attribute `preparation` says.
    """
    device, how = next(network.parameters()).device, preparation(network)
    network.eval()
    for frames in tqdm(sequences, "embedding", unit="sequence", leave=False):
        with torch.inference_mode():
            embeddings = network(views(frames, protocol, device, how))[0]
        yield embeddings


@torch.inference_mode()
def embed(network: nn.Module, sequences: Iterable[np.ndarray], protocol: Protocol = DEFAULT) -> Tensor:
    """Embeddings (N, D) of sequences, each uint8 (T, H, W, 3) of any length, or (T, H, W, 5) with flow.

    An embedding is the mean over the views of the protocol; where the network's have length one
    (`normalised`), it is brought back to that.
    """
    means = torch.stack([answers.mean(0) for answers in embed_views(network, sequences, protocol)])
    return F.normalize(means) if getattr(network, "normalised", True) else means


@torch.inference_mode()
def compare(
    network: nn.Module,
    probes: Iterable[np.ndarray],
    gallery: Iterable[np.ndarray],
    protocol: Protocol = DEFAULT,
    metric: Metric = euclidean,
) -> Tensor:
    """Distances (P, G) between all probes and the gallery: sequences as for `embed`.

    Most protocols compare mean embeddings; one that is `summed` sums the distances between the same views.
    """
    if not protocol.summed:
        return metric(embed(network, probes, protocol), embed(network, gallery, protocol))
    ours, theirs = (
        torch.stack(list(embed_views(network, sequences, protocol)), 1) for sequences in (probes, gallery)
    )  # (V, P, D), (V, G, D)
    distances = [metric(*view) for view in zip(ours, theirs, strict=True)]
    return torch.stack(distances).sum(0)
