"""A page with an explorer in a browser without a network."""

from collections.abc import Callable, Iterator
from typing import Any

import browser
import pytest

Show = Callable[..., Any]
PAGE = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body>'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.chromium() as started:
        yield started


@pytest.fixture
def show(chromium: Any) -> Iterator[Show]:
    """Open a page with an explorer; afterwards nothing must have gone wrong, and nothing been asked for."""
    trouble: list[str] = []
    opened = []

    def page(html: str, width: int = 800, **options: Any) -> Any:
        tab = chromium.new_page(viewport={"width": width, "height": 900}, **options)
        tab.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: trouble.append(str(error)))
        tab.on("request", lambda asked: None if asked.url[:5] == "data:" else trouble.append(asked.url))
        opened.append(tab)
        tab.set_content(PAGE + html)
        if options.get("java_script_enabled", True):
            tab.wait_for_selector("[data-ready]")
        return tab

    yield page
    for tab in opened:
        tab.close()
    assert trouble == []
