# The study as a graph:  cells (papermill, one run each) -> results -> executed notebooks -> book.
#
#   snakemake --cores 2 --config study=demo [data=DIR] [device=auto]    one study, and the book with it
#   snakemake --cores 2                                                 the book from the results that are there
#
# Everything that can be refused is refused while this file is read, before the first job.

import os
import re
import sys
from pathlib import Path
from shlex import quote

from stareid import paths
from stareid.errors import InputError
from stareid.run import checkpoint_file, missing
from stareid.study import load_study


def quoted(page):
    """The files that a page of the book shows lines of."""
    named = re.findall(r"\{literalinclude\} (\S+)", page.read_text())
    return [os.path.relpath(page.parent / name) for name in named]


RESULTS, RUNS, EXECUTED = "results", "_build/runs", "book/executed"
FIGURES = [str(f) for part in ("figures", "results") for f in sorted(Path("lib/stareid", part).rglob("*.py"))]
EXPLORER = [str(f) for f in sorted(Path("lib/stareid/figures/explorer").glob("*.*"))]  # on a page of the book itself
COUNTED = [str(f) for part in ("bench", "model") for f in sorted(Path("lib/stareid", part).glob("*.py"))]  # likewise
DIRECTIVES = [*EXPLORER, *COUNTED, *(str(f) for f in sorted(Path("book/_ext").glob("*.py")))]
PAGES = [str(f) for f in sorted(Path("book").rglob("*")) if f.is_file() and EXECUTED not in f.as_posix()]
QUOTED = sorted({file for page in PAGES if page.endswith(".md") for file in quoted(Path(page))})
SHOW = " || (tail -n 30 {log:q} >&2; exit 1)"  # in place of the whole log, when a job fails
# Sphinx warns of a page only when it reads it: after a warning, or with other directives, all are read anew.
FORGET = "rm -rf _build/.doctrees"
WARNINGS = f" || ({FORGET}; grep -a -E 'WARNING|ERROR' {{log:q}} >&2; exit 1)"

data = str(config.get("data") or "")
device = str(config.get("device") or "auto")
data = str(Path(data).expanduser().resolve()) if data else ""


def chosen_study():
    """The study to run, checked with its data, its settings and the results that are there; None without one."""
    if not config.get("study"):
        return None
    study = load_study(str(config["study"]))
    left = missing(study, study.cells(), data or None, device)
    print(f"{study.name}: {len(left)} of {len(study.cells())} runs to do", file=sys.stderr)
    return study


def shown(study):
    """The one run that stands for a study where only one is shown: the paper's own, if it is there."""
    return max(
        study.cells(),
        key=lambda cell: (is_papers(cell), cell.filters == 3, cell.filters, -cell.split, -cell.seed),
    )


def is_papers(cell):
    """Whether a run is of the paper's method as the notebook `attention` shows it."""
    return cell.method == "attention" and cell.recipe == "batched"


def notebooks_of(study, asked):
    """The notebooks that show a study: pictures where its people are drawn, the numbers alone where they are real.

    Of a study that is not `asked` for, results may have come with the project, without weights or frames: then
    there are numbers to show and nothing else.
    """
    if study.controls:  # without networks that have no attention there is nothing to compare with
        return [*(["ablation"] if 0 in study.grid["filters"] else []), "evidence"]
    if len(study.grid["method"]) > 1:
        return ["methods"]
    one = shown(study)
    if study.dataset.reader != "walkers" or not (asked or checkpoint_file(study, one).is_file()):
        return ["ablation"]
    return ["data", "train", "ablation", *(["attention"] if is_papers(one) and one.filters else [])]


def results_of(name):
    return [str(f) for f in sorted(Path(RESULTS, name).glob("*.json"))]


def pages_of_studies(chosen):
    """The executed notebooks of the book: those of the chosen study and of every other with results, but smoke."""
    wanted = {}
    for file in sorted(paths.STUDIES.glob("*.yaml")):
        if results_of(file.stem) and file.stem != "smoke":
            wanted[file.stem] = notebooks_of(load_study(file.stem), asked=False)
    if chosen is not None:
        wanted[chosen.name] = notebooks_of(chosen, asked=True)
    return [f"{EXECUTED}/{notebook}_{name}.ipynb" for name, books in wanted.items() for notebook in books]


try:
    STUDY = chosen_study()
    CELLS = {cell.name: cell for cell in STUDY.cells()} if STUDY else {}
    ASKED = [name for name, cell in CELLS.items() if cell.filters]
    EVIDENCE = {f"{name}_{control}": (name, control) for name in ASKED for control in STUDY.controls}
    RENDERED = pages_of_studies(STUDY)
except InputError as error:
    sys.exit(f"stareid: {error}")


