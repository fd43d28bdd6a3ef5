"""Write the table of the README from the committed results; `--check` only says whether it is up to date."""

import math
import subprocess
import sys

from stareid import results
from stareid.evaluation import RANKS
from stareid.paths import RESULTS, ROOT, STUDIES
from stareid.results import tables
from stareid.study import Study, load_study

README = ROOT / "README.md"
BEGIN, END = "<!-- results: written by `make results` -->\n", "<!-- end of results -->\n"
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
    """A Markdown table of the committed studies that ask for rank-1, of test people."""
    studies = [study for study in committed() if not study.held_out and not study.controls]
    if not studies:
        return NOTHING
    ranks = " | ".join(f"rank-{rank}" for rank in RANKS)
    lines = [
        f"| study | filters | {ranks} | runs | minutes a run |",
        "|---|--:|" + "--:|" * len(RANKS) + "--:|--:|",
    ]
    for study in studies:
        lines += rows(study)
    return "\n".join(lines) + "\n\nPercent, mean ± standard deviation over splits.\n"


def rows(study: Study) -> list[str]:
    """One line for each number of filters, of the recipe that studies share: trials are shown in the book."""
    records = results.read_all(RESULTS / study.name)
    minutes = tables.frame(records).groupby(["reading", "recipe", "filters"])["minutes"].mean()
    lines = []
    for key, row in tables.table2([r for r in records if r["recipe"] == "batched"]).iterrows():
        ranks = " | ".join(cell(row[(f"rank{r}", "mean")], row[(f"rank{r}", "sd")]) for r in RANKS)
        filters = f"{key[2]}" if key[2] == 0 else f"{key[2]}, {key[0]}"
        lines.append(
            f"| {study.name} | {filters} | {ranks} | {int(row[('runs', '')])} | {minutes[key]:.0f} |"
        )
    return sorted(lines, key=lambda line: line.split("|")[2].strip())


def cell(mean: float, deviation: float) -> str:
    """Mean and deviation; one split has no deviation."""
    return f"{mean:.1f}" if math.isnan(deviation) else f"{mean:.1f} ± {deviation:.1f}"


def committed() -> list[Study]:
    """The studies with results that git knows."""
    listing = subprocess.run(
        ["git", "ls-files", "results/*.json"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = {line.split("/")[1] for line in listing.splitlines()}
    return [load_study(file.stem) for file in sorted(STUDIES.glob("*.yaml")) if file.stem in names]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
