"""Drawn walkers: the same from the same arguments, true to their masks, laid out as iLIDS-VID, not easy."""

import csv
import hashlib
from dataclasses import asdict

import cv2
import numpy as np
import pytest
from scipy.io import loadmat

from stareid.data.walkers import Drawing, World, draw_sequence, sequence_length, splits, write_tree
from stareid.data.walkers.gait import ANKLE, HIP, curve, draw_gait, pose
from stareid.data.walkers.person import group_of_each, person_of

SMALL = World(people=12, shortest=6, longest=10)
CHECKSUM = "1266adfedf54f3367aadcddad1cb27734418659e3d62252e6b805a6679831218"


@pytest.fixture(scope="module")
def small() -> dict[tuple[int, int], Drawing]:
    """Every sequence of the small world."""
    return {(p, c): draw_sequence(SMALL, p, c) for p in range(1, SMALL.people + 1) for c in (1, 2)}


def stripes(frames: np.ndarray) -> np.ndarray:
    """Return the striped colour histogram of design.md 7: 8 stripes x 3 channels x 16 bins, square root."""
    bins = (frames.reshape(len(frames), 8, 16 * 64, 3) >> 4).transpose(1, 3, 0, 2).reshape(24, -1)
    counts = np.concatenate([np.bincount(row, minlength=16) for row in bins]).astype(float)
    return np.sqrt(counts / counts.sum())


def test_the_pixels_are_fixed() -> None:
    drawing = draw_sequence(World(people=2, shortest=3, longest=3), 1, 1)
    digest = hashlib.sha256(drawing.frames.tobytes() + drawing.person.tobytes() + drawing.occluder.tobytes())
    assert digest.hexdigest() == CHECKSUM


def test_the_order_of_drawing_does_not_matter(small: dict[tuple[int, int], Drawing]) -> None:
    for address in ((5, 2), (1, 1)):
        again = draw_sequence(SMALL, *address)
        assert np.array_equal(again.frames, small[address].frames)
        assert np.array_equal(again.occluder, small[address].occluder)


def test_people_cameras_and_seeds_differ(small: dict[tuple[int, int], Drawing]) -> None:
    first = [drawing.frames[:6].tobytes() for drawing in small.values()]
    first.append(draw_sequence(World(people=12, seed=1, shortest=6, longest=10), 1, 1).frames[:6].tobytes())
    assert len(set(first)) == len(first)


def test_shapes_and_types(small: dict[tuple[int, int], Drawing]) -> None:
    for (person, camera), drawing in small.items():
        count = sequence_length(SMALL, person, camera)
        assert drawing.frames.shape == (count, 128, 64, 3) and drawing.frames.dtype == np.uint8
        assert drawing.person.shape == drawing.occluder.shape == (count, 128, 64)
        assert drawing.person.dtype == drawing.occluder.dtype == bool
        assert drawing.visible.shape == (count,)


def test_people_fill_the_box_and_stand_in_its_middle(small: dict[tuple[int, int], Drawing]) -> None:
    for drawing in small.values():
        rows = np.flatnonzero(drawing.person.any(axis=(0, 2)))
        assert 100 <= np.ptp(rows) <= 126
        for mask in drawing.person:
            assert 700 < mask.sum() < 4500
            assert abs(np.flatnonzero(mask.any(axis=0)).mean() - 31.5) < 12
            assert (
                cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] <= 4
            )  # a body, and a hand


def test_visible_is_the_ratio_of_the_masks(small: dict[tuple[int, int], Drawing]) -> None:
    for drawing in small.values():
        for t, (person, occluder) in enumerate(zip(drawing.person, drawing.occluder, strict=True)):
            assert drawing.visible[t] == pytest.approx((person & ~occluder).sum() / person.sum())
            assert drawing.visible[t] == 1.0 or occluder.any()


