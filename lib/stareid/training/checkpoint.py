"""Weights on disk, their configuration beside them: NAME.safetensors and NAME.json."""

import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import nn

from stareid.errors import InputError
from stareid.model import build


def save(network: nn.Module, config: dict, file: Path) -> None:
    """Write the weights and the arguments of `build` that made the network; whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}
    partial = file.with_suffix(f".{os.getpid()}.part")
    file.with_suffix(".json").write_text(json.dumps(config, indent=1))
    save_file(weights, partial)
    partial.replace(file)


def restore(checkpoint: str | Path) -> nn.Module:
    """The network as trained, in eval mode. InputError when the file or its configuration is not there."""
    file = Path(checkpoint)
    config = file.with_suffix(".json")
    for needed in (file, config):
        if not needed.is_file():
            raise InputError(f"no checkpoint {needed}: train the run first, or copy both files of it.")
    try:
        network = build(**json.loads(config.read_text()), weights=file)
    except (SafetensorError, RuntimeError, TypeError, json.JSONDecodeError) as error:
        raise InputError(
            f"{file} and {config.name} do not make a network ({error}): train the run again."
        ) from error
    return network.to(memory_format=torch.channels_last).eval()
