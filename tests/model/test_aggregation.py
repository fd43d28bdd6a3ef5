"""Hand-made features against scikit-image, patch by patch, and the LSTM against PyTorch's."""

import numpy as np
import torch
from skimage.color import rgb2gray, rgb2hsv, rgb2lab
from skimage.feature import local_binary_pattern

from stareid.data.preparation import PREPARATIONS
from stareid.model.aggregation import LSTM, Aggregation
from stareid.model.descriptors import describe

FRAMES = np.random.default_rng(0).integers(0, 256, (2, 32, 16, 3), dtype=np.uint8)


def test_a_description_is_that_of_every_patch_by_itself() -> None:
    described = describe(FRAMES, stride=(8, 4))
    assert described.shape == (2, 3 * 3, 256 + 6)
    for frame, numbers in zip(FRAMES, described, strict=True):
        codes = local_binary_pattern(np.round(255 * rgb2gray(frame)).astype(np.uint8), P=8, R=1)
        patches = iter(numbers)
        for top in (0, 8, 16):
            for left in (0, 4, 8):
                window = slice(top, top + 16), slice(left, left + 8)
                texture, colour = np.split(next(patches), [256])
                counts, _ = np.histogram(codes[window], bins=256, range=(0, 256))
                np.testing.assert_allclose(texture, counts / 128, atol=1e-6)
                means = [rgb2hsv(frame)[window].mean((0, 1)), rgb2lab(frame)[window].mean((0, 1)) / 100]
                np.testing.assert_allclose(colour, np.concatenate(means), atol=1e-5)


def test_a_frame_of_the_source_has_58950_numbers() -> None:
    assert describe(np.zeros((1, 128, 64, 3), np.uint8), stride=(8, 4)).size == 58_950


def test_the_lstm_is_an_lstm() -> None:
    ours, theirs = LSTM(6, 4), torch.nn.LSTM(6, 4, batch_first=True)
    order = torch.tensor([0, 1, 3, 2])  # PyTorch's gates are i f g o, ours i f o g
    with torch.no_grad():
        for name, weight in (
            ("weight_ih_l0", ours.from_frame.weight),
            ("weight_hh_l0", ours.from_state.weight),
        ):
            theirs.get_parameter(name).copy_(weight.unflatten(0, (4, 4))[order].flatten(0, 1))
        theirs.get_parameter("bias_ih_l0").copy_(ours.from_frame.bias.unflatten(0, (4, 4))[order].flatten())
        theirs.get_parameter("bias_hh_l0").zero_()
        frames, rows = torch.randn(2, 3, 6), torch.tensor([0, 0, 1, 2])
        torch.testing.assert_close(ours(frames, rows), theirs(frames[:, rows])[0])


def small(nodes: int) -> Aggregation:
    """The method on frames of 32 x 16, with few nodes of few numbers."""
    lstm, classifier = LSTM(9 * 262, 5), torch.nn.Linear(5, 3)
    return Aggregation(lstm=lstm, classifier=classifier, nodes=nodes, stride=(8, 4)).eval()


@torch.no_grad()
def test_all_nodes_stand_side_by_side_and_each_is_classified() -> None:
    network, clips = small(nodes=4), torch.rand(2, 8, 3, 32, 16)
    embedding, out = network(clips)
    described = network.described(clips)[:, [1, 3, 5, 7]]
    nodes = network.lstm(described, torch.arange(4))
    torch.testing.assert_close(embedding, nodes.flatten(1))
    torch.testing.assert_close(out["frame_logits"], network.classifier(nodes))
    torch.testing.assert_close(out["logits"], network.classifier(nodes).mean(1))


@torch.no_grad()
def test_frames_of_a_short_clip_are_seen_twice() -> None:
    network, clips = small(nodes=4), torch.rand(1, 2, 3, 32, 16)
    torch.testing.assert_close(network(clips)[0], network(clips[:, [0, 0, 1, 1]])[0])


def test_the_network_describes_the_very_bytes_of_a_frame() -> None:
    clips = PREPARATIONS["raw"].normalise(torch.from_numpy(FRAMES))[None]  # (1, 2, 3, 32, 16)
    expected = describe(FRAMES, stride=(8, 4)).reshape(2, -1)
    np.testing.assert_array_equal(small(nodes=2).described(clips)[0].numpy(), expected)