def test_visible_by_hand() -> None:
    person, occluder = np.zeros((2, 1, 128, 64), bool)
    person[0, :10, :4] = True  # 40 pixels
    occluder[0, :5, :2] = True  # hides 10 of them
    occluder[0, 100:, :] = True  # and some floor
    assert Drawing(np.zeros((1, 128, 64, 3), np.uint8), person, occluder).visible.tolist() == [0.75]


def test_some_people_are_occluded_some_of_the_time() -> None:
    world = World(people=12, shortest=40, longest=40)
    visible = np.concatenate([draw_sequence(world, person, 1).visible for person in range(1, 7)])
    assert 0.05 < (visible < 0.98).mean() < 0.6
    assert visible.min() < 0.7 and np.median(visible) > 0.9


def test_an_occluder_changes_the_picture_only_where_it_is(small: dict[tuple[int, int], Drawing]) -> None:
    """The walker is drawn whole: the silhouette does not depend on what hides it."""
    hidden = [drawing for drawing in small.values() if drawing.visible.min() < 0.7]
    assert hidden
    for drawing in hidden:
        area = drawing.person.sum(axis=(1, 2))
        assert area.min() > 0.5 * area.max()


def test_lengths_are_those_of_ilids_vid() -> None:
    world = World()
    lengths = np.array(
        [[sequence_length(world, person, camera) for camera in (1, 2)] for person in range(1, 301)]
    )
    assert lengths.min() >= 22 and lengths.max() <= 192
    assert lengths.mean() == pytest.approx(70.8, abs=4)
    assert np.median(lengths) < lengths.mean()  # right-skewed
    assert sequence_length(World(shortest=7, longest=7), 3, 2) == 7


