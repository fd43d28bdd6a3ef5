"""The benchmark measures what it says, on a miniature; its own figures are checked by hand or by counting."""

import json
import time
from pathlib import Path

import fakes
import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from stareid.bench import MEANINGS, Scale, bench, finding, gpu, operations, processes, report, steps
from stareid.bench.measure import frames_to_goal
from stareid.bench.ratio import ratio
from stareid.data import Clips, load
from stareid.errors import InputError
from stareid.evaluation import MARS_HITS, rank_tracks
from stareid.model.backbone import Block
from stareid.paths import RESULTS

TINY = Scale(
    people=2, frames=2, steps=1, repeats=2, matrix=64, evaluated=4, pairs=4, probes=20, gallery=60,
    seconds=0.1, crowds=(2, 4),
)  # fmt: skip


def test_a_ratio_has_a_median_and_a_spread() -> None:
    assert ratio([2.0, 9.0, 4.0], [1.0, 3.0, 1.0]) == {
        "median": 3.0, "min": 2.0, "max": 4.0, "n": 3, "numerator": 4.0, "denominator": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(("height", "width"), [(56, 40), (17, 13), (6, 5)])
def test_useful_operations_are_those_whose_taps_lie_on_the_picture(height: int, width: int) -> None:
    """Counted one by one: a convolution of ones with ones gives the number of taps on the picture."""
    layer = Block(3, 7)
    counted, kept_height, kept_width = operations.block(layer, height, width, on_picture=True)
    ones = nn.functional.conv2d(torch.ones(1, 1, height, width), torch.ones(1, 1, 5, 5), padding=4)
    kept = ones[..., : 2 * kept_height, : 2 * kept_width]
    assert counted == 2 * 3 * 7 * kept.sum().item()
    assert layer(torch.zeros(1, 3, height, width)).shape[-2:] == (kept_height, kept_width)


def test_operations_are_those_that_pytorch_counts() -> None:
    network = steps.small(people=10)
    with FlopCounterMode(display=False) as counter:
        network(torch.rand(4, 2, 3, 56, 40))[1]["logits"].sum().backward()
    assert operations.training_step(network, 4, 2, (56, 40)) == counter.get_total_flops()


@pytest.mark.parametrize("on_picture", [False, True])
def test_operations_of_a_step_add_up(on_picture: bool) -> None:
    network = steps.small(people=10)
    blocks, height, width = [], 56, 40
    for layer in network.get_submodule("backbone.blocks").children():
        assert isinstance(layer, Block)
        counted, height, width = operations.block(layer, height, width, on_picture=on_picture)
        blocks.append(counted)
    linear = 2 * (32 * 80 * 128 + 128 * 10)
    first, second, third = blocks
    assert operations.training_step(network, 4, 2, (56, 40), on_picture=on_picture) == (
        8 * (2 * first + 3 * second + 3 * third) + 4 * 3 * linear
    )
    assert operations.product(10) == 2000


def test_the_plain_loop_ranks_as_the_library_does() -> None:
    distance, probes, gallery = finding.problem(TINY)
    ranked = rank_tracks(distance, probes, gallery, MARS_HITS)
    assert finding.plain(distance, probes, gallery) == pytest.approx((ranked.cmc()[1], ranked.map), abs=1e-9)
    assert finding.ranking(TINY)["n"] == TINY.repeats


def test_ranking_that_is_wrong_or_greedy_fails(monkeypatch) -> None:
    monkeypatch.setattr(finding, "MEMORY", 10)
    with pytest.raises(AssertionError, match="ranking took"):
        finding.ranking(TINY)
    monkeypatch.setattr(finding, "plain", lambda *_: (50.0, 50.0))
    with pytest.raises(AssertionError):
        finding.ranking(TINY)


def test_memory_is_the_highest_of_all_times() -> None:
    assert 8e6 < finding.peak(lambda: np.ones(10**6).sum()) < 9e6


def test_steps_are_measured_on_clips_of_a_tree(tree: Path) -> None:
    dataset = load("ilids_vid", tree)
    clips = Clips(dataset, dataset.splits[0].train)
    for figure in (*steps.loop_gemm(clips, TINY).values(), *steps.overheads(clips, TINY).values()):
        assert figure["n"] == 2 and 0 < figure["min"] <= figure["median"] <= figure["max"]
    assert list(steps.crowds(dataset, ("person001", "person002", "person005", "person007"), TINY)) == [
        "2",
        "4",
    ]
    one = steps.speedup(dataset, clips, TINY, 100.0, 100.0)
    assert one["n"] == 2
    network = steps.small(len(clips.people))
    found = finding.efficiency(network, dataset, dataset.splits[0].test, TINY)
    assert 0 < found["median"] < 1.5


def test_frames_to_the_goal_are_those_of_the_shortest_run(own_folders: Path) -> None:
    (own_folders / "studies" / "race.yaml").write_text(fakes.STUDY)
    folder = own_folders / "results" / "race"
    folder.mkdir()
    runs = {
        "mclaughlin2016-10": (29.9, 10), "mclaughlin2016-20": (31.0, 20), "mclaughlin2016-40": (50.0, 40),
        "batched-1": (40.0, 3), "batched-2": (60.0, 6),
    }  # fmt: skip
    for recipe, (rank1, seconds) in runs.items():
        record: dict[str, object] = {"status": "done", "config": {}, "recipe": recipe, "cmc": {"1": rank1}}
        record |= {"train_seconds": seconds, "frames_per_second": 100.0}
        (folder / f"{recipe}.json").write_text(json.dumps(record))
    assert frames_to_goal() == (2000.0, 300.0)
    (folder / "batched-1.json").unlink()
    (folder / "batched-2.json").unlink()
    with pytest.raises(InputError, match="no run of batched in the study 'race' reached"):
        frames_to_goal()


def test_processes_side_by_side(tree: Path) -> None:
    frames = ("mars300", tree)
    rates = processes.side_by_side(2, frames, TINY, bare=True)
    assert len(rates) == 2 and min(rates) > 0
    held = processes.memory(frames, TINY)
    assert held is None or 0.1 < held < 4


def test_a_process_that_fails_is_not_overlooked() -> None:
    with pytest.raises(RuntimeError, match="ended with status 1"):
        processes.answers_of(1, int, "no number")  # type: ignore[arg-type]


def test_committed_figures_are_whole() -> None:
    figures = json.loads((RESULTS / "bench.json").read_text())
    for name in MEANINGS:
        assert set(figures[name]) == {"median", "min", "max", "n", "numerator", "denominator"}
        assert figures[name]["min"] <= figures[name]["median"] <= figures[name]["max"]
        assert figures[name]["n"] >= 5
    assert figures["dataset"] == "mars300"
    assert figures["scale"] == json.loads(json.dumps(vars(Scale())))


def figures(**changed: float) -> dict:
    one = {"median": 0.5, "min": 0.4, "max": 1234.4, "n": 5, "numerator": 1.0, "denominator": 2.0}
    machine = {"cores": 2, "name": "abacus"}
    versions = {"python": "3.11", "torch": "2.1"}
    found = {name: one | {"median": changed.get(name, 0.5)} for name in MEANINGS}
    return found | {
        "loop_gemm_on_picture": one, "dataset": "mars300", "machine": machine, "versions": versions,
        "memory_gb": 1.2345, "epoch_per_person": {"75": 1.0, "150": 0.987},
    }  # fmt: skip


def test_the_table_says_what_was_reached() -> None:
    table = report.as_markdown(figures(loop_gemm=0.85, ranking=9.99, cell_overhead=0.051)).splitlines()
    assert len(table) == 2 + len(MEANINGS) + 2
    assert table[2].endswith("| **0.85** | 0.4 … 1,234, n = 5 | ≥ 0.85 | yes |")
    reached = [line.split("|")[-2].strip() for line in table[2:10]]
    assert reached == ["yes", "yes", "yes", "no", "no", "no", "no", "no"]
    assert "1.23 GB" in table[-1] and "1 with 75, 0.987 with 150 people" in table[-1]
    with pytest.raises(InputError, match="two_jobs"):
        report.as_markdown({name: one for name, one in figures().items() if name != "two_jobs"})


def test_bytes_of_a_frame_are_counted_tensor_by_tensor() -> None:
    blocks = nn.Sequential(Block(1, 2), Block(2, 3))  # on 4 x 2: 8 x 6 and 4 x 3, then 8 x 7 and 4 x 3
    first = 2 * (8 * 2 + 96 * 4 + 24 * 7) + 16 * 24
    second = 2 * (24 * 3 + 3 * 56 * 5 + 36 * 7) + 16 * 36
    assert gpu.traffic(blocks, 4, 2) == first + second
    most = gpu.frames_a_second(steps.small(10), 4, 2, (56, 40))
    assert most["operations"] == pytest.approx(
        989e12 * 8 / operations.training_step(steps.small(10), 4, 2, (56, 40))
    )


@pytest.mark.long
def test_everything_is_measured_in_25_minutes() -> None:
    began = time.monotonic()
    assert set(MEANINGS) <= set(bench(None))
    assert time.monotonic() - began < 25 * 60
