"""One run from a tree of pictures to its result file, by the real reader."""

import json
from pathlib import Path
from typing import Any

import fakes
import pytest
import torch

from stareid import data, evaluation
from stareid.errors import InputError
from stareid.ranks import measure
from stareid.run import checkpoint_file, choose_device, choose_split, fresh, missing, open_data, run
from stareid.study import load_study
from stareid.training import read_config, restore

FIELDS = (
    "study dataset protocol method reading filters steps recipe split seed config fingerprint status cmc map "
    "ranks loss train_seconds frames_per_second machine versions commit"
)


@pytest.fixture
def mini(own_folders: Path) -> None:
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY)


@pytest.mark.usefixtures("mini")
def test_a_run_leaves_a_result_and_a_checkpoint_that_agree(tree: Path) -> None:
    study = load_study("mini")
    (cell,) = study.cells(filters=2, split=1)
    record = run(study, cell, tree, "cpu")
    assert set(FIELDS.split()) <= set(record)
    assert record["status"] in ("done", "collapsed")  # two epochs hardly leave the start
    assert (record["dataset"], record["filters"], record["reading"]) == ("mini", 2, "joint-hidden")
    assert json.loads(study.result_file(cell).read_text()) == json.loads(json.dumps(record))
    assert len(record["loss"]) == 2

    dataset, network = data.load("ilids_vid", tree), restore(checkpoint_file(study, cell))
    test = dataset.splits[1].test
    protocol = evaluation.PROTOCOLS["two_camera_2_views"]
    probes, gallery = ([dataset.frames(s) for s in dataset.select(test, camera)] for camera in (1, 2))
    distance = evaluation.euclidean(
        evaluation.embed(network, probes, protocol), evaluation.embed(network, gallery, protocol)
    )
    again = evaluation.true_match_ranks(distance.numpy(), test, test)
    assert record["ranks"] == again.tolist()
    assert record["cmc"]["1"] == pytest.approx(100 * (again == 1).mean(), abs=1e-3)


@pytest.mark.usefixtures("mini")
def test_a_run_is_repeated_to_the_same_ranks_and_skipped_when_done(tree: Path, monkeypatch) -> None:
    study = load_study("mini")
    (cell,) = study.cells(filters=2, split=0)
    first = run(study, cell, tree)
    study.result_file(cell).unlink()
    torch.manual_seed(99)  # whatever was drawn before does not matter
    again = run(study, cell, tree)
    assert (first["loss"], first["ranks"], first["fingerprint"]) == (
        again["loss"], again["ranks"], again["fingerprint"],
    )  # fmt: skip
    monkeypatch.setattr("stareid.training.train", None)
    assert run(study, cell, "no such folder") == json.loads(json.dumps(again))


@pytest.mark.usefixtures("mini")
def test_a_result_of_other_settings_is_not_overwritten(tree: Path, own_folders: Path) -> None:
    study = load_study("mini")
    (cell,) = study.cells(filters=0, split=0)
    run(study, cell, tree)
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY.replace("epochs: 2", "epochs: 3"))
    with pytest.raises(InputError, match="made with other settings"):
        run(load_study("mini"), cell, tree)


@pytest.mark.usefixtures("mini")
@pytest.mark.parametrize(
    ("changes", "wanted", "says"),
    [
        ("", {"split": 10}, "split is 10.*has 10 splits"),
        ("+frames=50", {"split": 0}, "50 frames is longer than the shortest sequence"),
    ],
)
def test_what_cannot_be_run_is_refused_before_training(
    tree: Path, monkeypatch, changes, wanted, says
) -> None:
    monkeypatch.setattr("stareid.training.train", None)
    study = load_study(f"mini{changes}")
    with pytest.raises(InputError, match=says):
        run(study, study.cells(filters=0, **wanted)[0], tree)


@pytest.mark.usefixtures("mini")
def test_held_out_people_are_training_people(tree: Path, own_folders: Path) -> None:
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY + "held_out: 2\n")
    dataset = data.load("ilids_vid", tree)
    split = choose_split(load_study("mini"), dataset, 0)
    assert set(split.test) | set(split.train) == set(dataset.splits[0].train)
    assert len(split.test) == 2
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY + "held_out: 3\n")
    with pytest.raises(InputError, match="held_out is 3"):
        choose_split(load_study("mini"), dataset, 0)


def test_devices() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type in ("cpu", "cuda")
    for unknown in ("gpu", "cuda:99"):
        with pytest.raises(InputError, match=f"device is '{unknown}'"):
            choose_device(unknown)


def test_a_folder_for_drawn_walkers_is_refused() -> None:
    with pytest.raises(InputError, match="walkers are drawn, they are not read from somewhere"):
        open_data(load_study("smoke"), "somewhere")


FLOW = fakes.STUDY.replace("dropout: 0.5", "dropout: 0.5, flow: true")


@pytest.mark.usefixtures("mini")
def test_a_run_keeps_a_threshold_beside_its_weights(tree: Path) -> None:
    study = load_study("mini")
    (cell,) = study.cells(filters=0, split=0)
    assert run(study, cell, tree)["flow"] is False
    kept = read_config(checkpoint_file(study, cell))["threshold"]
    assert (kept["protocol"], kept["training_people"]) == ("two_camera_2_views", 4)
    dataset, network = data.load("ilids_vid", tree), restore(checkpoint_file(study, cell))
    people = dataset.splits[0].train
    pairs = list(zip(dataset.select(people, 1), dataset.select(people, 2), strict=True))
    distance = measure(network, dataset, pairs, "two_camera_2_views", None)
    assert kept["distance"] == pytest.approx(evaluation.equal_error_threshold(distance, people, people))


