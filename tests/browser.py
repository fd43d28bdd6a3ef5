"""A headless Chromium for the tests that look at the book, installed where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
REMEDY = "install Chromium (on Debian: apt-get install chromium) and `pip install playwright`"
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"  # the network is off


def find() -> str | None:
    """The path of a Chromium, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Debian's Chromium, for root on a machine with apt-get; elsewhere nothing."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-q", *command], env=environment, capture_output=True, check=False)


@contextmanager
def chromium() -> Iterator[Any]:
    """A playwright browser without network; else the test is skipped, or fails if a browser is required."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up("playwright is not installed")
    if find() is None:
        install()
    path = find()
    if path is None:
        give_up("no Chromium was found")
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", OFFLINE]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def give_up(reason: str) -> None:
    """Skip with the remedy; fail where a browser is required."""
    if os.environ.get("STAREID_REQUIRE_BROWSER"):
        pytest.fail(f"{reason}: {REMEDY}.")
    pytest.skip(f"{reason}: {REMEDY}.")
