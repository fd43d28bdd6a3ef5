"""Weights on disk, their configuration beside them: NAME.safetensors and NAME.json."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import nn

from stareid.errors import InputError
from stareid.model import build

THRESHOLD = "threshold"  # key of the configuration that is no argument of `build`


def save(network: nn.Module, config: dict, file: Path) -> None:
    """Write the weights and the arguments of `build` that made the network; whole or not at all.

    `config` may also hold a `threshold` between the distances of one person and of two, with how it was set.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}
    partial = file.with_suffix(f".{os.getpid()}.part")
    file.with_suffix(".json").write_text(json.dumps(config, indent=1))
    save_file(weights, partial)
    partial.replace(file)


def restore(checkpoint: str | Path) -> nn.Module:
    """The network as trained, in eval mode. InputError when the file or its configuration is not there."""
    file = Path(checkpoint)
    arguments = {key: value for key, value in read_config(file).items() if key != THRESHOLD}
    try:
        network = build(**arguments, weights=file)
    except (SafetensorError, RuntimeError, TypeError) as error:
        raise _no_network(file, error) from error
    return network.to(memory_format=torch.channels_last).eval()


def read_config(checkpoint: str | Path) -> dict[str, Any]:
    """What `save` was given as `config`. InputError when a file of the checkpoint is not there or broken."""
    file = Path(checkpoint)
    config = file.with_suffix(".json")
    for needed in (file, config):
        if not needed.is_file():
            raise InputError(f"no checkpoint {needed}: train the run first, or copy both files of it.")
    try:
        return dict(json.loads(config.read_text()))
    except (ValueError, TypeError) as error:
        raise _no_network(file, error) from error


def _no_network(file: Path, error: Exception) -> InputError:
    return InputError(
        f"{file} and {file.with_suffix('.json').name} do not make a network ({error}): train the run again."
    )
