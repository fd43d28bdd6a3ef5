"""A record holds what the network attended to in the crop that it says."""

import numpy as np
import pytest
import torch

from stareid.data import prepare, resize
from stareid.data.preparation import PLAIN, crop
from stareid.errors import InputError
from stareid.evaluation import rank_by_colour, record_attention, striped_histogram
from stareid.evaluation.embed import views
from stareid.evaluation.protocols import DEFAULT
from stareid.geometry import cell_edges
from stareid.model import build


@pytest.fixture
def frames() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, 128, 64, 3), np.uint8)


def test_record_of_a_network(frames):
    torch.manual_seed(0)
    network = build("attention", filters=2, steps=3, people=4)
    torch.nn.init.normal_(network.get_parameter("attention.refinement.branch.score.weight"))
    record = record_attention(network, frames)
    assert (record.top, record.left) == (4, 4)
    assert record.maps.shape == (3, 5, 10, 8)
    assert record.weights.shape == (3, 5)
    assert np.allclose(record.maps.sum((1, 2, 3)), 1, atol=1e-5)
    assert np.allclose(record.maps.sum((2, 3)), record.weights, atol=1e-6)
    with torch.no_grad():
        _, out = network.eval()(crop(prepare(resize(frames)), 4, 4, False)[None])
    assert np.allclose(record.maps, out["attention"][0].numpy(), atol=1e-6)
    assert not np.allclose(record.maps, record_attention(network, frames, top=1, left=8).maps)


def test_record_of_a_network_that_wants_other_frames(frames):
    torch.manual_seed(0)
    network = build("modern", filters=2, people=4, size=(96, 64))
    torch.nn.init.normal_(network.get_parameter("attention.refinement.branch.score.weight"))
    clips = views(frames, DEFAULT, torch.device("cpu"), PLAIN)[:1]  # not mirrored
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        network.get_submodule("backbone").train()(
            clips
        )  # drawn weights leave next to nothing of a frame, unless it is normalised
        _, out = network.eval()(clips)
    record = record_attention(network, frames)
    assert np.allclose(record.maps, out["attention"][0].numpy(), atol=1e-6)
    assert np.ptp(record.maps) > 1e-3
    across, down = cell_edges(record)  # cells of 32 pixels, the first about pixel 0; of 64 x 96 for 64 x 128
    assert np.allclose(across, [-15.5, 16.5, 48.5])
    assert np.allclose(down, np.array([-15.5, 16.5, 48.5, 80.5]) * 128 / 96)


@pytest.mark.parametrize("method", ["attention", "mclaughlin"])
def test_network_without_attention_is_refused(method, frames):
    with pytest.raises(InputError, match="no attention"):
        record_attention(build(method, filters=0), frames)


def test_striped_histogram_by_hand():
    frames = np.zeros((2, 8, 1, 3), np.uint8)  # one row a stripe
    frames[:, 0, :, 0] = 255  # the first stripe is red
    histogram = striped_histogram(frames).reshape(8, 3, 16)
    share = np.sqrt(2 / 16)  # 2 of 16 pixels in each stripe
    assert np.allclose(histogram[0, 0, [0, 15]], [0, share])
    assert np.allclose(histogram[0, 1, 0], share)
    assert np.allclose(histogram[1:, :, 0], share)


def test_colours_find_people_of_one_colour_each():
    from stareid.data import Dataset, Sequence

    pixels = np.zeros((6, 128, 64, 3), np.uint8)
    for row, value in enumerate((10, 100, 200, 12, 101, 201)):
        pixels[row] = value
    people = ["person1", "person2", "person3"]
    sequences = tuple(Sequence(p, c, 3 * (c - 1) + i, 1) for c in (1, 2) for i, p in enumerate(people))
    assert rank_by_colour(Dataset("made", sequences, (), pixels, ""), people)[1] == 100


def test_record_of_a_reading_that_attends_within_each_frame(frames):
    network = build("attention", filters=1, reading="framewise", steps=2, people=4)
    torch.nn.init.normal_(network.get_parameter("attention.branch.score.weight"))
    record = record_attention(network, frames)
    assert np.allclose(record.maps.sum((1, 2, 3)), 1, atol=1e-5)  # over the clip, as in the joint readings
    assert np.allclose(record.weights, 1 / 5, atol=1e-6)  # every frame counts the same
    assert np.ptp(record.maps[-1, 0]) > 0
