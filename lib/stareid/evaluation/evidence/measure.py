"""All figures of one network on some test people, as plain values for a result file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from stareid.data import Dataset, Truth, channels, prepare, resize
from stareid.data.preparation import CROP, SIZE, crop
from stareid.errors import InputError
from stareid.evaluation.distance import euclidean
from stareid.evaluation.evidence import faithfulness, spatial, temporal
from stareid.evaluation.protocols import Protocol
from stareid.evaluation.ranking import cmc, mean_average_precision

VERSION = 1  # raised whenever the same network would get other figures
TOP, LEFT = (SIZE[0] - CROP[0]) // 2, (SIZE[1] - CROP[1]) // 2  # one view: the middle, not mirrored
NO_TRUTH = "where the attention lies and what it follows: this data set has no ground truth"
EVEN_FRAMES = "frames in order of attention: every frame has the same weight"


@dataclass(frozen=True)
class Seen:
    """One sequence as the network saw it: the last maps (T, H', W') of the clip, and the truth if known."""

    maps: np.ndarray
    truth: Truth | None


def settings() -> dict[str, Any]:
    """What decides the figures beside network and data; plain values."""
    return {"version": VERSION, "removed": list(faithfulness.REMOVED), "top": TOP, "left": LEFT}


@torch.inference_mode()
def look(network: nn.Module, prepared: Tensor) -> tuple[Tensor, np.ndarray]:
    """Embeddings (B, D) and last maps (B, T, H', W') of prepared clips (B, T, C, 64, 48), seen in the middle.

    Raises InputError for a network without attention.
    """
    embeddings, out = network(torch.stack([crop(clip, TOP, LEFT, False) for clip in prepared]))
    if "attention" not in out:
        raise InputError("this network has no attention (filters=0): choose a run with at least one filter.")
    return embeddings, out["attention"][:, -1].double().cpu().numpy()


def measure(
    network: nn.Module,
    dataset: Dataset,
    people: Sequence[str],
    protocol: Protocol,
    *,
    seed: int,
    flow: np.ndarray | None = None,
) -> dict[str, Any]:
    """Figures by name, the curves of removal, and what was left out and why.

    Probes are of camera 1, the gallery of camera 2, all in one view; `seed` is of the random orders.
    """
    network.eval()
    device, random = next(network.parameters()).device, np.random.default_rng(seed)
    seen: list[Seen] = []
    whole: dict[int, list[Tensor]] = {1: [], 2: []}
    changed: dict[tuple[str, float], list[Tensor]] = {}
    for camera, choose in ((1, protocol.probe), (2, protocol.gallery)):
        for sequence in tqdm(dataset.select(people, camera), "evidence", unit="sequence", leave=False):
            rows = choose(np.arange(sequence.length))
            clip = prepare(resize(channels(dataset, sequence, flow)[rows]).to(device))  # (T, C, 64, 48)
            embedding, [maps] = look(network, clip[None])
            seen.append(Seen(maps, _truth(dataset, sequence, rows)))
            whole[camera].append(embedding[0])
            if camera == 1:
                regions = faithfulness.Regions(maps.shape[1:], SIZE, TOP, LEFT)
                for key, clips in faithfulness.altered(clip, maps, regions, random).items():
                    changed.setdefault(key, []).append(look(network, clips)[0])  # (orders, D)
    gallery = torch.stack(whole[2])
    curves = removal_curves(torch.stack(whole[1]), changed, gallery, people)
    figures = where(seen) | when(seen) | matters(curves)
    left_out = [] if seen[0].truth else [NO_TRUTH]
    if _even(seen):  # then "in order of attention" has no meaning for frames
        left_out.append(EVEN_FRAMES)
        curves["frames"], dropped = {}, [name for name in figures if name.startswith("frames_")]
        figures |= dict.fromkeys(dropped)
    return {"figures": figures, "curves": curves, "left_out": left_out}


def _truth(dataset: Dataset, sequence: Any, rows: np.ndarray) -> Truth | None:
    if dataset.flags is None:
        return None
    truth = dataset.truth(sequence)
    return Truth(person=truth.person[rows], occluder=truth.occluder[rows])


def _even(seen: Iterable[Seen]) -> bool:
    """Whether all frames of a clip have the same weight in all clips: always so in the framewise reading."""
    weights = [one.maps.sum((1, 2)) / one.maps.sum() for one in seen]
    return all(np.ptp(w) * len(w) <= temporal.EVEN for w in weights)


def where(seen: Sequence[Seen]) -> dict[str, float | None]:
    """Spatial figures: means over the frames of a sequence, then over sequences; none without truth."""
    rows: list[dict[str, float]] = []
    for one in seen:
        if one.truth is None:
            continue
        placement = spatial.place(one.maps.shape[1:], one.truth.person.shape[1:], SIZE, TOP, LEFT)
        person = one.truth.person & ~one.truth.occluder
        hidden = one.truth.occluder.any((1, 2))  # frames in which something is in front
        on_person = spatial.shares(one.maps, person, placement)
        on_occluder = spatial.shares(one.maps[hidden], one.truth.occluder[hidden], placement)
        beyond, beyond_area = spatial.outside(one.maps, placement)
        points, chance = spatial.pointing(one.maps, person, placement)
        row = {"person_share": on_person[0], "person_area": on_person[1]}
        if hidden.any():
            row |= {"occluder_share": on_occluder[0], "occluder_area": on_occluder[1]}
        row |= {"outside_share": beyond, "pointing": points, "pointing_chance": chance}
        rows.append({name: float(values.mean()) for name, values in row.items()})
        rows[-1]["outside_area"] = beyond_area
    names = dict.fromkeys(name for row in rows for name in row)
    means: dict[str, float | None] = {
        name: float(np.mean([row[name] for row in rows if name in row])) for name in names
    }
    return (
        means
        | {f"{what}_ratio": _ratio(means, what) for what in ("person", "occluder", "outside")}
        | {"pointing_gain": _minus(means, "pointing", "pointing_chance")}
    )


def _ratio(means: dict[str, float | None], what: str) -> float | None:
    share, area = means.get(f"{what}_share"), means.get(f"{what}_area")
    return share / area if share is not None and area else None


def _minus(means: dict[str, float | None], name: str, other: str) -> float | None:
    value, base = means.get(name), means.get(other)
    return None if value is None or base is None else value - base


def when(seen: Sequence[Seen]) -> dict[str, float | None]:
    """Temporal figures: means over sequences, and over how many of them the rank correlation is."""
    weights = [one.maps.sum((1, 2)) for one in seen]
    each = [
        temporal.agreement(w, one.truth.visible)
        for w, one in zip(weights, seen, strict=True)
        if one.truth is not None
    ]
    orders = [value for value in each if value is not None]
    return {
        "visibility_correlation": float(np.mean(orders)) if orders else None,
        "visibility_sequences": len(orders),
        "frame_entropy": float(np.mean([temporal.entropy(w) for w in weights])),
        "frame_peak": float(np.mean([w.max() / w.mean() for w in weights])),
        "map_entropy": float(np.mean([temporal.entropy(one.maps) for one in seen])),
    }


def removal_curves(
    probes: Tensor,
    changed: dict[tuple[str, float], list[Tensor]],
    gallery: Tensor,
    people: Sequence[str],
) -> dict[str, Any]:
    """part -> order -> "rank1" | "map" -> percent, for nothing removed and then each share of REMOVED.

    probes (P, D), gallery (G, D); changed (part, removed) -> for each probe (orders, D).
    """
    start = found(probes, gallery, people)
    curves: dict[str, Any] = {}
    for part in faithfulness.PARTS:
        steps = [torch.stack(changed[part, share]) for share in faithfulness.REMOVED]  # (P, orders, D)
        curves[part] = {}
        for number, order in enumerate(faithfulness.ORDERS):
            points = [start, *(found(step[:, number], gallery, people) for step in steps)]
            curves[part][order] = {name: [point[name] for point in points] for name in start}
    return curves


def found(probes: Tensor, gallery: Tensor, people: Sequence[str]) -> dict[str, float]:
    """Rank-1 and mean average precision, in percent, of probes (P, D) in a gallery (G, D)."""
    distance = euclidean(probes, gallery).cpu().numpy()
    return {
        "rank1": round(cmc(distance, people, people)[1], 4),
        "map": round(mean_average_precision(distance, people, people), 4),
    }


def matters(curves: dict[str, Any]) -> dict[str, float | None]:
    """Faithfulness: mean gaps between the curves, in points; above 0 if attention points at what matters.

    deletion = random minus least attended kept; insertion = most attended kept minus random.
    """
    figures: dict[str, float | None] = {
        f"whole_{name}": curves["frames"]["random"][name][0] for name in ("rank1", "map")
    }
    for part in faithfulness.PARTS:
        for name in ("rank1", "map"):
            most, random, least = (np.array(curves[part][o][name][1:]) for o in faithfulness.ORDERS)
            figures[f"{part}_deletion_{name}"] = float((random - least).mean())
            figures[f"{part}_insertion_{name}"] = float((most - random).mean())
    return figures
