from pathlib import Path

import pytest

from stareid import results
from stareid.errors import InputError

CONFIG = {"training": {"epochs": 2}, "views": (1, 2)}


def test_a_result_is_written_whole_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "study" / "run.json"
    results.write({"status": "done", "config": CONFIG}, file)
    assert results.read(file)["config"]["views"] == [1, 2]
    assert [f.name for f in file.parent.iterdir()] == ["run.json"]
    assert len(results.read_all(file.parent)) == 1


def test_a_result_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    results.write({"status": "done", "config": CONFIG}, file)
    with pytest.raises(TypeError):
        results.write({"status": object(), "config": CONFIG}, file)
    assert results.read(file)["status"] == "done"


def test_done_means_the_same_settings(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    assert not results.is_done(file, CONFIG)
    results.write({"status": "collapsed", "config": CONFIG}, file)
    assert results.is_done(file, CONFIG)
    with pytest.raises(InputError, match=r"run.json was made with other settings \(training\)"):
        results.is_done(file, CONFIG | {"training": {"epochs": 3}})


@pytest.mark.parametrize("text", ["", "{", "[1]", "{}", '{"status": "done"}'])
def test_what_is_no_result_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(text)
    with pytest.raises(InputError, match="run.json is not a result"):
        results.read(file)


def test_the_fingerprint_follows_settings_and_data() -> None:
    one = results.fingerprint({"a": 1, "b": 2}, "data")
    assert one == results.fingerprint({"b": 2, "a": 1}, "data")
    assert (
        len({one, results.fingerprint({"a": 1, "b": 3}, "data"), results.fingerprint({"a": 1, "b": 2}, "x")})
        == 3
    )
