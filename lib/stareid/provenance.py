"""Where a result comes from: machine, versions, commit."""

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import version
from typing import Any

import torch

from stareid.paths import ROOT


@cache
def _commit() -> str:
    """The commit that the code stands at, with a + when files differ from it; empty outside a checkout."""
    try:
        git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=12"]
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def provenance(device: torch.device) -> dict[str, Any]:
    """On what machine, with which versions and from which commit a result was made."""
    name = (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else platform.processor() or platform.machine()
    )
    return {
        "machine": {
            "device": device.type,
            "name": name,
            "cores": os.cpu_count(),
            "threads": torch.get_num_threads(),
        },
        "versions": {"python": platform.python_version()}
        | {p: version(p) for p in ("stareid", "torch", "numpy")},
        "commit": _commit(),
    }
