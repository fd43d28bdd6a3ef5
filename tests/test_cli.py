"""`python -m stareid`: what it prints, and that bad input ends in one message, before anything is trained."""

import json
import os
import subprocess
import sys
from pathlib import Path

import fakes
import pytest
from results_made import record

from stareid import results
from stareid.__main__ import main


@pytest.fixture
def mini(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of a miniature tree, in which training anything is an error."""
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY)
    monkeypatch.setattr("stareid.training.train", lambda *_: pytest.fail("a training has begun"))
    return own_folders


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one message with which a command line is refused with status 2."""
    assert main([str(word) for word in words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (message,) = [line for line in captured.err.splitlines() if line.startswith("stareid: ")]
    assert "Traceback" not in captured.err
    return message


BAD_WORDS = {
    "unknown study": (["nosuch"], ["'nosuch'", "The studies are mini"]),
    "a study elsewhere": (["../studies/mini"], ["'../studies/mini'", "The studies are mini"]),
    "unknown key": (["mini", "epoch=2"], ["'epoch'", "epochs"]),
    "unknown key in the name": (["mini+epoch=2"], ["'epoch'", "epochs"]),
    "wrong type": (["mini", "epochs=many"], ["epochs", "'many'", "int"]),
    "wrong type: a switch": (["mini", "epochs=true"], ["epochs", "True", "int"]),
    "out of range": (["mini", "epochs=-1"], ["epochs", "at least 0"]),
    "not key=value": (["mini", "epochs"], ["'epochs'", "key=value"]),
    "not YAML": (["mini", "epochs=["], ["'epochs=['", "YAML"]),
    "filters above": (["mini", "filters=5"], ["filters is 5", "0 to 4"]),
    "filters below": (["mini", "filters=-1"], ["filters is -1", "from 0"]),
    "filters as text": (["mini", "filters=three"], ["'three'", "whole number"]),
    "filters as a switch": (["mini", "filters=true"], ["True", "whole number"]),
    "unknown split": (["mini", "split=10"], ["split is 10", "10 splits"]),
    "unknown split after a good one": (["mini", "split=0,10"], ["split is 10", "10 splits"]),
    "unknown reading": (["mini", "reading=sideways", "filters=1"], ["'sideways'", "joint-hidden"]),
    "unknown method": (["mini", "method=magic"], ["'magic'", "attention"]),
    "unknown recipe": (["mini", "recipe=secret"], ["'secret'", "batched"]),
    "unknown device": (["mini", "device=abacus"], ["'abacus'", "cpu"]),
    "a clip longer than a sequence": (["mini", "frames=6"], ["6 frames", "has 5", "set frames to 5"]),
}


@pytest.mark.parametrize(("words", "parts"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_bad_words_are_refused(words: list, parts: list, mini: Path, tree: Path, capsys) -> None:
    message = refused(capsys, "train", *words, f"data={tree}")
    assert all(part in message for part in parts), message
    assert not list((mini / "results").rglob("*.json"))


def test_a_folder_that_is_not_there_is_refused(mini: Path, capsys) -> None:
    message = refused(capsys, "train", "mini", f"data={mini / 'nowhere'}")
    assert f"{mini / 'nowhere'} is not an iLIDS-VID tree" in message and "Name the folder" in message


def test_a_file_instead_of_a_folder_is_refused(mini: Path, capsys) -> None:
    (mini / "file").write_text("")
    assert "is not an iLIDS-VID tree" in refused(capsys, "train", "mini", f"data={mini / 'file'}")


def test_a_folder_for_drawn_walkers_is_refused(mini: Path, tree: Path, capsys) -> None:
    study = fakes.STUDY.replace("reader: ilids_vid", "reader: walkers, options: {people: 6}")
    (mini / "studies" / "drawn.yaml").write_text(study)
    message = refused(capsys, "train", "drawn", f"data={tree}")
    assert str(tree) in message and "leave the folder out" in message


def test_a_person_without_frames_in_a_camera_is_refused(mini: Path, tree: Path, capsys) -> None:
    for file in (tree / "i-LIDS-VID" / "sequences" / "cam2" / "person005").iterdir():
        file.unlink()
    message = refused(capsys, "train", "mini", f"data={tree}")
    assert "person005 has no frames in camera 2" in message and "add the frames" in message


def test_a_tree_without_splits_is_refused(mini: Path, tree: Path, capsys) -> None:
    (tree / "train-test people splits" / "train_test_splits_ilidsvid.mat").unlink()
    assert "has 0 splits (no file" in refused(capsys, "train", "mini", f"data={tree}")


BAD_STUDIES = {
    "unknown key": ("protocol:", "protcol:", ["'protcol'", "protocol"]),
    "unknown setting": ("epochs:", "epoch:", ["'epoch'", "epochs"]),
    "wrong type": ("epochs: 2", "epochs: two", ["epochs", "'two'", "int"]),
    "unknown reader": ("ilids_vid", "ilidsvid", ["'ilidsvid'", "ilids_vid"]),
    "filters": ("filters: [", "filters: [7, ", ["filters is 7", "0 to 4"]),
    "not YAML": ("title:", "title: [", ["is not YAML"]),
}


@pytest.mark.parametrize(("old", "new", "parts"), BAD_STUDIES.values(), ids=BAD_STUDIES)
def test_bad_studies_are_refused(old: str, new: str, parts: list, mini: Path, tree: Path, capsys) -> None:
    assert old in fakes.STUDY
    (mini / "studies" / "bad.yaml").write_text(fakes.STUDY.replace(old, new))
    message = refused(capsys, "train", "bad", f"data={tree}")
    assert all(part in message for part in ["bad.yaml", *parts]), message


def test_a_result_of_other_settings_is_refused(mini: Path, tree: Path, capsys) -> None:
    result = mini / "results" / "mini" / "attention_joint-hidden_n2_batched_split0_seed0.json"
    result.parent.mkdir()
    result.write_text(json.dumps({"status": "done", "config": {"training": {"epochs": 1000}}}))
    message = refused(capsys, "train", "mini", f"data={tree}", "filters=2")
    assert str(result) in message and "other settings" in message and "move it away" in message


def test_a_broken_result_is_refused(mini: Path, tree: Path, capsys) -> None:
    result = mini / "results" / "mini" / "attention_joint-hidden_n2_batched_split0_seed0.json"
    result.parent.mkdir()
    result.write_text("{")
    message = refused(capsys, "train", "mini", f"data={tree}", "filters=2")
    assert str(result) in message and "elete it" in message


def test_a_report_without_results_is_refused(mini: Path, capsys) -> None:
    assert "python -m stareid train mini" in refused(capsys, "report", "mini")


def test_a_report_has_both_tables(mini: Path, capsys) -> None:
    for number, made in enumerate((record(3, 0, 50.0), record(0, 0, 40.0, method="mclaughlin"))):
        results.write(made | {"config": {}}, mini / "results" / "mini" / f"{number}.json")
    assert main(["report", "mini"]) == 0
    said = capsys.readouterr().out
    assert said.index("mclaughlin") < said.index("joint-hidden         3")  # Table 1 comes first
    assert main(["report", "mini", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [row["method"] for row in report["table1"]] == ["attention", "mclaughlin"]
    assert [row["filters"] for row in report["table2"]] == [3]


def test_a_dry_run_names_what_is_missing(mini: Path, tree: Path, capsys) -> None:
    assert main(["train", "mini", f"data={tree}", "filters=2", "split=0,1", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "attention_joint-hidden_n2_batched_split0_seed0",
        "attention_joint-hidden_n2_batched_split1_seed0",
        "2 of 2 runs to do",
    ]
    assert not list((mini / "results").rglob("*.json"))


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["train", "nosuch"], 2, "stareid: unknown study 'nosuch'"),
        (["trian", "smoke"], 2, "invalid choice: 'trian'"),
        (["train", "--help"], 0, ""),
    ],
)
def test_the_process_ends_with_the_status(words: list[str], status: int, said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stareid", *words],
        cwd=tmp_path, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status
    assert said in done.stderr and "Traceback" not in done.stderr