@pytest.mark.usefixtures("mini")
def test_a_run_with_flow_says_so(tree: Path, own_folders: Path) -> None:
    (own_folders / "studies" / "flow.yaml").write_text(FLOW)
    study = load_study("flow")
    (cell,) = study.cells(filters=0, split=0)
    record = run(study, cell, tree)
    assert record["flow"] is True and record["config"]["network"]["flow"] is True
    assert read_config(checkpoint_file(study, cell))["channels"] == 5
    weights = restore(checkpoint_file(study, cell)).state_dict()
    assert weights["backbone.blocks.0.convolution.weight"].shape[1] == 5


@pytest.mark.usefixtures("mini")
def test_flow_is_refused_before_training_where_frames_are_not_consecutive(
    tree: Path, own_folders: Path, monkeypatch
) -> None:
    monkeypatch.setattr("stareid.training.train", None)
    (own_folders / "studies" / "flow.yaml").write_text(
        FLOW.replace("reader: ilids_vid", "reader: ilids_vid, options: {consecutive: false}")
    )
    study = load_study("flow")
    for attempt in (lambda: run(study, study.cells()[0], tree), lambda: missing(study, study.cells(), tree)):
        with pytest.raises(InputError, match="can have no optical flow"):
            attempt()


@pytest.mark.usefixtures("mini")
def test_settings_of_older_results_are_as_they_were() -> None:
    study = load_study("mini")
    network = study.config(study.cells()[0])["network"]
    assert network == {"steps": 2, "rescale": True, "dropout": 0.5}


@pytest.mark.usefixtures("mini")
def test_a_network_can_be_measured_untrained(tree: Path) -> None:
    study = load_study("mini+epochs=0")
    (cell,) = study.cells(method="mclaughlin", split=0)
    record = run(study, cell, tree)
    assert (record["status"], record["epochs"], record["loss"], record["frames_per_second"]) == (
        "done",
        0,
        [],
        0,
    )
    before = fresh(study, cell, choose_split(study, open_data(study, tree), 0), torch.device("cpu"))
    after = restore(checkpoint_file(study, cell))
    assert all(torch.equal(a, b) for a, b in zip(before.parameters(), after.parameters(), strict=True))


@pytest.mark.usefixtures("mini")
def test_a_run_by_the_recipe_and_the_protocol_of_the_source(tree: Path, own_folders: Path) -> None:
    text = fakes.STUDY.replace("[batched]", "[mclaughlin2016]").replace(
        "two_camera_2_views", "mclaughlin2016"
    )
    (own_folders / "studies" / "pairs.yaml").write_text(text + "pairwise: {epochs: 1, frames: 16}\n")
    study = load_study("pairs")
    (cell,) = study.cells(method="mclaughlin", split=0)
    record = run(study, cell, tree)  # sequences of 5 to 9 frames: shorter than 16, so they cut the clips
    assert (record["recipe"], record["epochs"], record["protocol"]) == ("mclaughlin2016", 1, "mclaughlin2016")
    assert record["config"]["training"] == {"epochs": 1, "frames": 16, "learning_rate": 0.001, "margin": 2.0}
    dataset, network = data.load("ilids_vid", tree), restore(checkpoint_file(study, cell))
    test = dataset.splits[0].test
    probes, gallery = ([dataset.frames(s) for s in dataset.select(test, camera)] for camera in (1, 2))
    distance = evaluation.compare(network, probes, gallery, evaluation.PROTOCOLS["mclaughlin2016"]).numpy()
    assert record["ranks"] == evaluation.true_match_ranks(distance, test, test).tolist()


@pytest.mark.usefixtures("mini")
def test_a_learned_metric_is_learned_on_training_people_alone(tree: Path, monkeypatch) -> None:
    study = load_study("mini+epochs=1")
    (cell,) = study.cells(method="ide_xqda", split=0)
    fitted: list[tuple] = []
    real = evaluation.fit_metric

    def watched(*given: Any) -> evaluation.Metric:
        fitted.append(given)
        return real(*given)

    monkeypatch.setattr("stareid.evaluation.fit_metric", watched)
    record = run(study, cell, tree)
    ((name, features, people, cameras),) = fitted
    assert (name, record["metric"]) == ("xqda", "xqda")
    train = open_data(study, tree).splits[0].train
    assert sorted(people) == sorted([*train, *train]) and sorted(set(cameras)) == [1, 2]
    assert len(features) == 2 * len(train)
    assert read_config(checkpoint_file(study, cell))["threshold"] == {}

    study = load_study("mini+epochs=1+metric=euclidean")
    assert run(study, cell, tree)["metric"] == "euclidean"
    assert len(fitted) == 1


@pytest.mark.usefixtures("mini")
def test_weights_that_are_not_there_are_refused_before_training(tree: Path, monkeypatch) -> None:
    monkeypatch.setattr("stareid.training.train", None)
    study = load_study("mini+weights=nowhere.safetensors")
    cells = study.cells(method="modern", filters=0, split=0)
    for attempt in (lambda: run(study, cells[0], tree), lambda: missing(study, cells, tree)):
        with pytest.raises(InputError, match="no file .*nowhere.safetensors"):
            attempt()
    (other,) = study.cells(method="attention", filters=0, split=0)
    assert missing(study, [other], tree) == [other]  # it has no use for them
