"""Weights into a network: all of them, or ImageNet's for a backbone that torchvision knows."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from stareid.errors import InputError
from stareid.model.mobilenet import MobileNet

FIRST = "features.0.0.weight"  # by this key one knows a state dict of torchvision's MobileNetV2


def load(network: nn.Module, weights: Mapping[str, Tensor] | str | Path) -> None:
    """Give a network its `weights`, a state dict or a file of one (safetensors, or pickled: .pth, .pt).

    A state dict of torchvision's MobileNetV2 goes into the backbone of `modern`, without its classifier.
    """
    if isinstance(weights, str | Path):
        weights = read(Path(weights))
    backbone = getattr(network, "backbone", None)
    if isinstance(backbone, MobileNet) and FIRST in weights:
        features = {key: value for key, value in weights.items() if key.startswith("features.")}
        backbone.load_state_dict(features)
    else:
        network.load_state_dict(weights)


def read(file: Path) -> Mapping[str, Tensor]:
    """The state dict that a file holds; InputError when there is no such file."""
    if not file.is_file():
        raise InputError(f"weights is {file}: there is no such file.")
    return torch.load(file, weights_only=True) if file.suffix in (".pth", ".pt") else load_file(file)
