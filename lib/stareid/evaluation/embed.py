"""Embeddings of whole sequences: pre-processing, crops and flips of the protocol included."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from stareid.data.preparation import MCLAUGHLIN, PREPARATIONS, Preparation, crop, resize
from stareid.evaluation.protocols import DEFAULT, Protocol


def views(
    frames: np.ndarray, protocol: Protocol, device: torch.device, how: Preparation = MCLAUGHLIN
) -> Tensor:
    """All views of one sequence uint8 (T, H, W, C) as clips, float (V, T, C, 56, 40)."""
    prepared = how.normalise(resize(frames, how.size).to(device))
    return torch.stack([crop(prepared, *view, how) for view in how.views(protocol.views)])


@torch.inference_mode()
def embed(network: nn.Module, sequences: Iterable[np.ndarray], protocol: Protocol = DEFAULT) -> Tensor:
    """Embeddings (N, D) of sequences, each uint8 (T, H, W, 3) of any length, or (T, H, W, 5) with flow.

    An embedding is the mean over the views of the protocol, brought back to unit length. Frames are prepared
    as the network's attribute `preparation` says, `mclaughlin` if it has none.
    """
    device = next(network.parameters()).device
    how = PREPARATIONS[getattr(network, "preparation", "mclaughlin")]
    network.eval()
    rows = tqdm(sequences, "embedding", unit="sequence", leave=False)
    means = [network(views(frames, protocol, device, how))[0].mean(0) for frames in rows]
    return F.normalize(torch.stack(means))
