"""Distances between embeddings."""

import torch
from torch import Tensor


def euclidean(probes: Tensor, gallery: Tensor) -> Tensor:
    """Euclidean distances (P, G) between probes (P, D) and gallery (G, D)."""
    return torch.cdist(probes, gallery, compute_mode="donot_use_mm_for_euclid_dist")
