"""A run made again from its result file alone, and compared with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stareid import results
from stareid.errors import InputError
from stareid.run import fingerprint, make, open_data
from stareid.study import AXES, Cell, NetworkSettings, Source, Study
from stareid.training import Pairwise, Training
from stareid.typed import mapping, typed

SETTINGS = {"batched": ("training", Training), "mclaughlin2016": ("pairwise", Pairwise)}


@dataclass(frozen=True)
class Repetition:
    """The record of a result file, and that of the same run made anew."""

    then: dict[str, Any]
    now: dict[str, Any]

    @property
    def different(self) -> int:
        """How many probes have another rank than then."""
        return sum(one != other for one, other in zip(self.then["ranks"], self.now["ranks"], strict=True))

    def lines(self) -> list[str]:
        """What to say of it: ranks, rank-1, and what was not the same about the machine."""
        count = len(self.then["ranks"])
        said = [
            f"ranks: {count - self.different} of {count} are the same",
            f"rank-1: {self.then['cmc']['1']:.1f} % then, {self.now['cmc']['1']:.1f} % now",
        ]
        for part in ("machine", "versions"):
            for key, value in self.now[part].items():
                if self.then[part].get(key) != value:
                    said.append(f"{key}: {self.then[part].get(key)} then, {value} now")
        return said


def repeat(file: Path, root: str | Path | None = None, device: str = "auto") -> Repetition:
    """Train and evaluate the run of a result file again, from what the file says of it; write nothing.

    `root` is the folder of the data set where its reader needs one. Raises InputError before any training
    for a file that is not the result of a run, and for frames that are not those of the result.
    """
    then = results.read(file)
    study, cell = described(then, file)
    dataset = open_data(study, root)
    if fingerprint(study, cell, dataset) != then["fingerprint"]:
        raise InputError(
            f"{file} was made from other frames than those in {dataset.name!r} here, or by a version that "
            "described its settings differently: nothing was trained."
        )
    return Repetition(then, make(study, cell, dataset, device))


def described(record: dict[str, Any], file: Path) -> tuple[Study, Cell]:
    """The study and the cell that a result describes; InputError naming `file` where it does not."""
    if missing := {"ranks", "fingerprint", *AXES} - set(record):
        raise InputError(f"{file} is not the result of a run: it has no {min(missing)!r}.")
    try:
        config = mapping(record["config"], "config")
        cell = Cell(**{axis: record[axis] for axis in AXES})
        recipe, _, variant = cell.recipe.partition("-")
        if recipe not in SETTINGS:
            raise InputError(f"unknown recipe {recipe!r}.")
        name, kind = SETTINGS[recipe]
        study = Study(
            name=str(record["study"]),
            title="",
            dataset=typed(Source, config["dataset"], "dataset"),
            grid={axis: [record[axis]] for axis in AXES},
            protocol=config["protocol"],
            held_out=config["held_out"],
            network=typed(NetworkSettings, config["network"], "network"),
            variants={variant: {}} if variant else {},  # what it changes is in the settings already
            **{name: typed(kind, config["training"], "training")},
        )
    except (InputError, KeyError) as error:
        raise InputError(f"{file} does not describe a run: {error}") from error
    return study, cell
