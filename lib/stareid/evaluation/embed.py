"""Embeddings of whole sequences: pre-processing, crops and flips of the protocol included."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from stareid.data import prepare, resize
from stareid.data.clips import crop
from stareid.evaluation.protocols import DEFAULT, Protocol


def views(frames: np.ndarray, protocol: Protocol, device: torch.device) -> Tensor:
    """All views of one sequence uint8 (T, H, W, 3) as clips, float (V, T, 3, 56, 40)."""
    prepared = prepare(resize(frames).to(device))
    return torch.stack([crop(prepared, *view) for view in protocol.views])


@torch.inference_mode()
def embed(network: nn.Module, sequences: Sequence[np.ndarray], protocol: Protocol = DEFAULT) -> Tensor:
    """Embeddings (N, D) of sequences, each uint8 (T, H, W, 3) of any length.

    An embedding is the mean over the views of the protocol, brought back to unit length.
    """
    device = next(network.parameters()).device
    network.eval()
    rows: Iterable[np.ndarray] = tqdm(sequences, "embedding", unit="sequence", leave=False)
    means = [network(views(frames, protocol, device))[0].mean(0) for frames in rows]
    return F.normalize(torch.stack(means))
