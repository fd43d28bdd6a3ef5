"""The figures of the evidence, worked by hand on small maps, masks and networks."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stareid.data import Dataset, Sequence, Truth
from stareid.data.preparation import SIZE
from stareid.evaluation import PROTOCOLS
from stareid.evaluation.evidence import REMOVED, faithfulness, measure, spatial, temporal
from stareid.evaluation.evidence.measure import (
    EVEN_FRAMES,
    NO_TRUTH,
    Seen,
    matters,
    removal_curves,
    when,
    where,
)

PLACE = spatial.place((10, 8), (128, 64), SIZE, 4, 4)
PROTOCOL = PROTOCOLS["two_camera_2_views"]


def one_cell(row: int, column: int, frames: int = 1) -> np.ndarray:
    maps = np.zeros((frames, 10, 8))
    maps[:, row, column] = 1 / frames
    return maps


def test_cells_lie_where_geometry_says():
    # Row i reaches from 8 i - 10 to 8 i - 2 of the 64 resized pixels, twice as many of the frame's 128.
    assert PLACE.down[:3].tolist() == [-20, -4, 12]
    assert np.allclose(PLACE.across[:3], np.array([-10, -2, 6]) * 64 / 48)
    inside = PLACE.inside
    assert inside[0].max() == inside[:, 0].max() == 0
    assert np.allclose(inside[[1, 4], 4], [12 / 16, 1])
    assert np.isclose(inside[1, 1], (12 / 16) * (6 / 8))


def test_attention_on_one_cell_of_the_person_has_share_one():
    person = np.zeros((1, 128, 64), bool)
    person[0, 40:90, 20:50] = True
    share, area = spatial.shares(one_cell(4, 4), person, PLACE)
    assert share[0] == pytest.approx(1)
    assert area[0] == pytest.approx(50 * 30 / (128 * 64), rel=0.03)  # cells leave out a little of the frame
    share, _ = spatial.shares(one_cell(8, 1), person, PLACE)
    assert share[0] == 0


def test_a_cell_half_on_the_person_counts_half():
    person = np.zeros((1, 128, 64), bool)
    person[0, :52] = True  # cell row 4 reaches from 44 to 60
    share, _ = spatial.shares(one_cell(4, 4), person, PLACE)
    assert share[0] == pytest.approx(0.5)


def test_uniform_attention_has_the_share_of_the_area_whatever_the_mask():
    masks = np.random.default_rng(0).random((3, 128, 64)) < 0.3
    share, area = spatial.shares(np.full((3, 10, 8), 1 / 240), masks, PLACE)
    assert np.allclose(share, area)


def test_attention_beyond_the_frame():
    beyond, area = spatial.outside(one_cell(0, 3), PLACE)
    assert beyond.tolist() == [1]
    assert area == pytest.approx(1 - PLACE.inside.mean())
    assert spatial.outside(one_cell(4, 4), PLACE)[0][0] == pytest.approx(0)


def test_pointing_game_by_hand():
    person = np.zeros((2, 128, 64), bool)
    person[:, 52, :] = True  # the pixel row under the centre of cell row 4: 44 + 8
    person[:, 53:60, :] = True
    hit, chance = spatial.pointing(one_cell(4, 4, 2), person, PLACE)
    assert hit.tolist() == [1, 1]
    assert np.allclose(chance, 1 / 8)  # 8 of 10 rows of cells have their centre on the frame
    assert spatial.pointing(one_cell(5, 4, 2), person, PLACE)[0].tolist() == [0, 0]
    outside_stronger = one_cell(4, 4) + 5 * one_cell(0, 0)
    assert spatial.pointing(outside_stronger, person[:1], PLACE)[0][0] == 1
    uniform = np.full((2, 10, 8), 1.0)
    assert np.allclose(spatial.pointing(uniform, person, PLACE)[0], chance)  # ties share the point


@pytest.mark.parametrize(
    ("weights", "visible", "said"),
    [
        ([0.1, 0.2, 0.7], [0.0, 0.5, 1.0], 1),
        ([0.7, 0.2, 0.1], [0.0, 0.5, 1.0], -1),
        ([0.1, 0.2, 0.7], [1.0, 1.0, 0.95], None),  # hardly anything is hidden
        ([1 / 3, 1 / 3 + 1e-8, 1 / 3], [0.0, 0.5, 1.0], None),  # all weights are the same
    ],
)
def test_agreement_of_weight_and_visibility(weights, visible, said):
    found = temporal.agreement(np.array(weights), np.array(visible))
    assert found == (said if said is None else pytest.approx(said))


def test_entropy_by_hand():
    assert temporal.entropy(np.full((4, 3, 2), 7.0)) == pytest.approx(1)
    assert temporal.entropy(np.array([0.0, 1.0, 0.0])) == 0
    assert temporal.entropy(np.array([0.5, 0.5, 0.0, 0.0])) == pytest.approx(0.5)  # log 2 / log 4
    assert temporal.entropy(np.array([3.0])) == 1


def test_keep_takes_the_best_and_at_least_one():
    scores = np.array([[0.1, 0.4, 0.2, 0.3], [1.0, 1.0, 1.0, 1.0]])
    ties = np.array([[0.0, 0.0, 0.0, 0.0], [0.9, 0.1, 0.8, 0.2]])
    assert faithfulness.keep(scores, 0.5, ties).tolist() == [
        [False, True, False, True], [False, True, False, True],
    ]  # fmt: skip
    assert faithfulness.keep(scores[0], 0.99, ties[0]).tolist() == [False, True, False, False]


def test_painting_takes_the_pixels_of_a_cell_and_no_others():
    regions = faithfulness.Regions((10, 8), SIZE, 4, 4)
    assert regions.of(np.arange(80.0).reshape(1, 10, 8))[0, :6].tolist() == [18, 19, 20, 21, 22, 26]
    kept = np.ones((2, 35), bool)
    kept[1, 0] = False  # row 2, column 2: pixels 6..13 both ways
    painted = regions.paint(torch.ones(2, 3, 64, 48), kept)
    assert painted[0].min() == 1
    assert painted[1].sum() == 3 * (64 * 48 - 64)
    assert painted[1, :, 6:14, 6:14].max() == 0


class Reader(nn.Module):
    """Looks at one 8 x 8 patch: its embedding is that patch, its attention lies there where it varies."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, clips: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        patch = clips[..., 18:26, 18:26]  # of the crop: cell (4, 4) of the map, pixels 22..29 of 64 x 48
        patch = patch - patch.mean((-3, -2, -1), keepdim=True)
        patch = patch * (patch.abs() > 1e-4)  # an even patch says nothing: no rounding errors
        maps = torch.full((*clips.shape[:2], 10, 8), 1e-3)
        maps[:, :, 4, 4] = 1e-3 + patch.std((-3, -2, -1))
        maps = maps / maps.sum((1, 2, 3), keepdim=True)
        return F.normalize(patch.mean(1).flatten(1)), {"attention": maps[:, None]}


