"""`python -m stareid evidence STUDY`: does the attention of its networks mean anything?"""

import argparse
import sys
import time

from stareid.evaluation.evidence import CONTROLS
from stareid.evidence import cells_with_attention, gather
from stareid.study import AXES, load_study, parse_changes
from stareid.training import NonFiniteLossError

PLACES = ("data", "device", "control")  # words that are neither an axis nor a setting


def add(commands: argparse._SubParsersAction) -> None:
    """Add the sub-command to those of `python -m stareid`."""
    asking = commands.add_parser("evidence", help=run.__doc__)
    asking.add_argument("study", help="a file of studies/, without .yaml")
    asking.add_argument(
        "changes",
        nargs="*",
        metavar="key=value",
        help=f"data=DIR, device=..., control={','.join(CONTROLS)}, cells ({', '.join(AXES)}; lists as 0,3), "
        "or settings such as epochs=2",
    )
    asking.set_defaults(do=run)


def run(chosen: argparse.Namespace) -> int:
    """Measure the attention of a study's networks, and of untrained and wrongly trained ones."""
    pairs = {pair.partition("=")[0]: pair for pair in chosen.changes}
    said = {key: pairs.pop(key).partition("=")[2] for key in PLACES if key in pairs}
    changes = parse_changes(list(pairs.values()))
    axes = {key: changes.pop(key) for key in AXES if key in changes}
    study = load_study("+".join([chosen.study, *(f"{key}={value}" for key, value in changes.items())]))
    controls = said["control"].split(",") if "control" in said else study.controls or list(CONTROLS)
    failed = 0
    tasks = [(cell, control) for cell in cells_with_attention(study, **axes) for control in controls]
    for cell, control in tasks:
        began = time.perf_counter()
        try:
            record = gather(study, cell, control, said.get("data"), said.get("device", "auto"))
        except NonFiniteLossError as error:
            print(f"{cell.name}, {control}: {error}", file=sys.stderr)
            failed += 1
            continue
        print(f"{cell.name}, {control}: {record['status']}, {time.perf_counter() - began:.0f} s", flush=True)
    print(f"{len(tasks) - failed} of {len(tasks)} are in {study.folder}")
    return 1 if failed else 0