def results_for(wildcards):
    """All results of the chosen study, those that are there of another: no other study is ever run."""
    if STUDY and wildcards.study == STUDY.name:
        return [f"{RESULTS}/{STUDY.name}/{name}.json" for name in [*CELLS, *EVIDENCE]]
    return results_of(wildcards.study)


def is_stale(page):
    """Whether an executed notebook belongs to a study whose results are gone."""
    return str(page) not in RENDERED and not results_of(page.stem.partition("_")[2])


def parameters(notebook, name):
    """The papermill arguments of a notebook for a study; one run stands for the study where only one is shown."""
    study = load_study(name)
    values = {"study": name, "device": device, **vars(shown(study))}
    if data and name == STUDY.name:
        values["data"] = data
    wanted = {
        "data": ["study", "data"],
        "train": ["study", "method", "reading", "filters", "split", "seed", "recipe", "data", "device"],
        "ablation": ["study"],
        "methods": ["study"],
        "evidence": ["study"],
        "attention": ["study", "reading", "filters", "split", "seed", "data", "device"],
    }
    return as_arguments({key: values[key] for key in wanted[notebook] if key in values})


def as_arguments(values):
    return " ".join(
        f"-p {key} {value}" if isinstance(value, int) else f"-r {key} {quote(value)}"
        for key, value in values.items()
    )


def evidence_words(study, cell, control):
    """The words of `python -m stareid evidence` for one network: the study, the run, the control."""
    values = vars(CELLS[cell]) | {"control": control, "device": device} | ({"data": data} if data else {})
    return " ".join(map(quote, [study, *(f"{key}={value}" for key, value in values.items())]))


rule all:
    input:  # all of it by name: what only leads to something that is there already would not be missed
        [f"{RESULTS}/{STUDY.name}/{name}.json" for name in [*CELLS, *EVIDENCE]],
        RENDERED,
        "_build/html/.built",


rule cell:
    output:
        f"{RESULTS}/{{study}}/{{cell}}.json",
    wildcard_constraints:  # results of other studies are there or not: nothing makes them
        study=re.escape(STUDY.name) if STUDY else "(?!)",
        cell="|".join(map(re.escape, CELLS)) or "(?!)",
    params:
        run=lambda w: as_arguments(
            {"study": w.study, "device": device}
            | ({"data": data} if data else {})
            | vars(CELLS[w.cell])
        ),
        notebook=f"{RUNS}/{{study}}/{{cell}}.ipynb",
    log:
        f"{RUNS}/{{study}}/{{cell}}.log",
    shell:
        "papermill notebooks/train.ipynb {params.notebook:q} {params.run}"
        " --log-output --no-progress-bar > {log:q} 2>&1" + SHOW


rule evidence:
    input:
        lambda w: f"{RESULTS}/{w.study}/{EVIDENCE[w.name][0]}.json",
    output:
        f"{RESULTS}/{{study}}/{{name}}.json",
    wildcard_constraints:
        study=re.escape(STUDY.name) if STUDY else "(?!)",
        name="|".join(map(re.escape, EVIDENCE)) or "(?!)",
    params:
        words=lambda w: evidence_words(w.study, *EVIDENCE[w.name]),
    log:
        f"{RUNS}/{{study}}/{{name}}.log",
    shell:
        "python -m stareid evidence {params.words} > {log:q} 2>&1" + SHOW


rule render:
    input:
        results_for,
        FIGURES,
        notebook="notebooks/{notebook}.ipynb",
    output:
        f"{EXECUTED}/{{notebook}}_{{study}}.ipynb",
    wildcard_constraints:
        notebook="data|train|ablation|methods|attention|evidence",
    params:
        arguments=lambda w: parameters(w.notebook, w.study),
        partial=f"{RUNS}/{{study}}/{{notebook}}.ipynb",
    log:
        f"{RUNS}/{{study}}/{{notebook}}.log",
    shell:
        "papermill {input.notebook} {params.partial:q} {params.arguments}"
        " --log-output --no-progress-bar > {log:q} 2>&1" + SHOW + "; mv {params.partial:q} {output:q}"


rule book:
    input:
        RENDERED,
        PAGES,
        EXPLORER,
        COUNTED,
        QUOTED,
        f"{RESULTS}/bench.json",
        "_config.yml",
        "_toc.yml",
    output:
        "_build/html/.built",
    params:
        stale=[str(f) for f in Path(EXECUTED).glob("*.ipynb") if is_stale(f)],
        code=DIRECTIVES,
        read="_build/.doctrees/environment.pickle",
    log:
        "_build/book.log",
    retries: 0  # the same warning would come again
    shell:
        "rm -f {params.stale:q}; [ -z \"$(find {params.code:q} -newer {params.read:q} 2>&1)\" ] || " + FORGET
        + "; jupyter-book build . -W --keep-going > {log:q} 2>&1"
        + WARNINGS + "; touch {output:q}"
