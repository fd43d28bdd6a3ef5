"""`python -m stareid data ...`: what is printed, and the status at the end."""

import tarfile
import time
from pathlib import Path

import fakes
import pytest

from stareid.__main__ import main
from stareid.data import download as downloading
from stareid.data import verify as verifying
from stareid.data.verify import Known


def test_drawn_walkers_are_unpacked_and_right(tmp_path: Path, capsys) -> None:
    """draw -> an archive as their authors would make one -> unpack -> verify."""
    drawn, archive, tree = tmp_path / "drawn", tmp_path / "walkers.tar", tmp_path / "tree"
    words = ["--people", "2", "--shortest", "3", "--longest", "4", "--jobs", "1"]
    assert main(["data", "draw", str(drawn), *words]) == 0
    with tarfile.open(archive, "w") as made:
        made.add(drawn, arcname=".")
    assert main(["data", "unpack", str(archive), str(tree)]) == 0
    assert f"files in {tree}" in capsys.readouterr().out
    assert main(["data", "verify", "walkers", str(tree)]) == 0
    assert "2 people, 4 sequences" in (said := capsys.readouterr().out) and "nothing is wrong" in said
    assert main(["data", "verify", "ilids_vid", str(tree)]) == 1  # right, but not iLIDS-VID
    assert "people: 2, and should be 300." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("people", "lengths", "batch"),
    [
        pytest.param(8, (6, 8), 4, id="small"),
        pytest.param(300, (22, 192), 10, id="as large as iLIDS-VID", marks=pytest.mark.long),
    ],
)
def test_the_whole_path_on_a_drawn_tree(
    people: int, lengths: tuple[int, int], batch: int, tmp_path: Path, own_folders: Path, capsys
) -> None:
    """draw -> unpack -> verify -> train (2 epochs) -> report; drawn in four minutes on two cores."""
    (own_folders / "studies" / "mini.yaml").write_text(fakes.STUDY)
    drawn, archive, tree = tmp_path / "drawn", tmp_path / "drawn.tar", tmp_path / "unpacked"
    size = ["--people", people, "--shortest", lengths[0], "--longest", lengths[1]]
    began = time.perf_counter()
    assert main(["data", "draw", str(drawn), *map(str, size)]) == 0
    assert time.perf_counter() - began < 240
    with tarfile.open(archive, "w") as made:
        made.add(drawn, arcname=".")
    assert main(["data", "unpack", str(archive), str(tree)]) == 0
    assert main(["data", "verify", "walkers", str(tree)]) == 0
    assert f"{people} people, {2 * people} sequences" in capsys.readouterr().out
    words = [f"data={tree}", "filters=0,2", "split=0", "epochs=2", f"people={batch}"]
    assert main(["train", "mini", *words]) == 0
    assert "2 of 2 runs have a result" in capsys.readouterr().out
    assert main(["report", f"mini+epochs=2+people={batch}"]) == 0
    assert "rank-1" in capsys.readouterr().out


def test_a_tree_that_is_wrong_ends_with_1_and_names(tmp_path: Path, capsys, monkeypatch) -> None:
    root = fakes.ilids_vid(tmp_path, numbers=(1, 2))
    monkeypatch.setitem(verifying.KNOWN, "ilids_vid", Known(people=2))
    assert main(["data", "verify", "ilids_vid", str(root), "--jobs", "1"]) == 0
    capsys.readouterr()
    broken = next((root / "i-LIDS-VID" / "sequences" / "cam1" / "person001").iterdir())
    broken.write_bytes(b"")
    assert main(["data", "verify", "ilids_vid", str(root)]) == 1
    *problems, last = capsys.readouterr().out.splitlines()
    assert len(problems) == 1 and str(broken) in problems[0]
    assert "; 1 problems." in last


def test_an_archive_that_is_none_ends_with_2(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.zip").write_text("text")
    assert main(["data", "unpack", str(tmp_path / "a.zip"), str(tmp_path / "out")]) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("stareid: ")]
    assert "a.zip was not unpacked" in line


def test_there_is_nothing_to_download_for_walkers(tmp_path: Path, capsys) -> None:
    assert main(["data", "download", "walkers", str(tmp_path / "new")]) == 0
    assert "nothing to download" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


def test_a_download_that_fails_ends_with_1(tmp_path: Path, capsys, monkeypatch) -> None:
    def broken(*_):
        raise downloading.BrokenError("answers 404")

    monkeypatch.setattr(downloading, "_fetch", broken)
    assert main(["data", "download", "ilids_vid", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "no commercial use" in said and "answers 404" in said and "Ask for it at https://" in said
    (tmp_path / "iLIDS-VID.tar").touch()
    assert main(["data", "download", "ilids_vid", str(tmp_path)]) == 2
    assert "iLIDS-VID.tar is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["verify", "nosuch", "x"], ["download", "folder", "x"], ["unpack", "x"], ["verify", "walkers"]]
)
def test_bad_words_end_with_2(words: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["data", *words])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_disk_that_fails_ends_in_one_message(tmp_path: Path, capsys, monkeypatch) -> None:
    def full(*_, **__):
        raise OSError(28, "No space left on device", str(tmp_path / "out"))

    monkeypatch.setattr("stareid.commands.data.verify", full)
    assert main(["data", "verify", "walkers", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "No space left on device" in line and line.startswith("stareid: ")
