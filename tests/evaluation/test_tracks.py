"""Matrices of four probes and five gallery tracks, worked on paper."""

import tracemalloc

import numpy as np
import pytest

from stareid.data import Sequence
from stareid.evaluation import (
    MARS_HITS,
    MARS_OFFICIAL,
    MARS_WITHOUT_PROBES,
    MARS_WITHOUT_PROBES_TRAPEZOID,
    Labels,
    rank_tracks,
)


def labels(people: str, cameras: list[int], own: list[int]) -> Labels:
    return Labels(np.array(list(people)), np.array(cameras), np.array(own))


# Gallery: two tracks of a (cameras 1, 2), two of b (1, 2), one distractor. The probes are outside of it.
PROBES = labels("aabb", [1, 3, 2, 3], [10, 11, 12, 13])
GALLERY = labels("aabbd", [1, 2, 1, 2, 6], [0, 1, 2, 3, 4])
DISTANCE = np.array(
    [
        [0.1, 0.4, 0.2, 0.5, 0.3],  # track 0 is not counted (a in camera 1): b d A b: a hit at 3
        [0.5, 0.1, 0.3, 0.4, 0.2],  # A d b b A: hits at 1 and 5
        [0.1, 0.2, 0.3, 0.0, 0.4],  # track 3 is not counted (b in camera 2): a a B d: hit at 3
        [0.3, 0.4, 0.1, 0.2, 0.5],  # B B a a d: hits at 1 and 2
    ]
)


def test_ranks_and_precisions_at_hits() -> None:
    ranking = rank_tracks(DISTANCE, PROBES, GALLERY, MARS_HITS)
    assert ranking.ranks.tolist() == [3, 1, 3, 1]
    assert ranking.average_precision == pytest.approx([1 / 3, (1 + 2 / 5) / 2, 1 / 3, 1])
    assert ranking.cmc((1, 2, 3)) == {1: 50, 2: 50, 3: 100}
    assert ranking.map == pytest.approx(100 * (1 / 3 + 0.7 + 1 / 3 + 1) / 4)
    assert ranking.unanswered == ()


def test_precisions_by_trapezoid() -> None:
    ranking = rank_tracks(DISTANCE, PROBES, GALLERY, MARS_OFFICIAL)
    assert ranking.ranks.tolist() == [3, 1, 3, 1]
    assert ranking.average_precision == pytest.approx(
        [(0 + 1 / 3) / 2, ((1 + 1) / 2 + (1 / 4 + 2 / 5) / 2) / 2, (0 + 1 / 3) / 2, 1]
    )


def test_a_miss_then_a_hit_is_a_half_or_a_quarter() -> None:
    probe, gallery = labels("a", [1], [9]), labels("ba", [2, 2], [0, 1])
    distance = np.array([[0.1, 0.2]])
    assert rank_tracks(distance, probe, gallery, MARS_HITS).map == 50
    assert rank_tracks(distance, probe, gallery, MARS_OFFICIAL).map == 25


# Here the probes are tracks 0 to 3 of the gallery itself; b's other track is the probe of another camera.
INSIDE = labels("aabb", [1, 2, 1, 2], [0, 1, 2, 3])
WITH_THIRD = labels("aabba", [1, 2, 1, 2, 3], [0, 1, 2, 3, 4])
AMONG = np.array(
    [
        [0.0, 0.3, 0.1, 0.2, 0.4],  # with probes: b b A A; without: A
        [0.3, 0.0, 0.1, 0.4, 0.2],  # with: b A A b; without: A
        [0.1, 0.2, 0.0, 0.3, 0.4],  # with: a a B a; without: nobody of b is left
        [0.4, 0.3, 0.1, 0.0, 0.2],  # with: B a a a; without: nobody
    ]
)


