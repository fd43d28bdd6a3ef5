"""`python -m stareid match`: compare one's own sequences."""

import argparse
from pathlib import Path

from stareid.match import CUT, match, write_sheet, write_table


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    matching = commands.add_parser("match", help=run.__doc__, description=f"{run.__doc__} {CUT}")
    folders = "a folder with a folder of pictures (png, jpg) for each sequence, or one such folder itself"
    matching.add_argument("probes", type=Path, metavar="PROBES", help=f"who is looked for: {folders}")
    matching.add_argument("gallery", type=Path, metavar="GALLERY", help="among whom: likewise")
    matching.add_argument(
        "--checkpoint", type=Path, required=True, metavar="FILE", help="a trained network: .safetensors"
    )
    matching.add_argument("--csv", type=Path, metavar="OUT.csv", help="write all distances as a table")
    matching.add_argument("--sheet", type=Path, metavar="OUT.png", help="draw the nearest of each probe")
    matching.set_defaults(do=run)


def run(chosen: argparse.Namespace) -> int:
    """Rank sequences of your own: the first 128 frames of each probe, the last 128 of each of the gallery."""
    matches = match(chosen.probes, chosen.gallery, chosen.checkpoint)
    print("\n".join(matches.lines()))
    if chosen.csv:
        write_table(matches, chosen.csv)
    if chosen.sheet:
        write_sheet(matches, chosen.sheet)
    return 0
