"""What holds the project together: dependencies, Makefile, workflows, hooks, and what git may hold."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import checkout
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from stareid.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".npy", ".npz", ".mat", ".safetensors", ".pt", ".pth"}


def declared() -> list[Requirement]:
    everything = PROJECT["dependencies"] + [line for extra in EXTRAS.values() for line in extra]
    return [Requirement(line) for line in everything]


def pinned() -> dict[str, str]:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+]+", line) for line in lines), "one NAME==VERSION a line"
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*?##", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_study_declares_what_it_stands_on():
    wanted = "torch torchvision jupyter jupyter-book matplotlib seaborn papermill ipywidgets"
    assert set(wanted.split()) <= {Requirement(line).name for line in PROJECT["dependencies"]}


def test_constraints_pin_every_dependency_within_its_bounds():
    versions = pinned()
    for requirement in declared():
        version = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} but {version}"


def test_constraints_suit_machines_without_cuda():
    assert not [name for name in pinned() if name.startswith(("nvidia-", "cuda-", "triton"))]


def test_environment_adds_nothing_to_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    *conda, pip = environment["dependencies"]
    assert {line.split()[0] for line in conda} == {"python", "pip"}
    assert f"python {PROJECT['requires-python']}" in conda
    constraints, package = pip["pip"]
    assert constraints == "-c constraints.txt"
    match = re.fullmatch(r"-e \.\[([\w,]+)\]", package)
    assert match and set(match[1].split(",")) == set(EXTRAS)


def test_makefile_installs_every_extra():
    assert f"'.[{','.join(EXTRAS)}]'" in (ROOT / "Makefile").read_text()


def test_help_lists_every_target():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony and set(phony[1].split()) == targets()
    printed = checkout.shell("make help").stdout
    assert all(f"make {target} " in printed for target in targets())


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_workflows_call_make_and_nothing_else(file: Path):
    jobs = yaml.safe_load(file.read_text())["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert runs
    assert {run for run in runs} <= {f"make {target}" for target in targets()}


def test_ci_runs_the_tests_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "make test"
    assert "make test " in (ROOT / "README.md").read_text()
    subprocess.run(["bash", "-n", script], check=True)


def test_hooks_are_the_tools_of_lint():
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    entries = {hook["entry"] for hook in local["hooks"]}
    assert entries == {"ruff check", "ruff format --check", "nbstripout --verify", "mypy"}


def test_versions_agree():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_paper_is_cited():
    (paper,) = yaml.safe_load((ROOT / "CITATION.cff").read_text())["references"]
    names = "Zamprogno Passon Martinel Serra Lancioni Micheloni Tasso Foresti"
    assert [author["family-names"] for author in paper["authors"]] == names.split()
    assert paper["identifiers"][0]["value"] == "arXiv:1910.04856"


def test_git_holds_no_frames_no_weights_and_no_private_results():
    names = checkout.files()
    assert not [name for name in names if Path(name).suffix in PICTURES]
    assert not [name for name in names if name.startswith(("results/demo/", "results/smoke/", "data/"))]
    assert not [name for name in names if (ROOT / name).stat().st_size > 500_000]


def test_unknown_study_and_missing_data_end_in_one_message():
    for words, said in (
        ("STUDY=nosuch", "unknown study 'nosuch'"),
        ("STUDY=tree+epochs=3 DATA=data", "data is not an"),
    ):
        done = checkout.shell(f"make study {words}")
        (message,) = [line for line in done.stderr.splitlines() if line.startswith("stareid:")]
        assert said in message
        assert done.returncode == 2 and "Traceback" not in done.stderr
    assert not (checkout.make_copy() / "results" / "tree+epochs=3").exists()
