"""Pooling over time, of both sequences of a pair at once: 2 x (B, T, D) -> 2 x (B, D)."""

import torch
from torch import Tensor, nn


class TemporalMean(nn.Module):
    """The mean over time of each of the two sequences, whatever the other (McLaughlin et al. 2016)."""

    def forward(self, probes: Tensor, galleries: Tensor) -> tuple[Tensor, Tensor]:
        return probes.mean(1), galleries.mean(1)


class AttentivePooling(nn.Module):
    r"""Each sequence says which frames of the other count.

    $$A = \tanh(P\,U\,G^\top), \qquad
      a_P = \mathrm{softmax}_s\big(\max_t A_{st}\big), \quad a_G = \mathrm{softmax}_t\big(\max_s A_{st}\big)$$
    $$v_P = P^\top a_P, \qquad v_G = G^\top a_G$$

    P: (S, D) and G: (T, D) hold the frames of the two sequences as rows, U: (D, D) is learned. Source: Xu et
    al. (ICCV 2017); U starts as a linear layer of PyTorch does, which is ours.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.affinity = nn.Linear(size, size, bias=False)  # its weight is U

    def forward(self, probes: Tensor, galleries: Tensor) -> tuple[Tensor, Tensor]:
        affinities = torch.tanh(probes @ self.affinity.weight @ galleries.mT)  # (B, S, T)
        of_probes, of_galleries = affinities.amax(2).softmax(1), affinities.amax(1).softmax(1)
        return weighted(probes, of_probes), weighted(galleries, of_galleries)


def weighted(frames: Tensor, weights: Tensor) -> Tensor:
    """The sum over time of frames (B, T, D) under weights (B, T): (B, D)."""
    return (frames * weights[..., None]).sum(1)
