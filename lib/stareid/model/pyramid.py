"""Spatial pyramid pooling: what is there, at four scales."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PyramidBlock(nn.Module):
    r"""Pad 4, convolve 5 x 5, squash, and take the maxima of 8 x 8, 4 x 4, 2 x 2 and 1 x 1 fields.

    $$\big[\,\mathrm{maxpool}_{n \times n}(\tanh(W * x + b))\,\big]_{n = 8, 4, 2, 1}$$

    Maps (B, T, C, H, W) of any size -> (B, T, C' (64 + 16 + 4 + 1)). It stands in place of the third block of
    McLaughlin et al. and its halving. Source: Xu et al. (ICCV 2017). Where the fields of a level don't divide
    the map evenly they overlap by a row or column, as in PyTorch's adaptive pooling; that is ours.
    """

    def __init__(self, inputs: int, outputs: int, levels: tuple[int, ...]) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel_size=5, padding=4)
        self.levels = levels

    def forward(self, maps: Tensor) -> Tensor:
        squashed = torch.tanh(self.convolution(maps.flatten(0, 1)))  # (B*T, C', H', W')
        fields = [F.adaptive_max_pool2d(squashed, level).flatten(1) for level in self.levels]
        return torch.cat(fields, 1).unflatten(0, maps.shape[:2])  # (B, T, C' * 85)