@pytest.fixture
def dataset() -> Dataset:
    """Six people, four frames each: the pattern that tells them apart is in the third frame, in one patch."""
    random = np.random.default_rng(0)
    people = [f"person{number}" for number in range(6)]
    pixels = np.full((48, 64, 48, 3), 128, np.uint8)
    for number in range(6):
        patch = random.integers(0, 256, (8, 8, 3), np.uint8)
        for camera in (0, 1):
            pixels[4 * (6 * camera + number) + 2, 22:30, 22:30] = patch
    flags = np.zeros(pixels.shape[:3], np.uint8)
    flags[:, 22:30, 22:30] = 1
    flags[::4, 22:26, 22:30] = 3  # in the first frames the upper half is hidden
    sequences = tuple(Sequence(p, c, 4 * (6 * (c - 1) + i), 4) for c in (1, 2) for i, p in enumerate(people))
    return Dataset("made", sequences, (), pixels, "", flags=flags)


def test_a_network_that_attends_to_what_it_needs_is_found_faithful(dataset):
    people = [f"person{number}" for number in range(6)]
    found = measure(Reader(), dataset, people, PROTOCOL, seed=0)
    frames, figures = found["curves"]["frames"], found["figures"]
    assert frames["most"]["rank1"] == [100, 100, 100, 100]
    assert frames["least"]["rank1"][0] == 100
    assert max(frames["least"]["rank1"][1:]) < 17  # the one frame that tells goes first: all look the same
    random, least = (np.mean(frames[order]["rank1"][1:]) for order in ("random", "least"))
    assert 17 < random < 100
    assert figures["frames_deletion_rank1"] == pytest.approx(random - least)
    assert figures["frames_insertion_rank1"] == pytest.approx(100 - random)
    regions = found["curves"]["regions"]
    assert regions["most"]["rank1"] == [100, 100, 100, 100]
    assert max(regions["least"]["rank1"][1:]) < 17
    # One of four frames points at the person, the others point nowhere: a cell of 48 is the person's.
    assert figures["pointing"] == pytest.approx((1 + 3 / 48) / 4)
    assert figures["person_ratio"] > 5
    assert figures["visibility_sequences"] == 12
    assert found["left_out"] == []