def test_probes_in_the_gallery_count_for_others() -> None:
    ranking = rank_tracks(AMONG, INSIDE, WITH_THIRD, MARS_HITS)
    assert ranking.ranks.tolist() == [3, 2, 3, 1]
    assert ranking.average_precision == pytest.approx([(1 / 3 + 2 / 4) / 2, (1 / 2 + 2 / 3) / 2, 1 / 3, 1])


@pytest.mark.parametrize("protocol", [MARS_WITHOUT_PROBES, MARS_WITHOUT_PROBES_TRAPEZOID])
def test_probes_without_an_answer_are_named_and_not_averaged(protocol) -> None:
    ranking = rank_tracks(AMONG, INSIDE, WITH_THIRD, protocol)
    assert ranking.ranks.tolist() == [1, 1, 0, 0]
    assert ranking.unanswered == (2, 3)
    assert np.isnan(ranking.average_precision[2:]).all()
    assert ranking.cmc((1,)) == {1: 100}
    assert ranking.map == 100


def test_ties_count_against_the_probe() -> None:
    ranking = rank_tracks(np.zeros((4, 5)), PROBES, GALLERY, MARS_HITS)
    assert ranking.ranks.tolist() == [4, 4, 4, 4]
    assert ranking.average_precision == pytest.approx([1 / 4, (1 / 4 + 2 / 5) / 2] * 2)


def test_labels_of_sequences_tell_tracks_by_their_place() -> None:
    made = Labels.of([Sequence("0002", 1, 0, 5), Sequence("0002", 1, 5, 3)])
    assert made.people.tolist() == ["0002", "0002"]
    assert (made.cameras.tolist(), made.tracks.tolist()) == ([1, 1], [0, 5])


def test_what_cannot_be_ranked_is_refused() -> None:
    with pytest.raises(ValueError, match=r"distance is \(4, 4\)"):
        rank_tracks(np.zeros((4, 4)), PROBES, GALLERY, MARS_HITS)
    with pytest.raises(ValueError, match="finite"):
        rank_tracks(np.where(DISTANCE < 0.1, np.nan, DISTANCE), PROBES, GALLERY, MARS_HITS)
    with pytest.raises(ValueError, match="no probe has a true match"):
        rank_tracks(np.zeros((1, 1)), labels("a", [1], [0]), labels("a", [1], [1]), MARS_HITS)


def test_ranking_gives_what_a_plain_loop_gives() -> None:
    generator = np.random.default_rng(0)
    gallery = Labels(generator.integers(0, 9, 60), generator.integers(1, 7, 60), np.arange(60))
    rows = generator.permutation(60)[:50]
    probes = Labels(gallery.people[rows], gallery.cameras[rows], rows)
    distance = generator.random((50, 60))
    ranking = rank_tracks(distance, probes, gallery, MARS_WITHOUT_PROBES)
    left = [t for t in range(60) if t not in rows]
    for p in range(50):
        counted = [
            t for t in sorted(left, key=lambda t: distance[p, t])
            if (gallery.people[t], gallery.cameras[t]) != (probes.people[p], probes.cameras[p])
        ]  # fmt: skip
        hits = [place for place, t in enumerate(counted, 1) if gallery.people[t] == probes.people[p]]
        assert ranking.ranks[p] == (hits[0] if hits else 0)
        if hits:
            precision = np.mean([found / place for found, place in enumerate(hits, 1)])
            assert ranking.average_precision[p] == pytest.approx(precision)


def test_memory_stays_small_however_many_probes() -> None:
    """The gallery is that of MARS, the probes are few; the benchmark has all of them."""
    generator = np.random.default_rng(0)
    gallery = Labels(generator.integers(0, 626, 11_310), generator.integers(1, 7, 11_310), np.arange(11_310))
    probes = Labels(gallery.people[:130], gallery.cameras[:130], np.arange(130))
    distance = generator.random((130, 11_310), dtype=np.float32)
    tracemalloc.start()
    rank_tracks(distance, probes, gallery, MARS_OFFICIAL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6
