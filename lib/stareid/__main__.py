"""The command line: `python -m stareid data | train | report | repeat | evidence | explorer | match | bench`.

Exits 0 when done, 1 when a run failed, 2 for bad input: one message, no traceback.
"""

import argparse
import json
import sys

from stareid import results
from stareid.commands import bench, data, evidence, explorer, match, repeat
from stareid.data.listing import printable
from stareid.errors import InputError
from stareid.results import comparison, tables
from stareid.run import missing, run
from stareid.study import AXES, load_study, parse_changes
from stareid.training import NonFiniteLossError


def main(arguments: list[str] | None = None) -> int:
    """Parse `arguments` (default: those of the process), do what they say, return the exit status."""
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.do(chosen)
    except InputError as error:
        print(f"stareid: {error}", file=sys.stderr)
        return 2
    except OSError as error:  # a full disk, a folder that cannot be written
        print(f"stareid: {printable(str(error))}", file=sys.stderr)
        return 1


def train(chosen: argparse.Namespace) -> int:
    """Run the cells of a study that have no result yet, one after the other."""
    pairs = {pair.partition("=")[0]: pair for pair in chosen.changes}
    root = pairs.pop("data", "").removeprefix("data=") or None
    device = pairs.pop("device", "").removeprefix("device=") or "auto"
    changes = parse_changes(list(pairs.values()))
    axes = {key: changes.pop(key) for key in AXES if key in changes}
    words = [f"{key}={value}" for key, value in changes.items()]
    study = load_study("+".join([chosen.study, *words]))
    cells = study.cells(**axes)
    left = missing(study, cells, root, device)
    if chosen.dry_run:
        print("\n".join([cell.name for cell in left] + [f"{len(left)} of {len(cells)} runs to do"]))
        return 0
    failed = 0
    for cell in cells:
        try:
            record = run(study, cell, root, device)
        except NonFiniteLossError as error:
            print(f"{cell.name}: {error}", file=sys.stderr)
            failed += 1
            continue
        print(f"{cell.name}: {record['status']}, rank-1 {record['cmc']['1']:.1f} %")
    print(f"{len(cells) - failed} of {len(cells)} runs have a result in {study.folder}")
    return 1 if failed else 0


def report(chosen: argparse.Namespace) -> int:
    """Print the tables of a study from its results."""
    study = load_study(chosen.study)
    records = results.read_all(study.folder)
    if not records:
        raise InputError(f"no results in {study.folder}: run `python -m stareid train {study.name}` first.")
    if chosen.json:
        print(
            json.dumps(
                {
                    "study": study.name,
                    "dataset": study.dataset.name,
                    "table1": tables.table1_as_json(records),
                    "table2": tables.as_json(records),
                    "over_untrained": comparison.gains_as_json(comparison.over_untrained, records),
                    "over_averaging": comparison.gains_as_json(comparison.over_averaging, records),
                    "differences": comparison.as_json(records),
                },
                indent=1,
            )
        )
    else:
        print(f"{study.title} ({study.dataset.name})\n")
        parts = (tables.table1_as_text, comparison.gains_as_text, tables.as_text, comparison.as_text)
        print("\n\n".join(text for part in parts if (text := part(records))))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stareid", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    data.add(commands)

    training = commands.add_parser("train", help=train.__doc__)
    training.add_argument("study", help="a file of studies/, without .yaml")
    training.add_argument(
        "changes",
        nargs="*",
        metavar="key=value",
        help=f"data=DIR, device=..., cells ({', '.join(AXES)}; lists as 0,3), or settings such as epochs=2",
    )
    training.add_argument(
        "--dry-run", action="store_true", help="check everything, name the missing runs, train nothing"
    )
    training.set_defaults(do=train)

    reporting = commands.add_parser("report", help=report.__doc__)
    reporting.add_argument("study")
    reporting.add_argument("--json", action="store_true")
    reporting.set_defaults(do=report)

    repeat.add(commands)
    evidence.add(commands)
    explorer.add(commands)
    match.add(commands)
    bench.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
