"""What a frame becomes before a network sees it: its size, its colours, the window cut from it.

`mclaughlin` is the pre-processing of McLaughlin et al. (CVPR 2016, released code): 48 x 64 pixels, YUV, each
channel of each frame minus its mean and divided by the *square root* of its standard deviation; a 40 x 56
crop of it, minus the mean of the whole cropped frame. Optical flow, where there is any, goes the same way as
channels 4 (vertical) and 5 (horizontal). `plain` is for networks that were trained on ImageNet, `raw` for
those that describe colours themselves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

View = tuple[int, int, bool]  # top, left, flip

SIZE = (64, 48)  # height, width of a frame before it is cropped
CROP = (56, 40)  # height, width of what the network sees
OFFSETS = range(1, 9)  # of a crop, both ways: torch's image.crop counts from 0, so 0 never occurs
HORIZONTAL = 4  # the channel of the horizontal flow, from 0

YUV = torch.tensor(
    [[0.299, 0.587, 0.114], [-0.14713, -0.28886, 0.436], [0.615, -0.51499, -0.10001]]
)  # rows: Y, U, V of R, G, B in 0..1
IMAGENET_MEAN = torch.tensor([0.485, 0.456, 0.406])
IMAGENET_DEVIATION = torch.tensor([0.229, 0.224, 0.225])


def resize(frames: np.ndarray, size: tuple[int, int] = SIZE) -> Tensor:
    """Frames uint8 (T, H, W, C) at the network's size, uint8 (T, 64, 48, C)."""
    from torchvision.transforms.v2 import functional as transforms  # takes seconds, and few need it

    channels_first = torch.from_numpy(np.array(frames)).permute(0, 3, 1, 2)
    return transforms.resize(channels_first, list(size), antialias=True).permute(0, 2, 3, 1).contiguous()


def prepare(frames: Tensor) -> Tensor:
    """Resized frames uint8 (..., 64, 48, C) as normalised YUV, and flow if C is 5, float (..., C, 64, 48).

    x = (yuv - mean) / sqrt(std), mean and (unbiased) std over the pixels of one channel of one frame.
    """
    planes = frames.movedim(-1, -3).contiguous().float() / 255  # a plane each: sums run along the memory
    values = YUV.to(frames.device) @ planes[..., :3, :, :].flatten(-2)  # (..., 3, 64 * 48)
    if frames.shape[-1] > 3:
        values = torch.cat([values, planes[..., 3:, :, :].flatten(-2)], -2)  # (..., 5, 64 * 48)
    std, mean = torch.std_mean(values, dim=-1, keepdim=True)
    return ((values - mean) / std.clamp_min(1e-6).sqrt()).unflatten(-1, frames.shape[-3:-1])


def standardise(frames: Tensor) -> Tensor:
    """Resized frames uint8 (..., H, W, 3) as RGB minus ImageNet's mean over its deviation: (..., 3, H, W)."""
    mean, deviation = IMAGENET_MEAN.to(frames.device), IMAGENET_DEVIATION.to(frames.device)
    return ((frames.float() / 255 - mean) / deviation).movedim(-1, -3)


def unit(frames: Tensor) -> Tensor:
    """Resized frames uint8 (..., H, W, 3) as RGB in 0..1: (..., 3, H, W)."""
    return (frames.float() / 255).movedim(-1, -3)


@dataclass(frozen=True)
class Preparation:
    """How frames become clips: resized to `size`, normalised, a window of `crop` cut out.

    In training, the window's top and left are drawn from `offsets`. With `centred`, its mean is subtracted.
    """

    size: tuple[int, int]
    crop: tuple[int, int]
    offsets: range
    normalise: Callable[[Tensor], Tensor]
    centred: bool

    def views(self, wanted: Iterable[View]) -> list[View]:
        """The views of a protocol, as far as there is room for them around the crop, each once."""
        down, right = self.size[0] - self.crop[0], self.size[1] - self.crop[1]
        return list(dict.fromkeys((min(top, down), min(left, right), flip) for top, left, flip in wanted))


MCLAUGHLIN = Preparation(SIZE, CROP, OFFSETS, prepare, centred=True)
PLAIN = Preparation((128, 64), (128, 64), range(1), standardise, centred=False)
RAW = Preparation((128, 64), (128, 64), range(1), unit, centred=False)
# By the attribute `preparation` of a network.
PREPARATIONS = {"mclaughlin": MCLAUGHLIN, "plain": PLAIN, "raw": RAW}


def crop(prepared: Tensor, top: int, left: int, flip: bool, how: Preparation = MCLAUGHLIN) -> Tensor:
    """One window of prepared frames (..., C, 64, 48), mirrored or not, minus its mean: (..., C, 56, 40)."""
    window = prepared[..., top : top + how.crop[0], left : left + how.crop[1]]
    window = mirror(window) if flip else window
    return window - window.mean((-3, -2, -1), keepdim=True) if how.centred else window


def mirror(windows: Tensor) -> Tensor:
    """Prepared frames (..., C, H, W) as a mirror shows them.

    What moves left moves right in a mirror: the horizontal flow changes its sign, which a normalised channel
    can (its mean is nought). The released code mirrors the channel as if it were a picture and leaves the
    sign; so a mirrored clip and a clip of mirrored frames differ there, and agree here.
    """
    mirrored = windows.flip(-1)
    if windows.shape[-3] > HORIZONTAL:
        mirrored[..., HORIZONTAL, :, :] *= -1  # flip made a copy
    return mirrored
