"""What a network attended to in one sequence, as arrays that figures and measurements can read."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from stareid.data.preparation import crop, resize
from stareid.errors import InputError
from stareid.evaluation.embed import preparation
from stareid.geometry import Grid


@dataclass(frozen=True)
class AttentionRecord:
    """One sequence and the attention that it got, step by step.

    frames uint8 (T, H, W, 3): as they came; maps (K, T, H', W'): the attention map of every refinement step
    and frame, which sums to one over the whole clip; weights (K, T): the share of each frame, always 1/T for
    a reading that attends within each frame only. `top`, `left` is where the crop that the network saw
    lies in the frame once that is resized to `size` (height, width); `grid` where the maps' cells lie in the
    crop.
    """

    frames: np.ndarray
    maps: np.ndarray
    weights: np.ndarray
    top: int
    left: int
    size: tuple[int, int]
    grid: Grid


@torch.inference_mode()
def record_attention(
    network: nn.Module,
    frames: np.ndarray,
    *,
    top: int | None = None,
    left: int | None = None,
) -> AttentionRecord:
    """The attention of `network` on one sequence uint8 (T, H, W, 3), seen in one crop: by default the middle.

    Frames are prepared as the network's attribute `preparation` says. Raises InputError for a network without
    attention: of another method, or with filters=0.
    """
    device, how = next(network.parameters()).device, preparation(network)
    top, left = (
        (whole - seen) // 2 if offset is None else offset
        for whole, seen, offset in zip(how.size, how.crop, (top, left), strict=True)
    )
    network.eval()
    clip = crop(how.normalise(resize(frames, how.size).to(device)), top, left, False, how)  # (T, 3, 56, 40)
    _, out = network(clip[None])
    if "attention" not in out:
        raise InputError(
            "this network has no attention to show: choose a run of attention or modern, with at least one "
            "filter."
        )
    maps, backbone = out["attention"][0], cast(Any, network.backbone)  # (K, T, H', W')
    if "temporal_attention" not in out:  # framewise: the maps of each frame sum to one
        maps = maps / len(frames)
    return AttentionRecord(
        frames=np.array(frames),
        maps=maps.cpu().numpy(),
        weights=maps.sum((2, 3)).cpu().numpy(),
        top=top,
        left=left,
        size=how.size,
        grid=backbone.grid(*how.crop),
    )
