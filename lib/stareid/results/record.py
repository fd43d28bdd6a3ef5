"""One run, one JSON file: written whole or not at all, and read back with its settings checked."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from stareid.errors import InputError


def write(record: dict[str, Any], file: Path) -> None:
    """Write `record` to `file` through a temporary file beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.part")
    partial.write_text(json.dumps(record, indent=1) + "\n")
    partial.replace(file)


def read(file: Path) -> dict[str, Any]:
    """Read a result; InputError naming the file when it is not one."""
    try:
        record = json.loads(file.read_text())
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{file} is not a result ({error}): delete it and run its study again.") from error
    if not isinstance(record, dict) or "status" not in record or "config" not in record:
        raise InputError(
            f"{file} is not a result: it has no status or config. Delete it and run its study again."
        )
    return record


def fingerprint(config: dict[str, Any], data: str) -> str:
    """A digest of the settings and of the data: equal for runs that must give the same result."""
    text = json.dumps([config, data], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_done(file: Path, config: dict[str, Any]) -> bool:
    """Whether `file` holds the result of these settings; InputError if it holds one of others."""
    if not file.exists():
        return False
    record = read(file)
    if record["config"] != json.loads(json.dumps(config)):
        differing = sorted(k for k in config if record["config"].get(k) != json.loads(json.dumps(config[k])))
        raise InputError(
            f"{file} was made with other settings ({', '.join(differing)}): move it away, or give "
            "the changed study another name (STUDY+key=value keeps its results apart)."
        )
    return True


def read_all(folder: Path) -> list[dict[str, Any]]:
    """The results of all runs in a folder, in the order of their names."""
    return [record for record in _read_folder(folder) if "control" not in record]


def read_evidence(folder: Path) -> list[dict[str, Any]]:
    """All evidence in a folder (`stareid.evidence`): figures of the attention of a run, or of a control."""
    return [record for record in _read_folder(folder) if "control" in record]


def _read_folder(folder: Path) -> list[dict[str, Any]]:
    return [read(file) for file in sorted(folder.glob("*.json"))]
