from pathlib import Path

import fakes
import pytest

from stareid.errors import InputError
from stareid.paths import STUDIES
from stareid.study import load_study


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
    assert study.settings("batched-slow")[1].learning_rate == 0.0001
    assert study.settings("batched")[1].learning_rate == 0.003
    with pytest.raises(InputError, match="unknown recipe 'batched-fast'"):
        study.settings("batched-fast")


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
        ("epochs: 2", "epochs: 0", "training.epochs is 0"),
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
