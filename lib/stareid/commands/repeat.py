"""`python -m stareid repeat FILE`: is a result what its file says?"""

import argparse
from pathlib import Path

from stareid.repeat import repeat


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    repeating = commands.add_parser("repeat", help=run.__doc__)
    repeating.add_argument(
        "file", type=Path, metavar="FILE", help="the result of a run: results/STUDY/*.json"
    )
    repeating.add_argument("--data", type=Path, metavar="DIR", help="the folder of its data set")
    repeating.add_argument("--device", default="auto")
    repeating.set_defaults(do=run)


def run(chosen: argparse.Namespace) -> int:
    """Train a run again from its result file alone; 1 if the ranks of its probes are not the same."""
    repetition = repeat(chosen.file, chosen.data, chosen.device)
    print("\n".join(repetition.lines()))
    return 1 if repetition.different else 0
