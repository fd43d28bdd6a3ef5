import re
from pathlib import Path

import fakes
import pytest

from stareid.errors import InputError
from stareid.paths import STUDIES
from stareid.study import Study, load_study
from stareid.training import Pairwise, Training


@pytest.fixture
def mini(own_folders: Path) -> Path:
    file = own_folders / "studies" / "mini.yaml"
    file.write_text(fakes.STUDY)
    return file


@pytest.mark.parametrize("name", sorted(file.stem for file in STUDIES.glob("*.yaml")))
def test_every_study_of_ours_is_read(name: str) -> None:
    study = load_study(name)
    assert study.cells()


def test_cells_are_the_grid_and_share_the_run_without_filters(mini: Path) -> None:
    mini.write_text(fakes.STUDY.replace("[joint-hidden]", "[joint-hidden, joint-full]"))
    names = [cell.name for cell in load_study("mini").cells()]
    assert names == [
        "attention_none_n0_batched_split0_seed0",
        "attention_none_n0_batched_split1_seed0",
        "attention_joint-hidden_n2_batched_split0_seed0",
        "attention_joint-hidden_n2_batched_split1_seed0",
        "attention_joint-full_n2_batched_split0_seed0",
        "attention_joint-full_n2_batched_split1_seed0",
    ]


def test_cells_can_be_named_one_by_one(mini: Path) -> None:
    (cell,) = load_study("mini").cells(filters=3, split=1)
    assert (cell.filters, cell.split) == (3, 1)
    with pytest.raises(InputError, match="unknown key 'filter'"):
        load_study("mini").cells(filter=3)


def test_a_name_may_carry_changes(mini: Path) -> None:
    study = load_study("mini+epochs=7+steps=1")
    assert (study.name, study.training.epochs, study.network.steps) == ("mini+epochs=7+steps=1", 7, 1)
    assert study.folder.name == study.name
    for change, says in (
        ("epoch=7", "unknown key 'epoch'"),
        ("epochs=x", "'x'.*type int"),
        ("epochs", "not key=value"),
    ):
        with pytest.raises(InputError, match=says):
            load_study(f"mini+{change}")


def test_a_variant_changes_the_settings_of_its_recipe(mini: Path) -> None:
    study = load_study("mini")
    assert study.settings("attention", "batched-slow")[1].learning_rate == 0.0001
    assert study.settings("attention", "batched")[1].learning_rate == 0.003
    with pytest.raises(InputError, match="unknown recipe 'batched-fast'"):
        study.settings("attention", "batched-fast")


@pytest.mark.parametrize(
    ("find", "put", "says"),
    [
        ("title: A miniature", "title: 3", "title in the study is 3"),
        ("title: A miniature", "title: [", "is not YAML"),
        ("title: A miniature\n", "", "title"),
        ("epochs: 2", "epoch: 2", "unknown key 'epoch' in training"),
        ("epochs: 2", "epochs: two", "epochs in training is 'two'.*type int"),
        ("epochs: 2", "epochs: 2.5", "epochs in training is 2.5"),
        ("epochs: 2", "epochs: true", "epochs in training is True"),
        ("rescale: true", "rescale: 1", "rescale in network is 1"),
        ("epochs: 2", "epochs: -1", "training.epochs is -1"),
        ("filters: [0, 2]", "filters: [0, 7]", "filters is 7.*0 to 4"),
        ("filters: [0, 2]", "filters: 3", "grid.filters is 3: it must be a list"),
        ("  filters: [0, 2]\n", "", "grid has no 'filters'"),
        ("seed: [0]", "seed: [zero]", "seed is 'zero'"),
        ("split: [0, 1]", "split: [-1]", "split is -1"),
        ("[joint-hidden]", "[joint]", "unknown reading 'joint'"),
        ("[joint-hidden]", "[3]", "reading is 3: it must be a name"),
        ("[batched]", "[fast]", "unknown recipe 'fast'"),
        ("two_camera_2_views", "one_camera", "protocol is 'one_camera'"),
        ("reader: ilids_vid", "reader: imagenet", "dataset.reader is 'imagenet'"),
        ("learning_rate: 0.0001", "rate: 0.0001", "unknown key 'rate'"),
        ("title:", "pairwise: {people: 3}\ntitle:", "unknown key 'people' in pairwise"),
        ("title:", "pairwise: {margin: wide}\ntitle:", "margin in pairwise is 'wide'.*type float"),
        ("title:", "pairwise: {frames: 0}\ntitle:", "pairwise.frames is 0"),
        ("title:", "methods: {magic: {epochs: 1}}\ntitle:", "methods has 'magic'"),
        ("title:", "methods: {modern: {epoch: 1}}\ntitle:", "unknown key 'epoch'"),
        ("title:", "methods: {modern: 3}\ntitle:", "methods.modern is 3"),
        ("title:", "readings: {sideways: {epochs: 1}}\ntitle:", "readings has 'sideways'"),
        ("title:", "readings: {joint-full: {epoch: 1}}\ntitle:", "unknown key 'epoch'"),
        ("dropout: 0.5", "size: [176]", "network.size is .176."),
        ("dropout: 0.5", "size: 176", "size in network is 176.*type list"),
        ("dropout: 0.5", "metric: cosine", "network.metric is 'cosine'"),
        ("dropout: 0.5", "weights: 3", "weights in network is 3.*type str"),
        ("epochs: 2", "erasing: 2", "training.erasing is 2"),
    ],
)
def test_a_bad_study_is_refused_by_file_and_key(mini: Path, find: str, put: str, says: str) -> None:
    assert find in fakes.STUDY
    mini.write_text(fakes.STUDY.replace(find, put))
    with pytest.raises(InputError, match=f"mini.yaml.*{says}"):
        load_study("mini")


