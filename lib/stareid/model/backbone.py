"""The initial convolutional network: McLaughlin et al.'s three blocks, applied to every frame."""

import torch
from torch import Tensor, nn

from stareid.geometry import BLOCKS, Grid


class Block(nn.Module):
    r"""Pad 4, convolve 5 x 5, squash, halve: $\tanh(\mathrm{maxpool}_2(W * x + b))$.

    The source writes $\mathrm{maxpool}_2(\tanh(\cdot))$. tanh is monotone, so the two are equal, and this
    order takes the tanh of a quarter of the numbers.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel_size=5, padding=4)

    def forward(self, maps: Tensor) -> Tensor:
        return torch.tanh(nn.functional.max_pool2d(self.convolution(maps), 2))


class Backbone(nn.Module):
    """Three blocks, one for each of `widths`: (B, T, C, 56, 40) -> (B, T, 32, 10, 8).

    The centre of cell i of the last map is input pixel 8 i - 10.5, its receptive field 36 x 36 pixels: the
    outermost cells look at padding. Source: McLaughlin et al. (CVPR 2016), released code.
    """

    def __init__(self, channels: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        sizes = (channels, *widths)
        self.blocks = nn.Sequential(*[Block(a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)])

    def forward(self, clips: Tensor) -> Tensor:
        frames = clips.flatten(0, 1).contiguous(memory_format=torch.channels_last)  # (B*T, C, 56, 40)
        maps = self.blocks(frames)  # (B*T, 32, 10, 8)
        return maps.unflatten(0, clips.shape[:2])  # (B, T, 32, 10, 8)

    def grid(self, height: int, width: int) -> Grid:
        """Where the cells of the last map lie on frames of this size: of any size the same."""
        return BLOCKS, BLOCKS
