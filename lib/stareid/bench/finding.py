"""Evaluation: all views of a split against the bare network, ranking against a plain loop."""

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from stareid import evaluation
from stareid.bench.ratio import ratio, seconds
from stareid.bench.scale import Scale
from stareid.data import Dataset, channels
from stareid.evaluation import MARS_HITS, PROTOCOLS, Labels, rank_tracks
from stareid.evaluation.embed import views

PROTOCOL = PROTOCOLS["two_camera_16_views"]
MEMORY = 100 * 2**20  # bytes that ranking may take beside the distances


def efficiency(network: nn.Module, dataset: Dataset, people: tuple[str, ...], scale: Scale) -> dict[str, Any]:
    """Frames a second of a whole evaluation with all views over those of the network alone.

    The people are taken in as many parts as there are repeats, and each part both ways. The network alone
    is given the very clips, prepared before the clock starts.
    """
    whole, bare = [], []
    device = next(network.parameters()).device
    network.eval()
    for part in np.array_split(np.array(people[: scale.evaluated]), scale.repeats):
        probes = [PROTOCOL.probe(channels(dataset, s, None)) for s in dataset.select(part.tolist(), 1)]
        gallery = [PROTOCOL.gallery(channels(dataset, s, None)) for s in dataset.select(part.tolist(), 2)]
        alone = 0.0
        for frames in (*probes, *gallery):
            clips = views(frames, PROTOCOL, device)
            with torch.inference_mode():
                alone += seconds(partial(network, clips))
        count = len(PROTOCOL.views) * sum(map(len, (*probes, *gallery)))
        whole.append(count / seconds(partial(evaluation.compare, network, probes, gallery, PROTOCOL)))
        bare.append(count / alone)
    return ratio(whole, bare)


def ranking(scale: Scale) -> dict[str, Any]:
    """The seconds of a plain loop over those of `rank_tracks`, on distances drawn at random in MARS's size.

    Raises AssertionError when the two disagree or when ranking takes more memory than it may.
    """
    distance, probes, gallery = problem(scale)
    fast: list[float] = []
    slow: list[float] = []
    for _ in range(scale.repeats):
        fast.append(seconds(lambda: rank_tracks(distance, probes, gallery, MARS_HITS)))
        slow.append(seconds(lambda: plain(distance, probes, gallery)))
    ranked = rank_tracks(distance, probes, gallery, MARS_HITS)
    rank1, mean_precision = plain(distance, probes, gallery)
    assert abs(ranked.cmc()[1] - rank1) < 1e-6 and abs(ranked.map - mean_precision) < 1e-6
    needed = peak(lambda: rank_tracks(distance, probes, gallery, MARS_HITS))
    assert needed < MEMORY, f"ranking took {needed / 2**20:.0f} MB"
    return ratio(slow, fast)


def problem(scale: Scale) -> tuple[np.ndarray, Labels, Labels]:
    """Distances (P, G) and labels: people and cameras as many as in MARS, the probes in the gallery."""
    generator = np.random.default_rng(0)
    people = generator.integers(0, 626, scale.gallery)
    cameras = generator.integers(1, 7, scale.gallery)
    gallery = Labels(people, cameras, np.arange(scale.gallery))
    chosen = generator.choice(scale.gallery, scale.probes, replace=False)
    distance = generator.random((scale.probes, scale.gallery), dtype=np.float32)
    return distance, Labels(people[chosen], cameras[chosen], chosen), gallery


def plain(distance: np.ndarray, probes: Labels, gallery: Labels) -> tuple[float, float]:
    """Rank-1 and mAP in percent as one writes them down first: a loop over probes, a loop over the ranked."""
    first, precisions = [], []
    for row, person, camera in zip(distance, probes.people, probes.cameras, strict=True):
        hits, seen, precision = 0, 0, 0.0
        for place in np.argsort(row, kind="stable"):
            if gallery.people[place] == person and gallery.cameras[place] == camera:
                continue
            seen += 1
            if gallery.people[place] == person:
                hits += 1
                precision += hits / seen
                if hits == 1:
                    first.append(seen)
        if hits:
            precisions.append(precision / hits)
    return 100 * float(np.mean(np.array(first) == 1)), 100 * float(np.mean(precisions))


def peak(work: Callable[[], object]) -> int:
    """The most bytes that NumPy and Python had taken at once for it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