def test_without_truth_the_rest_is_measured_and_it_is_said(dataset):
    real = Dataset("made", dataset.sequences, (), dataset.pixels, "")
    found = measure(Reader(), real, [f"person{number}" for number in range(6)], PROTOCOL, seed=0)
    assert found["left_out"] == [NO_TRUTH]
    assert "person_share" not in found["figures"]
    assert found["figures"]["visibility_correlation"] is None
    assert found["figures"]["regions_deletion_map"] > 0 and found["figures"]["map_entropy"] < 1


class Even(Reader):
    """The same weight for every frame, as in the framewise reading."""

    def forward(self, clips: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        embedding, out = super().forward(clips)
        return embedding, {
            "attention": torch.softmax(out["attention"].flatten(3), 3).view_as(out["attention"])
        }


def test_frames_of_equal_weight_have_no_order(dataset):
    found = measure(Even(), dataset, [f"person{number}" for number in range(6)], PROTOCOL, seed=0)
    assert found["left_out"] == [EVEN_FRAMES]
    assert found["figures"]["frames_deletion_map"] is None and found["curves"]["frames"] == {}
    assert found["figures"]["frame_entropy"] == pytest.approx(1)
    assert found["figures"]["visibility_correlation"] is None


def test_figures_of_uniform_attention_say_nothing():
    random = np.random.default_rng(0)
    truth = Truth(person=random.random((4, 128, 64)) < 0.5, occluder=random.random((4, 128, 64)) < 0.2)
    seen = [Seen(np.full((4, 10, 8), 1 / 320), truth)]
    for name, value in where(seen).items():
        if name.endswith("_ratio"):
            assert value == pytest.approx(1), name
    assert where(seen)["pointing_gain"] == pytest.approx(0)
    said = when(seen)
    assert [said[name] for name in ("frame_entropy", "map_entropy", "frame_peak")] == pytest.approx([1, 1, 1])


def test_curves_and_gaps_by_hand():
    people, whole = ["a", "b"], torch.eye(2)
    lost = torch.zeros(2)  # as far from everybody: a tie counts against the probe
    changed = {
        (part, share): [torch.stack([whole[0], whole[0], lost]), torch.stack([whole[1], lost, lost])]
        for part in ("frames", "regions")
        for share in REMOVED
    }
    curves = removal_curves(whole, changed, whole, people)
    assert curves["regions"]["random"]["rank1"] == [100, 50, 50, 50]
    assert curves["regions"]["least"]["map"] == [100, 50, 50, 50]
    figures = matters(curves)
    assert figures["frames_deletion_rank1"] == figures["frames_insertion_rank1"] == 50
    assert figures["regions_deletion_map"] == figures["regions_insertion_map"] == 25
    assert figures["whole_rank1"] == 100
