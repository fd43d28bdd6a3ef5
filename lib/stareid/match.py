"""One's own sequences: rank the gallery for each probe, and say `same` or `different`.

    PROBES/NAME/*.png|jpg   GALLERY/NAME/*.png|jpg  ->  Matches  ->  lines, a table, a contact sheet

Every folder that holds pictures is one sequence of one person in one camera; PROBES or GALLERY may also be
such a folder itself. Frames are in natural order, of any size, and become 64 x 128 pixels.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stareid import evaluation, training
from stareid.data.flow import sequence_flow
from stareid.data.folder import SUFFIXES, natural
from stareid.data.listing import FRAME_SIZE, printable, read_picture
from stareid.errors import InputError

SHOWN = 5  # sequences of the gallery that are printed and drawn for a probe
VIDEOS = (".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv", ".flv", ".ts")
WIDE = 1.3  # width / height above which a picture cannot be one person cut out
CUT = (
    "Videos have to be cut to people first: find and follow the people with any detector and tracker, and "
    "save the pictures of one person in one camera, upright and about twice as high as wide, in one folder."
)


@dataclass(frozen=True)
class Own:
    """A sequence on disk: a name and its files in the order of frames."""

    name: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Matches:
    """Distances (P, G) between the sequences, and the largest that is called `same`, if that is known."""

    probes: list[Own]
    gallery: list[Own]
    distance: np.ndarray
    threshold: float | None

    def ranked(self, probe: int) -> list[int]:
        """The numbers of the gallery's sequences, nearest first."""
        return np.argsort(self.distance[probe], kind="stable").tolist()

    def answer(self, probe: int, gallery: int) -> str:
        """`same`, `different`, or nothing where no threshold is known."""
        if self.threshold is None:
            return ""
        return "same" if self.distance[probe, gallery] <= self.threshold else "different"

    def lines(self) -> Iterator[str]:
        """What is printed: for each probe the nearest of the gallery, with distances and answers."""
        if self.threshold is None:
            yield "This checkpoint has no threshold (it was made before there was one): distances only."
        else:
            yield f"Threshold {self.threshold:.3f}, set on people of the training: too strict for strangers."
        for number, probe in enumerate(self.probes):
            yield printable(probe.name)
            for rank, other in enumerate(self.ranked(number)[:SHOWN], 1):
                distance, answer = self.distance[number, other], self.answer(number, other)
                yield f"{rank:5}  {distance:.3f}  {answer:9}  {printable(self.gallery[other].name)}".rstrip()
            if len(self.gallery) > SHOWN:
                yield f"       and {len(self.gallery) - SHOWN} more, further away"


def match(probes: Path, gallery: Path, checkpoint: Path) -> Matches:
    """Compare all sequences below `probes` with all below `gallery`, as the network was evaluated.

    As in the protocol, probes are seen by their first 128 frames and the gallery by its last. For a network
    that wants optical flow, frames are taken to be consecutive. Raises InputError for what is not there, is
    no picture, or is no picture of one person; and for a checkpoint that makes no network.
    """
    own = find_sequences(probes), find_sequences(gallery)
    config = training.read_config(checkpoint)
    network = training.restore(checkpoint)
    if getattr(network, "metric", "euclidean") != "euclidean":
        raise InputError(
            f"{checkpoint} is a run of {config['method']}, whose distances need a metric that is learned on "
            "many people and not kept: choose a run of another method, such as attention or mclaughlin."
        )
    threshold = config.get(training.THRESHOLD) or {}
    protocol = evaluation.PROTOCOLS.get(str(threshold.get("protocol")), evaluation.DEFAULT)
    flow = config.get("channels", 3) > 3
    probe_frames, gallery_frames = (
        (read_frames(one.files[kept], flow) for one in sequences)
        for sequences, kept in zip(
            own, (slice(protocol.longest), slice(-protocol.longest, None)), strict=True
        )
    )
    distance = evaluation.compare(network, probe_frames, gallery_frames, protocol).numpy()
    return Matches(*own, distance, threshold.get("distance"))


