"""`python -m stareid match`: one's own folders of pictures, ranked, tabled, drawn - and refused."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from stareid import evaluation, match, training
from stareid.__main__ import main
from stareid.model import build

CONFIG = {"method": "attention", "filters": 1, "people": 4, "steps": 1}
PROTOCOL = "two_camera_2_views"


def write(folder: Path, colour: tuple[int, int, int], count: int = 3, size=(64, 128), suffix="png") -> Path:
    """A sequence of one colour above and stripes below, its frames named so that text order is not theirs."""
    folder.mkdir(parents=True)
    for number in reversed(range(count)):
        pixels = np.full((size[1], size[0], 3), colour, np.uint8)
        pixels[size[1] // 2 :: 4] = 255 - pixels[size[1] // 2 :: 4]
        pixels[0] = 10 * number  # so that a test can tell the frames
        Image.fromarray(pixels).save(folder / f"frame {number + 8}.{suffix}")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Two probes and six sequences of a gallery, of various sizes; and a checkpoint."""
    write(tmp_path / "probes" / "red", (220, 30, 30))
    write(tmp_path / "probes" / "green", (30, 200, 40), size=(50, 110), suffix="jpg")
    for name, colour in (("red", (220, 30, 30)), ("green", (30, 200, 40)), ("blue", (20, 40, 210))):
        write(tmp_path / "gallery" / f"{name} 2", colour, count=2, size=(70, 140))
        write(tmp_path / "gallery" / f"{name} 10", tuple(255 - c for c in colour))  # type: ignore[arg-type]
    checkpoint(tmp_path, {"distance": 0.001, "protocol": PROTOCOL, "training_people": 4})
    return tmp_path


def checkpoint(folder: Path, threshold: dict | None = None, **changes) -> Path:
    torch.manual_seed(0)
    config = CONFIG | changes
    file = folder / "run.safetensors"
    extra = {} if threshold is None else {"threshold": threshold}
    training.save(build(**config), config | extra, file)  # type: ignore[arg-type]
    return file


def words(own: Path, *more: object) -> list[str]:
    start = ["match", own / "probes", own / "gallery", "--checkpoint", own / "run.safetensors"]
    return [str(word) for word in [*start, *more]]


def test_a_network_that_needs_a_learned_metric_is_refused(own: Path, capsys) -> None:
    checkpoint(own, method="ide_xqda", filters=0)
    assert main(words(own)) == 2
    assert "is a run of ide_xqda" in capsys.readouterr().err


def test_the_gallery_is_ranked_as_the_network_is_evaluated(own: Path, capsys) -> None:
    assert main(words(own, "--csv", own / "out.csv", "--sheet", own / "out.png")) == 0
    with (own / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = ["blue 2", "blue 10", "green 2", "green 10", "red 2", "red 10"]  # natural order: 2 before 10
    frames = {
        (one, s.name): match.read_frames(s.files, flow=False)
        for one in ("probes", "gallery")
        for s in match.find_sequences(own / one)
    }
    assert [name for one, name in frames if one == "gallery"] == names
    network = training.restore(own / "run.safetensors")
    embeddings = evaluation.embed(network, frames.values(), evaluation.PROTOCOLS[PROTOCOL])
    distance = evaluation.euclidean(embeddings[:2], embeddings[2:]).numpy()
    for number, probe in enumerate(("green", "red")):
        mine = [row for row in rows if row["probe"] == probe]
        order = np.argsort(distance[number], kind="stable")
        assert [row["gallery"] for row in mine] == [names[i] for i in order]
        assert [row["rank"] for row in mine] == ["1", "2", "3", "4", "5", "6"]
        for row, other in zip(mine, order, strict=True):
            assert float(row["distance"]) == pytest.approx(distance[number, other], abs=2e-6)
            assert row["answer"] == ("same" if distance[number, other] <= 0.001 else "different")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Threshold 0.001")
    assert lines[1] == "green" and lines[7] == "       and 1 more, further away" and lines[8] == "red"
    assert lines[2].split()[0] == "1" and lines[2].endswith(rows[0]["gallery"])
    with Image.open(own / "out.png") as sheet:
        assert sheet.size == (match.GAP + 6 * (4 * 40 + 10), match.GAP + 2 * (30 + 80 + 10))


def test_frames_are_in_natural_order_and_of_one_size(own: Path) -> None:
    [green, red] = match.find_sequences(own / "probes")
    assert [file.stem for file in red.files] == ["frame 8", "frame 9", "frame 10"]
    frames = match.read_frames(red.files, flow=False)
    assert frames[:, 0, 0, 0].tolist() == [0, 10, 20]
    assert match.read_frames(green.files, flow=False).shape == (3, 128, 64, 3)


def test_a_folder_of_pictures_is_one_sequence(own: Path, capsys) -> None:
    begin = ["match", str(own / "probes" / "red"), str(own / "gallery" / "red 2")]
    assert main([*begin, "--checkpoint", str(own / "run.safetensors")]) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()[1:]] == ["red", "2"]


