"""The explorer in headless Chromium, without a network: controls, keyboard, themes, maps in their places."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import albums as made
import browser
import numpy as np
import pytest
import torch

from stareid.data import prepare, resize
from stareid.data.preparation import crop
from stareid.figures import explore
from stareid.figures.explorer import module
from stareid.geometry import cell_edges
from stareid.model import build

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("explorer")]
PAGE = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body>'
HIGH, LOW = [103, 0, 31], [5, 48, 97]  # the ends of the scale from blue to red
Show = Callable[..., Any]


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


@pytest.fixture(scope="module")
def page_of_album() -> str:
    return explore(made.album()).html()


def choose(tab: Any, name: str, value: str) -> None:
    tab.locator(f"#{name}").select_option(value)


def click(tab: Any, group: str, text: str) -> None:
    """Choose in a group of radio buttons as a mouse does."""
    tab.locator("fieldset", has_text=group).get_by_text(text, exact=True).click()


def drag(tab: Any, label: str, value: int) -> None:
    tab.get_by_label(label, exact=True).fill(str(value))


CONTROLS: dict[str, Callable[[Any], None]] = {
    "compare: match": lambda tab: choose(tab, "compare-with", "match"),
    "compare: impostor": lambda tab: choose(tab, "compare-with", "impostor"),
    "compare: nothing": lambda tab: choose(tab, "compare-with", "nothing"),
    "person": lambda tab: choose(tab, "person", "person1"),
    "camera": lambda tab: click(tab, "Camera", "2"),
    "reading": lambda tab: choose(tab, "reading", "joint-full"),
    **{f"filters {n}": partial(click, group="Filters", text=str(n)) for n in (4, 2, 1, 0, 3)},
    **{f"step {k}": partial(click, group="step", text=str(k)) for k in (3, 2, 1)},
    "frame": lambda tab: drag(tab, "Frame", 9),
    "opacity": lambda tab: drag(tab, "Opacity of the map in percent", 20),
    "purple": lambda tab: choose(tab, "colours", "purple to orange"),
    "cividis": lambda tab: choose(tab, "colours", "cividis"),
    "range": lambda tab: click(tab, "range", "½ to 2"),
    "side by side": lambda tab: click(tab, "View", "side by side"),
    "a click on the strip": lambda tab: tab.locator(".clip canvas").first.click(position={"x": 700, "y": 60}),
}


def test_every_control_changes_the_pictures(show: Show, page_of_album: str):
    tab = show(page_of_album)
    before = tab.evaluate(made.SEEN)
    for name, use in CONTROLS.items():
        use(tab)
        after = tab.evaluate(made.SEEN)
        assert after != before, name
        before = after


def test_playing_moves_and_stops(show: Show, page_of_album: str):
    tab = show(page_of_album)
    number = tab.locator(".number")
    tab.get_by_role("button", name="play").click()
    tab.wait_for_function("() => document.querySelector('.view').explorer.state.frame >= 2")
    tab.get_by_role("button", name="pause").click()
    stopped = number.text_content()
    tab.wait_for_timeout(600)
    assert number.text_content() == stopped != "frame 1 of 16"


def test_keyboard_alone(show: Show, page_of_album: str):
    tab = show(page_of_album)
    reached = []
    for _ in range(20):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.querySelector('.view').shadowRoot.activeElement?.tagName"))
    assert {"SELECT", "INPUT", "CANVAS", "BUTTON"} <= set(reached)
    canvas = tab.locator(".clip canvas").first
    canvas.focus()
    before = tab.evaluate(made.SEEN)
    state = "document.querySelector('.view').explorer.state"
    for keys, name, value in (
        (["ArrowRight", "ArrowRight"], "frame", 2),
        (["ArrowLeft"], "frame", 1),
        (["End"], "frame", 15),
        (["ArrowDown"], "step", 3),
        (["ArrowUp"], "step", 4),
        (["1"], "filters", 1),
        (["0"], "filters", 0),
    ):
        for key in keys:
            tab.keyboard.press(key)
        assert tab.evaluate(f"{state}.{name}") == value
        after = tab.evaluate(made.SEEN)
        assert after != before, keys
        before = after
    tab.keyboard.press(" ")
    tab.wait_for_function(f"() => {state}.frame === 1")  # it plays on from the first after the last
    tab.keyboard.press(" ")
    assert canvas.get_attribute("aria-valuenow") == str(1 + tab.evaluate(f"{state}.frame"))


def test_every_control_has_a_name_and_the_frame_is_said(show: Show, page_of_album: str):
    tab = show(page_of_album)
    for role in ("combobox", "radio", "slider", "button"):
        controls = tab.get_by_role(role)
        assert controls.count()
        for at in range(controls.count()):
            named = controls.nth(at).evaluate(
                "e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent"
            )
            assert named.strip(), (role, at)
    assert "weight" in tab.locator("[aria-live]").text_content()
    assert "frame 1 of the sequence" in tab.locator("canvas").first.get_attribute("aria-valuetext")


@pytest.mark.parametrize("width", [390, 1280])
def test_fits_and_follows_the_theme(show: Show, page_of_album: str, width: int):
    tab = show(page_of_album, width, color_scheme="light")
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    light = tab.evaluate(made.SEEN)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.wait_for_selector(".all[data-dark]")
    assert tab.evaluate(made.SEEN) != light
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    tab.wait_for_selector(".all:not([data-dark])")
    assert tab.evaluate(made.SEEN) == light


def test_picture_stands_in_without_scripts_and_on_paper(show: Show, page_of_album: str):
    plain = show(page_of_album, java_script_enabled=False)
    assert plain.locator("img.still").is_visible() and plain.locator("img.still").get_attribute("alt")
    tab = show(page_of_album)
    assert tab.locator(".view").is_visible() and not tab.locator("img.still").is_visible()
    tab.emulate_media(media="print")
    assert tab.locator("img.still").is_visible() and not tab.locator(".view").is_visible()


def test_host_of_jupyter_draws_and_takes_another_album(show: Show):
    albums = [explore(made.random_record(np.random.default_rng(i))).album for i in (0, 1)]
    tab = show(f"""<div id="cell"></div><script type="module">
      {module()}
      const albums = {json.dumps(albums)}, listeners = {{}};
      const model = {{ get: () => albums[0], on: (name, does) => {{ listeners[name] = does; }} }};
      window.renew = () => {{ albums.shift(); listeners["change:album"](); }};
      window.leave = render({{ model, el: document.getElementById("cell") }});
    </script>""")
    seen = "() => document.querySelector('#cell > div').shadowRoot.querySelector('canvas').toDataURL()"
    before = tab.evaluate(seen)
    tab.evaluate("renew()")
    tab.wait_for_function(f"(before) => ({seen})() !== before", arg=before)
    tab.evaluate("leave()")


def places(tab: Any, record: Any, cells: list[tuple[int, int]]) -> list[tuple[list, list]]:
    """For every drawn frame the colour in the middle of its cell of `cells`, and of those around it."""
    across, down = cell_edges(record)
    middle = [(across[:-1] + across[1:]) / 2, (down[:-1] + down[1:]) / 2]
    found = []
    for place in tab.evaluate(made.PLACED):
        row, column = cells[place["frame"]]
        around = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
        points = [(middle[0][column + dx], middle[1][row + dy]) for dy, dx in around]
        scale, left, top = place["scale"], place["x"], place["y"]
        own, *others = tab.evaluate(made.READ, [[left + x * scale, top + y * scale] for x, y in points])
        found.append((own, others))
    return found


def test_a_known_map_is_drawn_where_its_cells_are(show: Show):
    cells = [(2, 3), (5, 4), (7, 5)]
    maps = np.zeros((1, 3, *made.CELLS))
    for t, (row, column) in enumerate(cells):
        maps[0, t, row, column] = 1
    record = made.record(maps)
    tab = show(explore(record).html())
    drag(tab, "Opacity of the map in percent", 100)
    drag(tab, "Frame", 2)
    drawn = places(tab, record, cells)
    assert len(drawn) == 4  # three in the strip, one large
    for own, others in drawn:
        assert own == HIGH
        assert others == [LOW] * 4


@pytest.mark.parametrize("spot", [(40, 30), (64, 34), (90, 26)])
def test_a_bright_spot_is_covered_by_the_cell_that_it_excites_most(show: Show, spot: tuple[int, int]):
    dark = np.full((2, 128, 64, 3), 60, np.uint8)
    lit = dark.copy()
    lit[:, spot[0] - 2 : spot[0] + 2, spot[1] - 2 : spot[1] + 2] = 255
    network: Any = build("attention", filters=0)
    for block in network.backbone.blocks:  # flat kernels: what a cell sees, it sees evenly
        torch.nn.init.constant_(block.convolution.weight, 1 / block.convolution.weight[0].numel())
        torch.nn.init.zeros_(block.convolution.bias)
    with torch.no_grad():
        seen = network.backbone(crop(prepare(resize(lit)), 4, 4, flip=False)[None])[0].abs().sum(1)
    excited = (seen - seen.amin()).numpy()  # (T, 10, 8)
    row, column = np.unravel_index(excited[0].argmax(), made.CELLS)
    peak = (excited == excited.max()).astype(float)[None]
    record = made.record(peak, lit)
    across, down = cell_edges(record)
    assert down[row] <= spot[0] <= down[row + 1] and across[column] <= spot[1] <= across[column + 1]
    tab = show(explore(record).html())
    drag(tab, "Opacity of the map in percent", 100)
    for place in tab.evaluate(made.PLACED):
        point = [place["x"] + spot[1] * place["scale"], place["y"] + spot[0] * place["scale"]]
        assert tab.evaluate(made.READ, [point]) == [HIGH]