def test_an_unknown_study_is_refused_with_the_known_ones(mini: Path) -> None:
    with pytest.raises(InputError, match="unknown study 'maxi'.*The studies are mini"):
        load_study("maxi")


METHODS = """
pairwise: {epochs: 3, frames: 5}
methods: {modern: {epochs: 4, weights: imagenet}}
"""


def methods(mini: Path, **grid: str) -> Study:
    text = fakes.STUDY.replace("slow: {learning_rate: 0.0001}", "slow: {learning_rate: 0.0001, epochs: 9}")
    for key, value in grid.items():
        text = re.sub(rf"  {key}: \[.*\]", f"  {key}: {value}", text)
    mini.write_text(text + METHODS)
    return load_study("mini")


def test_methods_without_attention_are_run_once_whatever_the_reading(mini: Path) -> None:
    study = methods(mini, method="[mclaughlin, attention, rfa, modern]", split="[0]", filters="[0, 2, 3]")
    assert [cell.name for cell in study.cells()] == [
        "mclaughlin_batched_split0_seed0",
        "attention_none_n0_batched_split0_seed0",
        "attention_joint-hidden_n2_batched_split0_seed0",
        "attention_joint-hidden_n3_batched_split0_seed0",
        "rfa_batched_split0_seed0",
        "modern_none_n0_batched_split0_seed0",
        "modern_joint-hidden_n2_batched_split0_seed0",
        "modern_joint-hidden_n3_batched_split0_seed0",
    ]
    (cell,) = study.cells(method="ide_xqda", filters=3, reading="joint-full")
    assert (cell.name, cell.filters, cell.reading) == ("ide_xqda_batched_split0_seed0", 0, "none")


def test_a_recipe_has_settings_of_its_own(mini: Path) -> None:
    study = methods(mini, method="[mclaughlin]", recipe="[batched, mclaughlin2016, mclaughlin2016-slow]")
    settings = [study.settings(cell.method, cell.recipe)[1] for cell in study.cells(split=0)]
    assert settings == [
        Training(epochs=2, people=4, frames=4),
        Pairwise(epochs=3, frames=5),
        Pairwise(epochs=9, frames=5, learning_rate=0.0001),
    ]
    names = [cell.name for cell in study.cells(split=0)]
    assert names[1:] == [
        "mclaughlin_mclaughlin2016_split0_seed0",
        "mclaughlin_mclaughlin2016-slow_split0_seed0",
    ]
    assert study.config(study.cells(split=0)[1])["training"] == {
        "epochs": 3, "frames": 5, "learning_rate": 0.001, "margin": 2.0,
    }  # fmt: skip


def test_a_method_may_have_settings_of_its_own(mini: Path) -> None:
    study = methods(mini)
    network, training = study.settings("modern", "batched")
    assert (network.weights, training.epochs, training.frames) == ("imagenet", 4, 4)
    assert study.settings("attention", "batched")[1].epochs == 2
    assert study.settings("modern", "batched-slow")[1].epochs == 9  # the variant comes last
    assert load_study("mini+epochs=7").settings("modern", "batched")[1].epochs == 7
    assert load_study("mini+epochs=7").settings("modern", "mclaughlin2016")[1].epochs == 7


def test_a_reading_may_have_settings_of_its_own(mini: Path) -> None:
    own = "readings: {joint-hidden: {learning_rate: 0.2, steps: 3}, joint-full: {dropout: 0.25}}\n"
    mini.write_text(fakes.STUDY + own)
    study = load_study("mini")
    for reading, filters, dropout, steps, rate in (
        ("joint-hidden", 0, 0.5, 2, 0.003),  # without attention there is no reading
        ("joint-hidden", 1, 0.5, 3, 0.2),
        ("joint-full", 1, 0.25, 2, 0.003),
        ("joint-state", 1, 0.5, 2, 0.003),
    ):
        config = study.config(study.cells(reading=reading, filters=filters, split=0, recipe="batched")[0])
        assert (config["network"]["dropout"], config["network"]["steps"]) == (dropout, steps)
        assert config["training"]["learning_rate"] == rate
    (slow,) = study.cells(reading="joint-hidden", filters=1, split=0, recipe="batched-slow")
    assert study.config(slow)["training"]["learning_rate"] == 0.0001  # the variant comes last
    changed = load_study("mini+learning_rate=0.7")
    (cell,) = changed.cells(reading="joint-hidden", filters=1, split=0, recipe="batched")
    assert changed.config(cell)["training"]["learning_rate"] == 0.7
    assert changed.config(cell)["network"]["steps"] == 3


def test_settings_of_one_method_do_not_touch_the_results_of_others(mini: Path) -> None:
    study = methods(mini, method="[attention, modern]", filters="[2]", split="[0]")
    attention, modern = (study.config(cell)["network"] for cell in study.cells())
    assert attention == {"steps": 2, "rescale": True, "dropout": 0.5}
    assert modern == attention | {"weights": "imagenet", "size": [176, 88]}


def test_methods_that_know_no_flow_are_refused_it(mini: Path) -> None:
    study = methods(mini, method="[rfa]")
    mini.write_text(mini.read_text().replace("dropout: 0.5", "dropout: 0.5, flow: true"))
    with pytest.raises(InputError, match="channels is 5: rfa takes 3"):
        load_study("mini")
    mini.write_text(mini.read_text().replace("modern: {", "rfa: {flow: false}, modern: {"))
    assert load_study("mini").cells() == study.cells()
