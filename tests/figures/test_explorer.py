"""An album holds what the network saw, and the explorer is one piece of a page with everything inside."""

import json
import re

import albums as made
import numpy as np
import pytest

from stareid.figures import explore
from stareid.figures.explorer import module, packing
from stareid.figures.explorer.still import still
from stareid.geometry import cell_edges
from stareid.paths import ALBUM


@pytest.fixture
def record():
    return made.random_record(np.random.default_rng(1))


def test_maps_come_back_from_their_bytes(record):
    packed = packing.look(record, network=0, sequence=0)
    times = record.maps * 16 * 80
    back = packing.unpack(packed, 16, made.CELLS)
    assert np.abs(back - times).max() <= np.ptp(times) / 255 / 2 + 4e-4
    assert np.allclose(back.mean((2, 3)), record.weights * 16, atol=2e-3)  # so weights are not stored


def test_frames_come_back_from_the_sprite():
    frames = np.repeat(np.arange(20, dtype=np.uint8)[:, None, None, None] * 12, 3, axis=3)
    frames = np.broadcast_to(frames, (20, 128, 64, 3)).copy()  # more than fit into one row of the sprite
    album = packing.album(made.record(np.ones((1, 20, 10, 8)), frames))
    back = packing.frames(album, 0)
    assert back.shape == frames.shape
    assert np.abs(back.mean((1, 2)) - frames.mean((1, 2))).max() <= 2


def test_album_knows_where_the_cells_are(record):
    across, down = cell_edges(record)
    edges = packing.album(record)["edges"]
    assert np.allclose(edges["across"], across, atol=1e-3) and np.allclose(edges["down"], down)


def test_explorer_brings_everything_along(record):
    shown = explore(record, person="</script>", filters=3)
    page = shown._repr_mimebundle_()["text/html"]
    assert page == shown.html() == explore(record, person="</script>", filters=3).html()
    assert not re.search(r"(src|href)=\"(?!data:)", page) and "import " not in module()
    assert page.count("</script>") == 2  # that of the data and that of the module
    [data] = re.findall(r'<script type="application/json">(.*?)</script>', page)
    assert json.loads(data)["sequences"][0]["person"] == "</script>"


def test_sixteen_frames_five_filters_four_steps_with_frames_are_small():
    assert len(json.dumps(made.album(people=1, readings=("joint-hidden",)))) < 200_000


def test_still_picture_has_a_text(record):
    picture = still(packing.album(record, person="person007", camera=2))
    assert "person007 in camera 2" in picture["alt"]
    assert packing.pixels(picture["src"]).shape[1] > 600


def test_committed_album_is_of_walkers_small_and_whole():
    album = json.loads(ALBUM.read_text())
    assert ALBUM.stat().st_size < 500_000 and len(explore(ALBUM).html()) < 700_000
    assert {network["filters"] for network in album["networks"]} == {0, 1, 2, 3, 4}
    assert album["about"]["dataset"] == "walkers"
    for look in album["looks"]:
        frames = packing.frames(album, look["sequence"])
        times = packing.unpack(look, len(frames), made.CELLS)
        assert times.shape[:2] == (4, 16) and np.allclose(times.mean((1, 2, 3)), 1, atol=0.01)
    for probe in {pair["probe"] for pair in album["pairs"]}:  # a sequence with all its maps
        looks = [look for look in album["looks"] if look["sequence"] == probe]
        assert len(json.dumps([looks, album["sequences"][probe]])) < 200_000


def test_widget_shows_the_same_module_and_takes_another_album(record):
    widget = explore(record).widget()
    assert widget._esm == module() and widget.album["sequences"][0]["person"] == "the sequence"


def test_browsing_computes_on_demand(record):
    from stareid.figures import browse

    asked: list[str] = []

    def look(person: str) -> packing.Album:
        asked.append(person)
        return packing.album(record, person=person)

    box = browse(look, person="ab")
    menus, view = box.children
    menus.children[0].value = "b"
    assert asked == ["a", "b"] and view.album["sequences"][0]["person"] == "b"
