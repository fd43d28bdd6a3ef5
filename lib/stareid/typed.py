"""Plain values from a file or a command line as settings, with typed refusal: every error names its key."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import yaml

from stareid.errors import InputError


def parse_changes(pairs: Sequence[str]) -> dict[str, Any]:
    """`key=value` words as a mapping, the values read as YAML (`1,2` as a list)."""
    parsed = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key or not value:
            raise InputError(f"{pair!r} is not key=value.")
        try:
            items = [yaml.safe_load(item) for item in value.split(",")]
        except yaml.YAMLError as error:
            raise InputError(f"{pair!r} is not key=value: its value is not YAML.") from error
        parsed[key] = items if len(items) > 1 else items[0]
    return parsed


def change(settings: Any, changes: Mapping[str, Any]) -> Any:
    """`settings` with those of `changes` that it has, types checked."""
    own = {f.name for f in fields(settings)}
    return typed(
        type(settings), asdict(settings) | {k: v for k, v in changes.items() if k in own}, "settings"
    )


def mapping(raw: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise InputError(f"{where} is {raw!r}: it must be keys with values.")
    return raw


def typed(kind: type, raw: Any, where: str) -> Any:
    """A dataclass from a mapping; unknown keys, missing keys and wrong types are refused by name."""
    raw = mapping(raw, where)
    known = {f.name: f for f in fields(kind)}
    for key, value in raw.items():
        if key not in known:
            raise InputError(f"unknown key {key!r} in {where}: it has {', '.join(known)}.")
        wanted: Any = known[key].type
        expected: type = getattr(wanted, "__origin__", wanted)
        accepted = (int, float) if expected is float else (expected,)
        if not isinstance(value, accepted) or (isinstance(value, bool) and expected is not bool):
            raise InputError(f"{key} in {where} is {value!r}: it must be of type {expected.__name__}.")
    try:
        return kind(**raw)
    except TypeError as error:
        raise InputError(f"{where}: {error}.") from error
