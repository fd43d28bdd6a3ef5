"""`python -m stareid bench`: what the study costs on this machine."""

import argparse
from pathlib import Path

from stareid import bench, results
from stareid.paths import RESULTS


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    measuring = commands.add_parser("bench", help=run.__doc__)
    measuring.add_argument("--data", type=Path, metavar="DIR", help="an iLIDS-VID tree; else drawn walkers")
    measuring.add_argument("--out", type=Path, default=RESULTS / "bench.json", metavar="FILE")
    measuring.set_defaults(do=run)


def run(chosen: argparse.Namespace) -> int:
    """Measure training, evaluation and sweep as ratios, within 25 minutes, and write results/bench.json."""
    results.write(bench.bench(chosen.data), chosen.out)
    print(chosen.out)
    return 0
