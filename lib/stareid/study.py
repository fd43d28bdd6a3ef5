"""Studies: one YAML file that describes a grid of runs, read with typed refusal.

    studies/NAME.yaml -> Study -> cells(): one Cell per run -> its result file

A study's name may carry changes: `demo+epochs=2+people=4` is `demo` with these settings, and keeps its
results in a folder of that name, apart from those of `demo`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from stareid import data
from stareid.errors import InputError
from stareid.evaluation import PROTOCOLS
from stareid.evaluation.evidence import CONTROLS
from stareid.model import RECIPES, check
from stareid.paths import RESULTS, STUDIES
from stareid.training import Training

CHANGEABLE = "settings of network and training"


@dataclass(frozen=True)
class Source:
    """Where the frames come from: the name that results carry, the reader and its options."""

    name: str
    reader: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NetworkSettings:
    """The arguments of `model.build` that are the same in all cells."""

    steps: int = 4
    rescale: bool = True
    dropout: float = 0.6
    flow: bool = False  # optical flow as channels 4 and 5 of the clips

    def config(self) -> dict[str, Any]:
        """The settings as plain values; `flow` only where it is on, so that older results stay valid."""
        return {key: value for key, value in asdict(self).items() if key != "flow" or value}


@dataclass(frozen=True)
class Cell:
    """One run: a method, a reading and its filters, a recipe (with its variant), a split, a seed."""

    method: str
    reading: str
    filters: int
    recipe: str
    split: int
    seed: int

    @property
    def name(self) -> str:
        """The name of its result file, without `.json`."""
        reading = f"_{self.reading}_n{self.filters}" if self.method == "attention" else ""
        return f"{self.method}{reading}_{self.recipe}_split{self.split}_seed{self.seed}"


@dataclass(frozen=True)
class Study:
    """A grid of runs on one data set under one protocol."""

    name: str
    title: str
    dataset: Source
    grid: dict[str, list]
    protocol: str = "two_camera_6_views"
    held_out: int = 0  # training people kept aside and evaluated instead of the test people
    network: NetworkSettings = NetworkSettings()
    training: Training = Training()
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)  # `recipe: batched-NAME` -> changes
    controls: list[str] = field(default_factory=list)  # the evidence that belongs to the study

    def cells(self, **wanted) -> list[Cell]:
        """The cells of the grid; `wanted` replaces axes by one value or a list of values."""
        axes = self.grid | {
            key: value if isinstance(value, list) else [value] for key, value in wanted.items()
        }
        unknown = set(axes) - set(AXES)
        if unknown:
            raise InputError(f"unknown key {min(unknown)!r}: a run is told by {', '.join(AXES)}.")
        cells = [self._cell(dict(zip(axes, values, strict=True))) for values in product(*axes.values())]
        return list(dict.fromkeys(cells))

    def _cell(self, values: dict[str, Any]) -> Cell:
        for key in ("method", "reading", "recipe"):
            if not isinstance(values[key], str):
                raise InputError(f"{key} is {values[key]!r}: it must be a name.")
        for key in ("filters", "split", "seed"):
            if isinstance(values[key], bool) or not isinstance(values[key], int) or values[key] < 0:
                raise InputError(f"{key} is {values[key]!r}: it must be a whole number from 0.")
        network, _ = self.settings(values["recipe"])
        check(
            values["method"],
            filters=values["filters"],
            reading=values["reading"],
            recipe=values["recipe"].partition("-")[0],
            steps=network.steps,
        )
        if values["filters"] == 0:
            values["reading"] = (
                "none"  # without the module there is nothing to read: all readings share the run
            )
        return Cell(**values)

    def settings(self, recipe: str) -> tuple[NetworkSettings, Training]:
        """Settings of the network and the training under `recipe`, which may name a variant: batched-NAME."""
        base, _, variant = recipe.partition("-")
        if base not in RECIPES or (variant and variant not in self.variants):
            known = [*RECIPES, *(f"{r}-{v}" for r in RECIPES for v in self.variants)]
            raise InputError(f"unknown recipe {recipe!r} in study {self.name!r}: it has {', '.join(known)}.")
        changes = self.variants.get(variant, {})
        return _change(self.network, changes), _change(self.training, changes)

    def config(self, cell: Cell) -> dict[str, Any]:
        """All that decides the result of a cell but the data itself; plain values, as in the result file."""
        network, training = self.settings(cell.recipe)
        return {
            "dataset": asdict(self.dataset),
            "protocol": self.protocol,
            "held_out": self.held_out,
            "network": network.config(),
            "training": asdict(training),
        }

    @property
    def folder(self) -> Path:
        """Where its results are."""
        return RESULTS / self.name

    def result_file(self, cell: Cell) -> Path:
        return self.folder / f"{cell.name}.json"


AXES = tuple(f.name for f in fields(Cell))


def load_study(name: str) -> Study:
    """Read `studies/NAME.yaml`, with the changes that the name carries (`NAME+key=value...`).

    Raises InputError naming the file and the key for an unknown study, an unknown key or a wrong type.
    """
    base, *changes = str(name).split("+")
    file = STUDIES / f"{base}.yaml"
    known = sorted(f.stem for f in STUDIES.glob("*.yaml"))
    if base not in known:
        raise InputError(f"unknown study {base!r}: there is no {file}. The studies are {', '.join(known)}.")
    try:
        raw = yaml.safe_load(file.read_text())
    except yaml.YAMLError as error:
        raise InputError(f"{file} is not YAML: {error}") from error
    try:
        study = _study(str(name), raw)
        return _changed(study, parse_changes(changes)) if changes else study
    except InputError as error:
        raise InputError(f"{file}: {error}") from error


def parse_changes(pairs: list[str]) -> dict[str, Any]:
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


def _changed(study: Study, changes: Mapping[str, Any]) -> Study:
    """The study with other settings of network and training."""
    known = {f.name for part in (study.network, study.training) for f in fields(part)}
    for key in changes:
        if key not in known:
            raise InputError(f"unknown key {key!r}: the {CHANGEABLE} are {', '.join(sorted(known))}.")
    network, training = _change(study.network, changes), _change(study.training, changes)
    return replace(study, network=network, training=training)


def _change(settings: Any, changes: Mapping[str, Any]) -> Any:
    """`settings` with those of `changes` that it has, types checked."""
    own = {f.name for f in fields(settings)}
    return _typed(
        type(settings), asdict(settings) | {k: v for k, v in changes.items() if k in own}, "settings"
    )


def _study(name: str, raw: Any) -> Study:
    values = dict(_mapping(raw, "the study"))
    parts = {"dataset": Source, "network": NetworkSettings, "training": Training}
    for key, kind in parts.items():
        if key in values:
            values[key] = _typed(kind, values[key], key)
    study = _typed(Study, {"name": name} | values, "the study")
    if study.dataset.reader not in data.READERS:
        raise InputError(
            f"dataset.reader is {study.dataset.reader!r}: it must be one of {', '.join(data.READERS)}."
        )
    if study.protocol not in PROTOCOLS:
        raise InputError(f"protocol is {study.protocol!r}: it must be one of {', '.join(PROTOCOLS)}.")
    if set(study.controls) - set(CONTROLS):
        raise InputError(f"controls are {study.controls}: they must be of {', '.join(CONTROLS)}.")
    if missing := set(AXES) - set(study.grid):
        raise InputError(f"grid has no {min(missing)!r}: it needs {', '.join(AXES)}.")
    for axis, axis_values in study.grid.items():
        if not isinstance(axis_values, list) or not axis_values:
            raise InputError(f"grid.{axis} is {axis_values!r}: it must be a list of at least one value.")
    for variant, changes in study.variants.items():
        _changed(study, _mapping(changes, f"variants.{variant}"))
    study.cells()
    return study


def _mapping(raw: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise InputError(f"{where} is {raw!r}: it must be keys with values.")
    return raw


def _typed(kind: type, raw: Any, where: str) -> Any:
    """A dataclass from a mapping; unknown keys, missing keys and wrong types are refused by name."""
    raw = _mapping(raw, where)
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
