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
from stareid.model import METHODS, READINGS, RECIPES, check
from stareid.paths import RESULTS, STUDIES
from stareid.training import Pairwise, Training
from stareid.typed import change, mapping, typed
from stareid.typed import parse_changes as parse_changes

ATTENTIVE = ("attention", "modern")  # methods with an attention module: readings and filters
CHANGEABLE = "settings of network and training"


@dataclass(frozen=True)
class Source:
    """Where the frames come from: the name that results carry, the reader and its options."""

    name: str
    reader: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NetworkSettings:
    """What of a network, besides its method, reading and filters, a study decides."""

    steps: int = 4
    rescale: bool = True
    dropout: float = 0.6
    drawn: bool = False  # the scores' kernel V_a starts at random instead of at zero
    flow: bool = False  # optical flow as channels 4 and 5 of the clips
    metric: str = "own"  # what compares embeddings: the method's own, or `euclidean` in its place
    weights: str = ""  # of the backbone of `modern` before training: none, `imagenet` or a file
    size: list[int] = field(default_factory=lambda: [176, 88])  # to which `modern` enlarges its frames

    def __post_init__(self) -> None:
        if self.metric not in ("own", "euclidean"):
            raise InputError(f"network.metric is {self.metric!r}: it must be own or euclidean.")
        if len(self.size) != 2 or not all(type(side) is int and side >= 32 for side in self.size):
            raise InputError(f"network.size is {self.size}: it must be a height and a width, from 32 pixels.")

    def config(self, method: str) -> dict[str, Any]:
        """The settings as plain values, those of `modern` only for it.

        `drawn`, `flow` and `metric` are there only where they are not as they always were, so that older
        results stay valid.
        """
        left_out = set() if method == "modern" else {"weights", "size"}
        usual = {"drawn": False, "flow": False, "metric": "own"}
        left_out |= {key for key, value in usual.items() if getattr(self, key) == value}
        return {key: value for key, value in asdict(self).items() if key not in left_out}


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
        reading = f"_{self.reading}_n{self.filters}" if self.method in ATTENTIVE else ""
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
    training: Training = Training()  # of `recipe: batched`
    pairwise: Pairwise = Pairwise()  # of `recipe: mclaughlin2016`
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)  # METHOD -> what is different for it
    readings: dict[str, dict[str, Any]] = field(default_factory=dict)  # READING -> likewise, with attention
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)  # `recipe: RECIPE-NAME` -> changes
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
        network, _ = self.settings(values["method"], values["recipe"], values["reading"])
        check(
            values["method"],
            filters=values["filters"],
            reading=values["reading"],
            recipe=values["recipe"].partition("-")[0],
            steps=network.steps,
            channels=5 if network.flow else 3,
        )
        if values["method"] not in ATTENTIVE or values["filters"] == 0:
            # without the module there is nothing to read: all readings, and numbers of filters, share the run
            values |= {"filters": 0, "reading": "none"}
        return Cell(**values)

    def settings(
        self, method: str, recipe: str, reading: str = "none"
    ) -> tuple[NetworkSettings, Training | Pairwise]:
        """Settings of the network and the training under `recipe`, which may name a variant: batched-NAME.

        What the study changes for the method comes first, then for the reading, for the variant last.
        """
        base, _, variant = recipe.partition("-")
        if base not in RECIPES or (variant and variant not in self.variants):
            known = [*RECIPES, *(f"{r}-{v}" for r in RECIPES for v in self.variants)]
            raise InputError(f"unknown recipe {recipe!r} in study {self.name!r}: it has {', '.join(known)}.")
        changes = (
            self.methods.get(method, {}) | self.readings.get(reading, {}) | self.variants.get(variant, {})
        )
        training = self.training if base == "batched" else self.pairwise
        return change(self.network, changes), change(training, changes)

    def config(self, cell: Cell) -> dict[str, Any]:
        """All that decides the result of a cell but the data itself; plain values, as in the result file."""
        network, training = self.settings(cell.method, cell.recipe, cell.reading)
        return {
            "dataset": asdict(self.dataset),
            "protocol": self.protocol,
            "held_out": self.held_out,
            "network": network.config(cell.method),
            "training": training.config(),
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


def _changed(study: Study, changes: Mapping[str, Any]) -> Study:
    """The study with other settings of network and training, whatever the recipe and the method."""
    parts = {key: getattr(study, key) for key in ("network", "training", "pairwise")}
    known = {f.name for part in parts.values() for f in fields(part)}
    for key in changes:
        if key not in known:
            raise InputError(f"unknown key {key!r}: the {CHANGEABLE} are {', '.join(sorted(known))}.")
    own: dict[str, Any] = {key: _without(getattr(study, key), changes) for key in ("methods", "readings")}
    return replace(study, **{key: change(part, changes) for key, part in parts.items()}, **own)


def _without(
    special: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in own.items() if key not in changes}
        for name, own in special.items()
    }


def _study(study_name: str, raw: Any) -> Study:
    values = dict(mapping(raw, "the study"))
    parts = {"dataset": Source, "network": NetworkSettings, "training": Training, "pairwise": Pairwise}
    for key, kind in parts.items():
        if key in values:
            values[key] = typed(kind, values[key], key)
    study = typed(Study, {"name": study_name} | values, "the study")
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
    for where, known in (("methods", METHODS), ("readings", READINGS)):
        if unknown := set(getattr(study, where)) - set(known):
            raise InputError(f"{where} has {min(unknown)!r}: the {where} are {', '.join(known)}.")
    for where in ("methods", "readings", "variants"):
        for name, changes in getattr(study, where).items():
            _changed(study, mapping(changes, f"{where}.{name}"))
    study.cells()
    return study
