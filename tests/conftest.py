"""Every test session decodes into a cache of its own and computes on one thread."""

from pathlib import Path

import fakes
import pytest
import torch

pytest_plugins = ["explorer_page"]  # the fixtures `chromium` and `show`


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STAREID_CACHE", str(tmp_path_factory.mktemp("cache")))
        torch.set_num_threads(1)
        yield


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A miniature iLIDS-VID tree: 8 people, 5 to 9 frames, written in shuffled order."""
    return fakes.ilids_vid(tmp_path / "tree")


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Studies, results and checkpoints of this test alone."""
    for name in ("studies", "results", "checkpoints"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("stareid.study.STUDIES", tmp_path / "studies")
    monkeypatch.setattr("stareid.study.RESULTS", tmp_path / "results")
    monkeypatch.setattr("stareid.run.CHECKPOINTS", tmp_path / "checkpoints")
    return tmp_path
