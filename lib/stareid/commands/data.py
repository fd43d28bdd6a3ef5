"""`python -m stareid data`: draw walkers, and bring data sets into place and check them."""

import argparse
from pathlib import Path

from stareid.data.archive import unpack
from stareid.data.download import OFFERS, download
from stareid.data.listing import printable
from stareid.data.verify import KNOWN, verify
from stareid.data.walkers import World, write_tree
from stareid.errors import InputError


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command and its own commands to the parser."""
    data = commands.add_parser("data", help="bring data into place").add_subparsers(
        required=True, metavar="WHAT"
    )
    _add_draw(data)

    unpacking = data.add_parser("unpack", help=run_unpack.__doc__)
    unpacking.add_argument("archive", type=Path, metavar="ARCHIVE")
    unpacking.add_argument("folder", type=Path, metavar="DIR", help="new or empty")
    unpacking.set_defaults(do=run_unpack)

    verifying = data.add_parser("verify", help=run_verify.__doc__)
    verifying.add_argument("name", choices=KNOWN, metavar="NAME", help=", ".join(KNOWN))
    verifying.add_argument("folder", type=Path, metavar="DIR")
    verifying.add_argument("--jobs", type=int, help="pictures decoded at a time; by default one a core")
    verifying.set_defaults(do=run_verify)

    downloading = data.add_parser("download", help=run_download.__doc__)
    downloading.add_argument("name", choices=[*OFFERS, "walkers"], metavar="NAME", help=", ".join(OFFERS))
    downloading.add_argument("folder", type=Path, metavar="DIR")
    downloading.set_defaults(do=run_download)


def _add_draw(data: argparse._SubParsersAction) -> None:
    drawing = data.add_parser("draw", help=draw.__doc__)
    drawing.add_argument("folder", type=Path, help="where the tree is written: new or empty")
    drawing.add_argument("--people", type=int, default=World.people)
    drawing.add_argument("--seed", type=int, default=World.seed)
    drawing.add_argument(
        "--shortest", type=int, default=World.shortest, help="frames of the shortest sequence"
    )
    drawing.add_argument("--longest", type=int, default=World.longest, help="frames of the longest sequence")
    drawing.add_argument("--jobs", type=int, default=2, help="processes")
    drawing.set_defaults(do=draw)


def draw(chosen: argparse.Namespace) -> int:
    """Draw walkers as an iLIDS-VID tree."""
    try:
        world = World(
            people=chosen.people, seed=chosen.seed, shortest=chosen.shortest, longest=chosen.longest
        )
        write_tree(world, chosen.folder, processes=chosen.jobs)
    except (ValueError, OSError) as error:
        raise InputError(str(error)) from error
    print(f"{world.people} walkers in {chosen.folder}")
    return 0


def run_unpack(chosen: argparse.Namespace) -> int:
    """Unpack a tar, tar.gz or zip into a new folder: all of it or nothing."""
    count = unpack(chosen.archive, chosen.folder)
    print(f"{count:,} files in {printable(chosen.folder)}")
    return 0


def run_verify(chosen: argparse.Namespace) -> int:
    """Check a tree: decode all frames, compare the counts with those known; 1 if anything is wrong."""
    if chosen.jobs is not None and chosen.jobs < 1:
        raise InputError(f"--jobs is {chosen.jobs}: it must be 1 or more.")
    finding = verify(chosen.name, chosen.folder, jobs=chosen.jobs)
    for problem in finding.problems:
        print(problem)
    verdict = f"{len(finding.problems):,} problems" if finding.problems else "nothing is wrong"
    print(f"{chosen.name} in {printable(chosen.folder)}: {finding.counted}; {verdict}.")
    return 1 if finding.problems else 0


def run_download(chosen: argparse.Namespace) -> int:
    """Fetch a data set where an address is known; else say its terms and where to ask, and end with 1."""
    if chosen.name == "walkers":
        print("There is nothing to download: walkers are drawn (`python -m stareid data draw DIR`).")
        return 0
    file = download(OFFERS[chosen.name], chosen.folder)
    if file is None:
        return 1
    print(f"{printable(file)} is there. Next: python -m stareid data unpack {printable(file)} NEW_DIR")
    return 0