def find_sequences(folder: Path) -> list[Own]:
    """The folder itself if it holds pictures, else its sub-folders that do, in natural order."""
    if folder.suffix.lower() in VIDEOS:
        raise InputError(f"{printable(folder)} is a video. {CUT}")
    if not folder.is_dir():
        raise InputError(f"there is no folder {printable(folder)}: name one that holds folders of pictures.")
    inside = sorted((d for d in _list(folder) if d.is_dir()), key=lambda d: natural(d.name))
    found = [Own(d.name, files) for d in (folder, *inside) if (files := pictures(d))]
    if not found:
        raise InputError(
            f"{printable(folder)} holds no pictures ({', '.join(SUFFIXES)}), nor do the folders in it. {CUT}"
        )
    if found[0].name == folder.name and len(found) > 1 and pictures(folder):
        raise InputError(
            f"{printable(folder)} holds pictures and folders of pictures: it can be one sequence or several. "
            "Move the pictures into a folder of their own."
        )
    return found


def pictures(folder: Path) -> tuple[Path, ...]:
    """The pictures in a folder, in natural order; a video in it is refused, other files are left alone."""
    files = [file for file in _list(folder) if file.is_file() and not file.name.startswith(".")]
    for file in files:
        if file.suffix.lower() in VIDEOS:
            raise InputError(f"{printable(file)} is a video. {CUT}")
    return tuple(
        sorted((f for f in files if f.suffix.lower() in SUFFIXES), key=lambda file: natural(file.stem))
    )


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise InputError(f"{printable(folder)} cannot be listed ({error.strerror}).") from error


def read_frames(files: tuple[Path, ...], flow: bool) -> np.ndarray:
    """The frames in these files, uint8 (T, 128, 64, 3), or (T, 128, 64, 5) with their optical flow."""
    frames = np.stack([read_frame(file) for file in files])
    return np.concatenate([frames, sequence_flow(frames)], axis=-1) if flow else frames


def read_frame(file: Path) -> np.ndarray:
    """One picture of a person, brought to uint8 (128, 64, 3); refused when it is much wider than high."""
    picture = read_picture(file)
    height, width = picture.shape[:2]
    if width > WIDE * height:
        raise InputError(f"{printable(file)} is {width} x {height} pixels: that is not one person. {CUT}")
    return np.asarray(Image.fromarray(picture).resize(FRAME_SIZE, Image.Resampling.BILINEAR))


def write_table(matches: Matches, file: Path) -> None:
    """All distances as CSV: probe, rank, gallery, distance, answer."""
    try:
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(["probe", "rank", "gallery", "distance", "answer"])
            for number, probe in enumerate(matches.probes):
                for rank, other in enumerate(matches.ranked(number), 1):
                    distance, answer = matches.distance[number, other], matches.answer(number, other)
                    name = printable(matches.gallery[other].name)
                    writer.writerow([printable(probe.name), rank, name, f"{distance:.6f}", answer])
    except OSError as error:
        raise InputError(f"{printable(file)} cannot be written ({error.strerror}).") from error


STRIP = 4  # frames of a sequence on the sheet
TILE = (40, 80)  # width, height of a frame on it
LABEL, GAP = 30, 10  # pixels for the words above a strip and between strips


def write_sheet(matches: Matches, file: Path) -> None:
    """A picture with a row for each probe: frames of it on the left, of its nearest in the gallery beside."""
    columns = 1 + min(SHOWN, len(matches.gallery))
    cell = (STRIP * TILE[0] + GAP, LABEL + TILE[1] + GAP)
    sheet = Image.new("RGB", (columns * cell[0] + GAP, len(matches.probes) * cell[1] + GAP), "white")
    for row, probe in enumerate(matches.probes):
        _paste(sheet, probe, "probe", (GAP, GAP + row * cell[1]))
        for column, other in enumerate(matches.ranked(row)[:SHOWN], 1):
            words = f"{column}.  {matches.distance[row, other]:.3f}  {matches.answer(row, other)}"
            place = (GAP + column * cell[0], GAP + row * cell[1])
            _paste(sheet, matches.gallery[other], words, place)
    try:
        sheet.save(file)
    except (OSError, ValueError) as error:
        raise InputError(f"{printable(file)} cannot be written as a picture ({error}).") from error


def _paste(sheet: Image.Image, own: Own, words: str, place: tuple[int, int]) -> None:
    """One labelled strip: evenly spread frames of a sequence."""
    left, top = place
    font = ImageFont.load_default(size=11)
    label = f"{words}\n{printable(own.name)[:28]}"
    ImageDraw.Draw(sheet).multiline_text((left, top), label, fill="black", font=font, spacing=1)
    rows = np.unique(np.linspace(0, len(own.files) - 1, STRIP).round().astype(int))
    for column, row in enumerate(rows):
        tile = Image.fromarray(read_frame(own.files[row])).resize(TILE)
        sheet.paste(tile, (left + column * TILE[0], top + LABEL))
