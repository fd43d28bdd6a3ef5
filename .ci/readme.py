"""Write the table of the README from the committed results; `--check` only says whether it is up to date."""

import subprocess
import sys

import pandas as pd

from stareid import results
from stareid.evaluation import RANKS
from stareid.paths import RESULTS, ROOT, STUDIES
from stareid.results import tables
from stareid.results.tables import name
from stareid.study import Study, load_study

README = ROOT / "README.md"
BEGIN, END = "<!-- results: written by `make results` -->\n", "<!-- end of results -->\n"
NUMBERS = {
    "filters": "Percent, mean ± standard deviation over splits.",
    "method": "Percent, mean ± standard deviation over splits, or over seeds where there is one split.",
}
NOTHING = "No results of real people are committed yet; `make study` makes those of the demo.\n"


def main(arguments: list[str]) -> int:
    """Bring the README up to date; 1 when `--check` finds that it is not."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    wanted = before + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]
    if "--check" in arguments:
        print(
            "up to date" if text == wanted else "README.md does not show the committed results: make results"
        )
        return int(text != wanted)
    README.write_text(wanted)
    return 0


def table() -> str:
    """Markdown tables of the committed studies that ask for rank-1 of test people: filters, then methods."""
    studies = [study for study in committed() if not study.held_out and not study.controls]
    if not studies:
        return NOTHING
    several = [study for study in studies if len(study.grid["method"]) > 1]
    parts = {"filters": (filters, [s for s in studies if s not in several]), "method": (methods, several)}
    return "\n".join(
        markdown(first, [row for study in some for row in rows(study)])
        for first, (rows, some) in parts.items()
        if some
    )


def markdown(first: str, rows: list[str]) -> str:
    """One table, and what its numbers are."""
    ranks = " | ".join(f"rank-{rank}" for rank in RANKS)
    head = [f"| study | {first} | {ranks} | runs | minutes a run |", "|---|---|" + "--:|" * (len(RANKS) + 2)]
    return "\n".join(head + rows) + f"\n\n{NUMBERS[first]}\n"


def filters(study: Study) -> list[str]:
    """One line for each number of filters, of the recipe that studies share: trials are shown in the book."""
    records = results.read_all(RESULTS / study.name)
    minutes = tables.frame(records).groupby(["reading", "recipe", "filters"])["minutes"].mean()
    found = []
    for key, row in tables.table2([r for r in records if r["recipe"] == "batched"]).iterrows():
        setting = f"{key[2]}" if key[2] == 0 else f"{key[2]}, {key[0]}"
        found.append(line(study, setting, row, minutes[key]))
    return sorted(found, key=lambda text: text.split("|")[2].strip())


def methods(study: Study) -> list[str]:
    """One line for each method, best first; what was not trained is shown in the book."""
    records = tables.trained(results.read_all(RESULTS / study.name))
    minutes = tables.frame(records).groupby(tables.TABLE_1)["minutes"].mean()
    return [line(study, name(key), row, minutes[key]) for key, row in tables.table1(records).iterrows()]


def line(study: Study, setting: str, row: pd.Series, minutes: float) -> str:
    cells = tables.as_cells(row)
    ranks = " | ".join(cells[f"rank-{rank}"] for rank in RANKS)
    runs = cells["runs"] + (f" ({cells['collapsed']} collapsed)" if "collapsed" in cells else "")
    return f"| {study.name} | {setting} | {ranks} | {runs} | {minutes:.0f} |"


def committed() -> list[Study]:
    """The studies with results that git knows."""
    listing = subprocess.run(
        ["git", "ls-files", "results/*.json"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = {line.split("/")[1] for line in listing.splitlines()}
    return [load_study(file.stem) for file in sorted(STUDIES.glob("*.yaml")) if file.stem in names]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
