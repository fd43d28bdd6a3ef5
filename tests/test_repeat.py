"""A run is made again from its result file alone."""

import json
from pathlib import Path

import fakes
import pytest

from stareid.__main__ import main
from stareid.errors import InputError
from stareid.evaluation.evidence import CONTROLS
from stareid.paths import RESULTS
from stareid.repeat import described, repeat
from stareid.results import read
from stareid.run import run
from stareid.study import AXES, load_study

STUDY = fakes.STUDY + "readings: {joint-hidden: {dropout: 0.1}}\n"


@pytest.fixture
def made(own_folders: Path, tree: Path) -> Path:
    """The result of a run under a variant; its study is gone."""
    file = own_folders / "studies" / "mini.yaml"
    file.write_text(STUDY)
    study = load_study("mini")
    (cell,) = study.cells(filters=2, split=1, recipe="batched-slow")
    run(study, cell, tree, "cpu")
    file.unlink()
    return study.result_file(cell)


def test_the_same_ranks_come_out_and_nothing_is_written(made: Path, tree: Path, own_folders: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in own_folders.rglob("*")}
    repetition = repeat(made, tree, "cpu")
    assert repetition.then == read(made)
    assert repetition.now["ranks"] == repetition.then["ranks"]
    assert repetition.now["loss"] == repetition.then["loss"]
    assert repetition.now["fingerprint"] == repetition.then["fingerprint"]
    assert {file: file.stat().st_mtime_ns for file in own_folders.rglob("*")} == before


def test_the_command_says_what_differs(made: Path, tree: Path, capsys) -> None:
    assert main(["repeat", str(made), "--data", str(tree)]) == 0
    assert capsys.readouterr().out.startswith("ranks: 4 of 4 are the same\nrank-1: ")
    record = read(made)
    record["ranks"][0] += 1
    record["machine"]["threads"] = 96
    made.write_text(json.dumps(record))
    assert main(["repeat", str(made), "--data", str(tree)]) == 1
    said = capsys.readouterr().out
    assert "ranks: 3 of 4 are the same" in said and "threads: 96 then, 1 now" in said


def test_other_frames_are_refused_before_training(made: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("stareid.training.train", None)
    other = fakes.ilids_vid(tmp_path / "other", numbers=(*fakes.NUMBERS[:-1], 99))
    with pytest.raises(InputError, match="other frames.*nothing was trained"):
        repeat(made, other)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("ranks", None, "is not the result of a run: it has no 'ranks'"),
        ("recipe", "secret", "unknown recipe 'secret'"),
        ("config", 3, "config is 3"),
        ("config", {"dataset": {}}, "does not describe a run"),
    ],
)
def test_what_is_no_result_is_refused(made: Path, key: str, value: object, says: str) -> None:
    record = read(made)
    if value is None:
        del record[key]
    else:
        record[key] = value
    made.write_text(json.dumps(record))
    with pytest.raises(InputError, match=says):
        repeat(made)


RUNS = [file for file in sorted(RESULTS.glob("mars300*/*.json")) if not file.stem.endswith(CONTROLS)]


@pytest.mark.parametrize("file", RUNS, ids=lambda file: file.stem)
def test_every_committed_run_on_real_people_describes_itself(file: Path) -> None:
    record = read(file)
    study, cell = described(record, file)
    assert study.config(cell) == record["config"]
    assert vars(cell) == {axis: record[axis] for axis in AXES}
