"""What is minimised: who is it (identity) and is it the same person (verification, the Siamese term)."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Verification = Callable[[Tensor, Tensor], Tensor]


def distances(features: Tensor) -> Tensor:
    """Euclidean distances (B, B) between all features (B, D), differentiable where two of them coincide."""
    squared = features.square().sum(1)
    gram = features @ features.T
    return (squared[:, None] + squared[None, :] - 2 * gram).clamp_min(1e-12).sqrt()


def soft_batch_hard(features: Tensor, people: Tensor) -> Tensor:
    r"""Soft batch-hard triplet loss over all clips of a batch as anchors (Hermans et al. 2017).

    $$\frac1B \sum_a \log\big(1 + \exp(\max_{p:\,y_p = y_a} d_{ap} - \min_{n:\,y_n \ne y_a} d_{an})\big)$$

    Every person needs two clips and the batch two people; else the loss is not defined (ValueError).
    """
    same = people[:, None] == people[None, :]
    if not ((same.sum(1) > 1).all() and (~same).any(1).all()):
        raise ValueError("batch-hard triplets need two clips of every person and two people in a batch.")
    between = distances(features)
    hardest_positive = between.masked_fill(~same, -torch.inf).amax(1)
    hardest_negative = between.masked_fill(same, torch.inf).amin(1)
    return F.softplus(hardest_positive - hardest_negative).mean()


def hinge(features: Tensor, people: Tensor, margin: float = 2.0) -> Tensor:
    r"""The Siamese hinge of McLaughlin et al. (2016) over all pairs of a batch, distances not squared.

    $$\operatorname*{mean}_{y_i = y_j} d_{ij} + \operatorname*{mean}_{y_i \ne y_j} \max(0, m - d_{ij})$$

    The source draws as many positive as negative pairs; the two means keep that balance.
    """
    above = torch.ones_like(people[:, None] == people[None, :]).triu(1)
    same = people[:, None] == people[None, :]
    between = distances(features)
    return between[above & same].mean() + (margin - between[above & ~same]).clamp_min(0).mean()


VERIFICATIONS: dict[str, Verification] = {"triplet": soft_batch_hard, "hinge": hinge}


def siamese(probe: Tensor, gallery: Tensor, *, same: bool, margin: float) -> Tensor:
    r"""The same hinge for one pair, features (1, D): $d$ for one person, $\max(0, m - d)$ for two."""
    distance = torch.linalg.vector_norm(probe - gallery)
    return distance if same else (margin - distance).clamp_min(0)


def identity(out: Mapping[str, Tensor], people: Tensor, smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of the person's number (B,), its target softened by `smoothing`.

    A network that gives frame_logits (B, T, people) is asked at every frame of a clip.
    """
    if "frame_logits" in out:
        frames = out["frame_logits"]
        return F.cross_entropy(
            frames.flatten(0, 1), people.repeat_interleave(frames.shape[1]), label_smoothing=smoothing
        )
    return F.cross_entropy(out["logits"], people, label_smoothing=smoothing)


def wanted(network: nn.Module) -> tuple[str, ...]:
    """The losses that a network is to be trained with: its attribute `losses`, both where it has none."""
    return getattr(network, "losses", ("identity", "verification"))
