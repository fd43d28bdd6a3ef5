"""The album of the book's explorer: people by a rule, the network's own maps, its own best impostor."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from stareid import data, exploration
from stareid.__main__ import main
from stareid.errors import InputError
from stareid.evaluation import record_attention
from stareid.figures import sequences
from stareid.figures.explorer import packing
from stareid.model import build
from stareid.study import Cell, load_study


@pytest.fixture
def walkers() -> data.Dataset:
    return data.load("walkers", people=6, seed=1, shortest=4, longest=6)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch, walkers: data.Dataset) -> dict[int, torch.nn.Module]:
    """Untrained networks in place of trained ones, by filters; nothing is trained and nothing written."""
    made = {n: build("attention", filters=n, people=4).eval() for n in (0, 2)}
    torch.nn.init.normal_(made[2].get_parameter("attention.refinement.branch.score.weight"))
    monkeypatch.setattr(exploration, "trained", lambda study, cell, root, device: made[cell.filters])
    monkeypatch.setattr(exploration, "open_data", lambda study, root: walkers)
    return made


def cells() -> list[Cell]:
    return load_study("smoke").cells(filters=[0, 2], split=0)


def test_album_holds_what_the_networks_saw(networks, walkers):
    album = exploration.gather(load_study("smoke"), cells(), people=1, frames=4)
    test = walkers.splits[0].test
    [person] = sequences.most_occluded(walkers, test, 1)
    [track] = walkers.select([person], 1)
    rows = sequences.evenly(track.length, 4)
    record = record_attention(networks[2], walkers.frames(track)[rows])
    number = next(pair["probe"] for pair in album["pairs"])
    assert album["sequences"][number]["numbers"] == (rows + 1).tolist()
    [look] = [look for look in album["looks"] if look["sequence"] == number]
    assert album["networks"][look["network"]] == {"reading": "joint-hidden", "filters": 2}
    times = record.maps * record.maps[0].size
    assert np.allclose(packing.unpack(look, 4, (10, 8)), times, atol=np.ptp(times) / 255)


def test_impostor_is_the_nearest_wrong_one(networks, walkers):
    test = walkers.splits[0].test
    for probe, match, impostor, pair in exploration.pairs(
        networks[0], walkers, test, test, "two_camera_2_views"
    ):
        assert (probe.camera, match.camera, impostor.camera) == (1, 2, 2)
        assert probe.person == match.person != impostor.person
        own, other = pair["distances"]
        assert (pair["rank"] == 1) == (own < other)
        assert pair["among"] == len(test) == 3


def test_written_album_is_read_back(networks, tmp_path: Path):
    album = exploration.gather(load_study("smoke"), cells(), people=1, frames=4)
    exploration.write(album, tmp_path / "album.json")
    assert json.loads((tmp_path / "album.json").read_text()) == json.loads(json.dumps(album))


def test_real_people_are_refused(networks, walkers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exploration, "open_data", lambda study, root: replace(walkers, name="mars"))
    with pytest.raises(InputError, match="walkers only"):
        exploration.gather(load_study("smoke"), cells())


def test_an_album_needs_attention_and_one_method(networks):
    with pytest.raises(InputError, match="at least one of them with attention"):
        exploration.gather(load_study("smoke"), cells()[:1])
    with pytest.raises(InputError, match="one method"):  # their cells lie elsewhere
        exploration.gather(load_study("smoke"), [*cells(), replace(cells()[1], method="modern")])


def test_command_writes_the_album(networks, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "album.json"
    words = ["explorer", "smoke", "filters=0,2", "--people", "1", "--frames", "3", "--out", str(out)]
    assert main(words) == 0
    assert "3 sequences, 2 networks" in capsys.readouterr().out
    assert len(json.loads(out.read_text())["sequences"][0]["numbers"]) == 3


def test_one_sequence_is_looked_at_now(networks, walkers):
    person = walkers.sequences[0].person
    album = exploration.look_at(networks[2], walkers, person, 2, frames=3)
    assert [(s["person"], s["camera"], len(s["numbers"])) for s in album["sequences"]] == [(person, 2, 3)]
