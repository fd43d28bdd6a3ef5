"""`python -m stareid explorer STUDY`: the album that the book's explorer shows."""

import argparse
from pathlib import Path

from stareid.exploration import FRAMES, PEOPLE, gather, write
from stareid.paths import ALBUM
from stareid.study import AXES, load_study, parse_changes


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    making = commands.add_parser("explorer", help=run.__doc__)
    making.add_argument("study", help="a file of studies/, without .yaml; of walkers")
    making.add_argument(
        "cells", nargs="*", metavar="key=value", help=f"runs: {', '.join(AXES)}; lists as 0,3"
    )
    making.add_argument("--people", type=int, default=PEOPLE, help="test people (default: %(default)s)")
    making.add_argument("--frames", type=int, default=FRAMES, help="of a sequence (default: %(default)s)")
    making.add_argument("--out", type=Path, default=ALBUM, metavar="FILE.json", help="where it is written")
    making.set_defaults(do=run)


def run(chosen: argparse.Namespace) -> int:
    """Write the album of the book's explorer from the networks of a study, trained where they are not."""
    study = load_study(chosen.study)
    wanted = {"split": study.grid["split"][0], "seed": study.grid["seed"][0]} | parse_changes(chosen.cells)
    cells = study.cells(**wanted)
    album = gather(study, cells, people=chosen.people, frames=chosen.frames)
    write(album, chosen.out)
    size, sequences, networks = (
        chosen.out.stat().st_size / 1000,
        len(album["sequences"]),
        len(album["networks"]),
    )
    print(f"{chosen.out}: {size:.0f} kB, {sequences} sequences, {networks} networks")
    return 0
