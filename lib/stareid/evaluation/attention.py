"""What a network attended to in one sequence, as arrays that figures and measurements can read."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from stareid.data import CROP, prepare, resize
from stareid.data.preparation import SIZE, crop
from stareid.errors import InputError


@dataclass(frozen=True)
class AttentionRecord:
    """One sequence and the attention that it got, step by step.

    frames uint8 (T, H, W, 3): as they came; maps (K, T, H', W'): the attention map of every refinement step
    and frame, which sums to one over the whole clip; weights (K, T): the share of each frame, always 1/T for
    a reading that attends within each frame only. `top`, `left` is where the crop that the network saw
    lies in the frame once that is resized to `size` (height, width).
    """

    frames: np.ndarray
    maps: np.ndarray
    weights: np.ndarray
    top: int
    left: int
    size: tuple[int, int] = SIZE


@torch.inference_mode()
def record_attention(
    network: nn.Module,
    frames: np.ndarray,
    *,
    top: int = (SIZE[0] - CROP[0]) // 2,
    left: int = (SIZE[1] - CROP[1]) // 2,
) -> AttentionRecord:
    """The attention of `network` on one sequence uint8 (T, H, W, 3), seen in one crop: by default the middle.

    Raises InputError for a network without attention (filters=0).
    """
    device = next(network.parameters()).device
    network.eval()
    clip = crop(prepare(resize(frames).to(device)), top, left, flip=False)  # (T, 3, 56, 40)
    _, out = network(clip[None])
    if "attention" not in out:
        raise InputError("this network has no attention (filters=0): choose a run with at least one filter.")
    maps = out["attention"][0]  # (K, T, H', W')
    if "temporal_attention" not in out:  # framewise: the maps of each frame sum to one
        maps = maps / len(frames)
    return AttentionRecord(
        frames=np.array(frames),
        maps=maps.cpu().numpy(),
        weights=maps.sum((2, 3)).cpu().numpy(),
        top=top,
        left=left,
    )
