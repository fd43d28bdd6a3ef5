"""From the networks of a study to an album for the explorer: test people, their matches and best impostors.

study, cells -> trained networks -> distances and maps -> album -> book/records/attention.json
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from stareid.data import Dataset
from stareid.data import Sequence as Track
from stareid.errors import InputError
from stareid.evaluation import PROTOCOLS, embed, euclidean, record_attention, true_match_ranks
from stareid.figures import sequences
from stareid.figures.explorer import packing
from stareid.figures.explorer.still import still
from stareid.provenance import provenance
from stareid.run import choose_device, choose_split, open_data, trained
from stareid.study import Cell, Study

PEOPLE, FRAMES = 2, 16
LISTS = ("sequences", "networks", "looks", "pairs")


def look_at(
    network: nn.Module, dataset: Dataset, person: str, camera: int, frames: int = FRAMES
) -> packing.Album:
    """The album of one sequence and one network, its maps computed now: for `figures.browse` in Jupyter."""
    [track] = dataset.select([person], camera)
    rows = sequences.evenly(track.length, frames)
    record = record_attention(network, dataset.frames(track)[rows])
    return packing.album(record, person=person, camera=camera, **_known(dataset, track, rows))


def _known(dataset: Dataset, track: Track, rows: np.ndarray) -> dict[str, Any]:
    """The numbers of some frames of a sequence, from 1, and visible fractions where the truth is known."""
    visible = None if dataset.flags is None else dataset.truth(track).visible[rows]
    return {"numbers": (rows + 1).tolist(), "visible": visible}


@dataclass
class Gathering:
    """The album while it grows: sequences are packed once, whichever networks look at them."""

    dataset: Dataset
    frames: int
    album: packing.Album = field(default_factory=lambda: {name: [] for name in LISTS})
    placed: dict[Track, int] = field(default_factory=dict)

    def place(self, track: Track) -> int:
        """The number of a sequence in the album; new ones are packed."""
        if track not in self.placed:
            rows = sequences.evenly(track.length, self.frames)
            packed = packing.sequence(
                self.dataset.frames(track)[rows],
                person=track.person,
                camera=track.camera,
                **_known(self.dataset, track, rows),
            )
            self.placed[track] = len(self.album["sequences"])
            self.album["sequences"].append(packed)
        return self.placed[track]

    def look(self, network: nn.Module, number: int, track: Track) -> None:
        """Add what a network with attention sees in a sequence, once."""
        at = self.place(track)
        if any((look["network"], look["sequence"]) == (number, at) for look in self.album["looks"]):
            return
        rows = sequences.evenly(track.length, self.frames)
        record = record_attention(network, self.dataset.frames(track)[rows])
        self.album |= packing.frame_and_edges(record)
        self.album["looks"].append(packing.look(record, network=number, sequence=at))


def gather(
    study: Study,
    cells: Sequence[Cell],
    root: str | Path | None = None,
    device: str = "auto",
    *,
    people: int = PEOPLE,
    frames: int = FRAMES,
) -> packing.Album:
    """The album of some test people, for networks of one split: `cells`, trained where they are not yet.

    The people are those whose visible fraction changes most within their sequence in camera 1: chosen by a
    rule, not by their maps. An impostor is the nearest sequence of another test person in camera 2, by the
    distance of the network and protocol in question. Raises InputError for real people, whose frames may not
    be published, and for networks of several methods or without attention.
    """
    dataset = open_data(study, root)
    if not sequences.may_be_shown(dataset):
        raise InputError(f"an album shows frames; {study.dataset.name!r} may hold real people: walkers only.")
    if not any(cell.filters for cell in cells) or len({(cell.split, cell.method) for cell in cells}) != 1:
        raise InputError(
            "an album needs runs of one split and one method, and at least one of them with attention: "
            "choose them, as in split=0 method=attention."
        )
    test = choose_split(study, dataset, cells[0].split).test
    chosen = sequences.most_occluded(dataset, test, people)
    growing = Gathering(dataset, frames)
    for number, cell in enumerate(cells):
        network = trained(study, cell, root, device)
        growing.album["networks"].append({"reading": cell.reading, "filters": cell.filters})
        for probe, match, impostor, pair in pairs(network, dataset, test, chosen, study.protocol):
            tracks = {"probe": probe, "match": match, "impostor": impostor}
            for track in tracks.values() if cell.filters else ():
                growing.look(network, number, track)
            places = {name: growing.place(track) for name, track in tracks.items()}
            growing.album["pairs"].append({"network": number, **places, **pair})
    return growing.album | {"still": still(growing.album), "about": _about(study, cells[0])}


def pairs(
    network: nn.Module, dataset: Dataset, test: Sequence[str], chosen: Sequence[str], protocol: str
) -> list[tuple[Track, Track, Track, dict[str, Any]]]:
    """For each chosen person probe, match and best impostor, with distances and the rank of the match."""
    probes, gallery, named = dataset.select(chosen, 1), dataset.select(test, 2), PROTOCOLS[protocol]
    frames = [named.probe(dataset.frames(p)) for p in probes] + [
        named.gallery(dataset.frames(g)) for g in gallery
    ]
    embeddings = embed(network, frames, named)
    distance = euclidean(embeddings[: len(probes)], embeddings[len(probes) :]).cpu().numpy()
    ranks = true_match_ranks(distance, chosen, test)
    found = []
    for probe, row, rank in zip(probes, distance, ranks, strict=True):
        own = list(test).index(probe.person)
        nearest = int(np.where(np.arange(len(test)) == own, np.inf, row).argmin())
        pair = {
            "distances": [round(float(row[own]), 4), round(float(row[nearest]), 4)],
            "rank": int(rank),
            "among": len(test),
        }
        found.append((probe, gallery[own], gallery[nearest], pair))
    return found


def _about(study: Study, cell: Cell) -> dict[str, Any]:
    """Which runs the album is of, and from which commit."""
    commit = provenance(choose_device("cpu"))["commit"]
    named = {"study": study.name, "dataset": study.dataset.reader, "epochs": study.training.epochs}
    return named | {"split": cell.split, "seed": cell.seed, "commit": commit}


def write(album: packing.Album, file: Path) -> None:
    """Write an album as JSON, one sequence or look a line; whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    parts = [f"{json.dumps(key)}: {_lines(value)}" for key, value in album.items()]
    partial = file.with_suffix(f".{os.getpid()}.part")
    partial.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    partial.replace(file)


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return json.dumps(value, separators=(",", ":"))
    return "[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in value) + "\n]"
