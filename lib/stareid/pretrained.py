"""Weights that a network begins with: ImageNet's, from torchvision or from a file."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from urllib.error import URLError

from safetensors import SafetensorError
from torch import Tensor

from stareid.errors import InputError
from stareid.model.weights import read
from stareid.paths import ROOT

IMAGENET = "imagenet"
VARIABLE = "STAREID_WEIGHTS"  # a file to take for `imagenet` where nothing can be downloaded


def load(weights: str) -> Mapping[str, Tensor]:
    """The state dict that `weights` names: `imagenet`, or a file (.safetensors, .pth) below the project.

    `imagenet` is the file that STAREID_WEIGHTS names, or else torchvision's, downloaded once. Raises
    InputError for a file that is not there or holds no weights, and when nothing can be downloaded.
    """
    name = os.environ.get(VARIABLE, "") if weights == IMAGENET else weights
    if not name:
        return _download()
    file = ROOT / Path(name).expanduser()
    if not file.is_file():
        raise InputError(f"network.weights is {weights!r}, but there is no file {file}.")
    try:
        return read(file)
    except (SafetensorError, UnpicklingError, RuntimeError, OSError, ValueError) as error:
        raise InputError(f"{file} holds no weights ({error}): use .safetensors or .pth.") from error


def _download() -> Mapping[str, Tensor]:
    from torchvision.models import MobileNet_V2_Weights  # takes seconds, and few need it

    try:
        return MobileNet_V2_Weights.IMAGENET1K_V1.get_state_dict(progress=False, check_hash=True)
    except (URLError, OSError) as error:
        raise InputError(
            f"network.weights is {IMAGENET!r}, and torchvision cannot download them ({error}): let "
            f"{VARIABLE} name a file of MobileNetV2's weights, or set network.weights to one."
        ) from error


def digest(state: Mapping[str, Tensor]) -> str:
    """A digest of the backbone's weights, the same for every file that holds them."""
    found = hashlib.sha256()
    for name in sorted(name for name in state if name.startswith("features.") and "tracked" not in name):
        found.update(name.encode() + state[name].cpu().contiguous().numpy().tobytes())
    return found.hexdigest()[:16]