def test_a_checkpoint_without_threshold_gives_distances_only(own: Path, capsys) -> None:
    checkpoint(own)
    assert main(words(own, "--csv", own / "out.csv")) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("This checkpoint has no threshold") and "different" not in printed
    with (own / "out.csv").open(newline="") as file:
        assert {row["answer"] for row in csv.DictReader(file)} == {""}


def test_a_network_that_wants_flow_gets_it(own: Path) -> None:
    checkpoint(own, channels=5)
    assert main(words(own)) == 0
    [_, red] = match.find_sequences(own / "probes")
    frames = match.read_frames(red.files, flow=True)
    assert frames.shape == (3, 128, 64, 5) and (frames[0, ..., 3:] == 127).all()


def spoil(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)


def add_scene(own: Path) -> None:
    Image.new("RGB", (640, 360)).save(own / "probes" / "red" / "frame 20.png")


def empty_gallery(own: Path) -> None:
    shutil.rmtree(own / "gallery")
    (own / "gallery").mkdir()


def other_network(own: Path) -> None:
    (own / "run.json").write_text(json.dumps(CONFIG | {"filters": 3}))


BAD = {
    "no such folder": (lambda own: shutil.rmtree(own / "probes"), ["there is no folder", "probes"]),
    "empty folder": (
        empty_gallery,
        ["gallery holds no pictures", "cut to people first"],
    ),
    "not a picture": (
        lambda own: spoil(own / "probes" / "red" / "frame 9.png", b"text"),
        ["frame 9.png", "cannot be read"],
    ),
    "a cut picture": (
        lambda own: spoil(
            own / "probes" / "red" / "frame 9.png",
            (own / "probes" / "red" / "frame 8.png").read_bytes()[:90],
        ),
        ["frame 9.png", "cannot be read"],
    ),
    "a video in a sequence": (
        lambda own: spoil(own / "probes" / "red" / "walk.MP4", b""),
        ["walk.MP4 is a video", "cut to people first"],
    ),
    "a video beside": (lambda own: spoil(own / "probes" / "walk.avi", b""), ["walk.avi is a video"]),
    "a whole scene": (add_scene, ["frame 20.png is 640 x 360", "cut to people first"]),
    "pictures and folders": (
        lambda own: Image.new("RGB", (64, 128)).save(own / "gallery" / "a.png"),
        ["one sequence or several"],
    ),
    "no checkpoint": (lambda own: (own / "run.safetensors").unlink(), ["no checkpoint", "run.safetensors"]),
    "no configuration": (lambda own: (own / "run.json").unlink(), ["no checkpoint", "run.json"]),
    "not weights": (lambda own: spoil(own / "run.safetensors", b"no"), ["do not make a network"]),
    "another network": (other_network, ["run.safetensors and run.json do not make a network"]),
    "a broken configuration": (lambda own: spoil(own / "run.json", b"{"), ["do not make a network"]),
}


@pytest.mark.parametrize(("harm", "parts"), BAD.values(), ids=BAD)
def test_bad_input_is_one_message(harm, parts: list[str], own: Path, capsys) -> None:
    harm(own)
    assert main(words(own, "--csv", own / "out.csv")) == 2
    captured = capsys.readouterr()
    [message] = [line for line in captured.err.splitlines() if line.startswith("stareid: ")]
    assert all(part in message for part in parts), message
    assert captured.out == "" and not (own / "out.csv").exists()


def test_a_video_instead_of_a_folder_is_refused(own: Path, capsys) -> None:
    spoil(own / "street.mp4", b"")
    assert main(["match", str(own / "street.mp4"), str(own / "gallery"), "--checkpoint", "x"]) == 2
    assert "street.mp4 is a video. Videos have to be cut" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "name"), [("--csv", "out.csv"), ("--sheet", "out.png"), ("--sheet", "out.x")]
)
def test_a_place_that_cannot_be_written_is_refused(option: str, name: str, own: Path, capsys) -> None:
    place = own / ("" if name == "out.x" else "nowhere") / name
    assert main(words(own, option, place)) == 2
    assert f"{name} cannot be written" in capsys.readouterr().err


def test_the_help_says_that_videos_have_to_be_cut(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["match", "--help"])
    assert "Videos have to be cut to people first" in " ".join(capsys.readouterr().out.split())