@pytest.mark.parametrize("people", [2, 7, 300])
def test_splits_are_halves_of_everybody(people: int) -> None:
    drawn = splits(World(people=people))
    assert len(drawn) == 10
    for split in drawn:
        assert sorted(split) == list(range(1, people + 1))
        assert not set(split[: people // 2]) & set(split[people // 2 :])
    if people == 300:
        assert len({tuple(split) for split in drawn}) == 10
        assert not np.array_equal(drawn[0], splits(World(seed=1))[0])


def test_groups_share_colours_but_not_everything() -> None:
    world = World()
    groups = np.array(group_of_each(world))
    sizes = np.bincount(groups)
    assert sizes[:-1].min() >= 4 and sizes.max() <= 8
    members = [person_of(world, int(number) + 1) for number in np.flatnonzero(groups == 0)]
    uppers = np.array([member.clothes.upper for member in members])
    assert np.ptp(uppers, axis=0).max() <= 60
    assert len({str(asdict(member)) for member in members}) == len(members)


def test_the_standing_foot_stays_where_it_is() -> None:
    """Forward kinematics: over a step the lower foot moves back as fast as the body moves on."""
    build = person_of(World(), 1).build
    gait = draw_gait(np.random.default_rng(0), frequency=1 / 100)
    walk = pose(gait, build, 100)
    heels = walk.ankles[:, 0, 0] + walk.advance * np.arange(100)
    start = round(100 * (1 - gait.phase)) % 100
    stance = (start + np.arange(12, 40)) % 100
    stance = stance[stance >= stance[0]]
    assert np.ptp(heels[stance]) < 0.12  # metres, of a stride of more than one
    assert walk.advance * 100 > 1.0
    assert min(walk.heels[..., 2].min(), walk.balls[..., 2].min()) == pytest.approx(0.0, abs=1e-9)


def test_knees_bend_backward_and_arms_swing_against_the_legs() -> None:
    gait = draw_gait(np.random.default_rng(1), frequency=1 / 50)
    walk = pose(gait, person_of(World(), 1).build, 50)
    thigh, shin = walk.knees - walk.hips, walk.ankles - walk.knees
    bend = np.arctan2(thigh[..., 0], -thigh[..., 2]) - np.arctan2(shin[..., 0], -shin[..., 2])
    assert bend.min() > -0.02 and bend.max() > 0.7
    leg, arm = walk.ankles[:, 0, 0], walk.wrists[:, 0, 0]
    assert np.corrcoef(leg, arm)[0, 1] < -0.8


def test_curves_pass_through_their_samples() -> None:
    phase = np.arange(20) / 20
    for samples in (HIP, ANKLE):
        assert np.degrees(curve(samples, phase)) == pytest.approx(samples, abs=2.5)
    assert curve(HIP, phase + 3) == pytest.approx(curve(HIP, phase))


def test_colours_help_but_do_not_settle_it() -> None:
    """20 people in the gallery: the true match ranks well above the middle, yet seldom first."""
    world = World(people=20, shortest=12, longest=12)
    probe, gallery = (
        np.stack([stripes(draw_sequence(world, person, camera).frames) for person in range(1, 21)])
        for camera in (1, 2)
    )
    distance = np.linalg.norm(probe[:, None] - gallery[None], axis=-1)
    rank = (distance < np.diag(distance)[:, None]).sum(axis=1)
    assert 0.04 < (rank == 0).mean() < 0.7
    assert rank.mean() < 0.42 * 20


def test_a_tree_is_laid_out_as_ilids_vid(tmp_path) -> None:
    world = World(people=3, shortest=2, longest=3)
    root = tmp_path / "walkers"
    write_tree(world, root, processes=2, progress=False)
    with (root / "truth" / "visible.csv").open(newline="") as file:
        visible = {tuple(map(int, row[:3])): float(row[3]) for row in list(csv.reader(file))[1:]}
    for person in (1, 2, 3):
        for camera in (1, 2):
            drawing = draw_sequence(world, person, camera)
            name = f"person{person:03d}"
            paths = [
                f"cam{camera}/{name}/cam{camera}_{name}_{t + 1:05d}.png" for t in range(len(drawing.frames))
            ]
            folder = root / "i-LIDS-VID" / "sequences" / f"cam{camera}" / name
            assert sorted(path.name for path in folder.iterdir()) == [path.split("/")[-1] for path in paths]
            for t, path in enumerate(paths):
                frame = cv2.imread(str(root / "i-LIDS-VID" / "sequences" / path), cv2.IMREAD_COLOR)
                truth = cv2.imread(str(root / "truth" / path), cv2.IMREAD_UNCHANGED)
                assert frame is not None and truth is not None and truth.ndim == 2
                assert np.array_equal(frame[..., ::-1], drawing.frames[t])
                assert np.array_equal(truth % 2 == 1, drawing.person[t])
                assert np.array_equal(truth // 2 == 1, drawing.occluder[t])
                assert visible.pop((person, camera, t + 1)) == pytest.approx(drawing.visible[t], abs=1e-4)
    assert not visible
    table = loadmat(root / "train-test people splits" / "train_test_splits_ilidsvid.mat")["ls_set"]
    assert table.dtype == np.uint16 and np.array_equal(table, np.stack(splits(world)))


def test_a_folder_with_something_in_it_is_refused(tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="not an empty folder; remove it or name another"):
        write_tree(World(people=2, shortest=1, longest=1), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"people": 1}, "people=1: .*set people=2"),
        ({"people": "3"}, "people='3': not a whole number"),
        ({"seed": -1}, "seed=-1: .*set seed=0"),
        ({"shortest": 0}, "shortest=0: .*set shortest=1"),
        ({"shortest": 30, "longest": 20}, "longest=20: below shortest=30; set longest=30"),
        ({"vary": "hats"}, "vary='hats': .*vary='gait'"),
    ],
)
def test_bad_worlds_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        World(**options)


@pytest.mark.parametrize(("person", "camera"), [(0, 1), (13, 1), (1, 3)])
def test_strangers_and_third_cameras_are_refused(person: int, camera: int) -> None:
    with pytest.raises(ValueError, match="choose"):
        draw_sequence(SMALL, person, camera)
