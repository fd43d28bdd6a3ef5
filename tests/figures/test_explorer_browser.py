"""The explorer in headless Chromium, without a network: controls, keyboard, themes, both hosts."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import albums as made
import numpy as np
import pytest

from stareid.figures import explore
from stareid.figures.explorer import module

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("explorer")]
Show = Callable[..., Any]


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
    "reading back": lambda tab: choose(tab, "reading", "joint-hidden"),
    **{f"filters {n}": partial(click, group="Filters", text=str(n)) for n in (4, 2, 1, 0, 3)},
    **{f"step {k}": partial(click, group="step", text=str(k)) for k in (3, 2, 1)},
    "frame": lambda tab: drag(tab, "Frame", 9),
    "opacity": lambda tab: drag(tab, "Opacity of the map in percent", 20),
    "purple": lambda tab: choose(tab, "colours", "purple to orange"),
    "cividis": lambda tab: choose(tab, "colours", "cividis"),
    "blue to red": lambda tab: choose(tab, "colours", "blue to red"),
    "range fixed": lambda tab: click(tab, "range", "½ to 2"),
    "range as needed": lambda tab: click(tab, "range", "as needed"),
    "side by side": lambda tab: click(tab, "View", "side by side"),
    "overlay": lambda tab: click(tab, "View", "overlay"),
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


def test_what_would_change_nothing_cannot_be_chosen(show: Show, page_of_album: str):
    tab = show(page_of_album)

    def disabled() -> set[str]:
        return set(tab.evaluate(made.DISABLED))

    assert disabled() == set()
    click(tab, "View", "side by side")
    assert disabled() == {"Opacity of the map in percent"}
    click(tab, "Filters", "0")
    off = {"reading", "refinement-step", "view", "colours", "colour-range"}
    assert disabled() == off | {"Opacity of the map in percent"}
    click(tab, "Filters", "3")
    click(tab, "View", "overlay")
    assert disabled() == set()


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
