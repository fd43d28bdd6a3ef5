"""The controls differ in what is in question and in nothing else; files are written once and read again."""

import json
from pathlib import Path

import fakes
import numpy as np
import pytest
import torch

from stareid import data, results
from stareid.__main__ import main
from stareid.errors import InputError
from stareid.evaluation import record_attention
from stareid.evaluation.evidence import CONTROLS
from stareid.evaluation.evidence.measure import NO_TRUTH
from stareid.evidence import cells_with_attention, draw_scores, evidence_file, gather, shuffle_people
from stareid.model import build
from stareid.study import load_study


@pytest.fixture
def mini(own_folders: Path) -> Path:
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY)
    return own_folders


def test_shuffled_people_keep_nothing_of_their_own(tree: Path) -> None:
    dataset = data.load("ilids_vid", tree)
    people = dataset.splits[0].train
    [cell] = load_study("smoke").cells(filters=3, split=0)
    dealt = shuffle_people(dataset, people, cell)
    assert dealt.select(people, 1) == dataset.select(people, 1)
    before, after = dataset.select(people, 2), dealt.select(people, 2)
    assert sorted(s.start for s in before) == sorted(s.start for s in after)
    assert all(own.start != given.start for own, given in zip(before, after, strict=True))
    assert dealt.select(dataset.splits[0].test, 2) == dataset.select(dataset.splits[0].test, 2)
    assert shuffle_people(dataset, people, cell) == dealt


def test_drawn_scores_make_a_map_that_is_not_uniform() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (4, 128, 64, 3), np.uint8)
    torch.manual_seed(0)
    network = build("attention", filters=2, people=4)
    assert np.ptp(record_attention(network, frames).maps) < 1e-8
    draw_scores(network)
    assert np.ptp(record_attention(network, frames).maps) > 1e-5


def test_evidence_of_all_controls_by_the_command(mini: Path, tree: Path, monkeypatch, capsys) -> None:
    study = load_study("mini")
    [cell] = cells_with_attention(study, split=0)
    assert main(["evidence", "mini", f"data={tree}", "device=cpu", "split=0"]) == 0
    assert "3 of 3 are in" in capsys.readouterr().out
    records = results.read_evidence(study.folder)
    assert sorted(record["control"] for record in records) == sorted(CONTROLS)
    assert [record["filters"] for record in results.read_all(study.folder)] == [2]
    assert len({json.dumps(record["figures"]) for record in records}) == 3
    assert all(NO_TRUTH in record["left_out"] for record in records)
    assert all(record["config"]["control"] == record["control"] for record in records)

    monkeypatch.setattr("stareid.evaluation.evidence.measure", None)  # nothing is measured twice
    again = gather(study, cell, "shuffled", "no such folder")
    assert again == json.loads(evidence_file(study, cell, "shuffled").read_text())


@pytest.mark.usefixtures("mini")
def test_what_cannot_be_questioned_is_refused() -> None:
    study = load_study("mini")
    with pytest.raises(InputError, match="no run with attention"):
        cells_with_attention(study, filters=0)
    [cell] = cells_with_attention(study, split=0)
    with pytest.raises(InputError, match="unknown control 'untrained'"):
        gather(study, cell, "untrained")


def test_controls_of_a_study_do_not_enter_the_config_of_its_runs(mini: Path) -> None:
    [before] = [load_study("mini").config(cell) for cell in load_study("mini").cells(filters=2, split=0)]
    (mini / "studies" / "mini.yaml").write_text(fakes.STUDY + "controls: [trained, random]\n")
    [after] = [load_study("mini").config(cell) for cell in load_study("mini").cells(filters=2, split=0)]
    assert before == after
    (mini / "studies" / "mini.yaml").write_text(fakes.STUDY + "controls: [best]\n")
    with pytest.raises(InputError, match=r"controls are \['best'\]"):
        load_study("mini")
