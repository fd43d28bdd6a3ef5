import numpy as np
import pytest
import torch

from stareid import data
from stareid.data.preparation import crop
from stareid.evaluation import PROTOCOLS, compare, embed, euclidean
from stareid.model import build

SEQUENCES = [np.random.default_rng(t).integers(0, 256, (t, 128, 64, 3), dtype=np.uint8) for t in (3, 5, 4)]


def test_an_embedding_is_the_mean_over_the_views_at_unit_length() -> None:
    network = build("attention", filters=1, people=4).eval()
    prepared = data.prepare(data.resize(SEQUENCES[0]))
    with torch.no_grad():
        views = [network(crop(prepared, o, o, flip)[None])[0][0] for o in (1, 4, 7) for flip in (False, True)]
    mean = torch.stack(views).mean(0)
    result = embed(network.train(), SEQUENCES)
    torch.testing.assert_close(result[0], mean / mean.norm(), rtol=0, atol=1e-5)
    torch.testing.assert_close(result.norm(dim=1), torch.ones(3))


def test_a_sequence_is_embedded_alike_in_any_company() -> None:
    network = build("attention", filters=3, people=4)
    torch.testing.assert_close(
        embed(network, SEQUENCES)[1:2], embed(network, SEQUENCES[1:2]), rtol=0, atol=1e-5
    )


def test_a_mirrored_sequence_has_the_same_embedding() -> None:
    network = build("attention", filters=2, people=4)
    mirrored = [np.ascontiguousarray(frames[:, :, ::-1]) for frames in SEQUENCES]
    one_offset = PROTOCOLS["two_camera_2_views"]  # offset 4 of 0..8: the crop is symmetric
    torch.testing.assert_close(
        embed(network, SEQUENCES, one_offset), embed(network, mirrored, one_offset), rtol=0, atol=1e-2
    )


def test_a_network_for_flow_sees_five_channels_and_a_mirrored_sequence_alike() -> None:
    network = build("attention", filters=1, people=4, channels=5)
    flow = np.random.default_rng(9).integers(120, 135, (3, 128, 64, 2), dtype=np.uint8)
    frames = np.concatenate([SEQUENCES[0], flow], -1)
    mirrored = np.ascontiguousarray(frames[:, :, ::-1])
    mirrored[..., 4] = 254 - mirrored[..., 4]  # to the right becomes to the left
    one_offset = PROTOCOLS["two_camera_2_views"]
    one, other = embed(network, [frames], one_offset), embed(network, [mirrored], one_offset)
    torch.testing.assert_close(one, other, rtol=0, atol=1e-2)


def test_a_network_may_want_plain_frames() -> None:
    class Colours(torch.nn.Module):
        preparation = "plain"

        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(1))
            self.seen: list[tuple[int, ...]] = []

        def forward(self, clips: torch.Tensor) -> tuple[torch.Tensor, dict]:
            self.seen.append(tuple(clips.shape))
            return self.scale * clips.mean((1, 3, 4)), {}

    network = Colours()
    assert embed(network, SEQUENCES).shape == (3, 3)
    assert network.seen == [(2, t, 3, 128, 64) for t in (3, 5, 4)]  # whole frames: only the flip is left


def test_the_protocol_takes_first_frames_of_probes_and_last_of_gallery() -> None:
    protocol = PROTOCOLS["two_camera_16_views"]
    frames = np.arange(200)
    assert protocol.probe(frames).tolist() == list(range(128))
    assert protocol.gallery(frames).tolist() == list(range(72, 200))
    assert protocol.gallery(frames[:30]).tolist() == list(range(30))
    assert [len(p.views) for p in PROTOCOLS.values()] == [16, 6, 2, 1, 16]


def test_euclidean_distances() -> None:
    between = euclidean(torch.tensor([[0.0, 0.0], [3.0, 4.0]]), torch.tensor([[3.0, 4.0]]))
    assert between.flatten().tolist() == pytest.approx([5.0, 0.0])


@torch.no_grad()
def test_the_source_sums_the_distances_of_its_sixteen_views() -> None:
    network = build("mclaughlin", people=4).eval()
    prepared = [data.prepare(data.resize(frames)) for frames in SEQUENCES]
    total = 0.0
    for offset in range(1, 9):
        for flip in (False, True):
            probe, gallery = (network(crop(x, offset, offset, flip)[None])[0] for x in prepared[:2])
            total += (probe - gallery).square().sum().sqrt().item()
    measured = compare(network, SEQUENCES[:1], SEQUENCES[1:], PROTOCOLS["mclaughlin2016"])
    assert measured.shape == (1, 2)
    assert measured[0, 0].item() == pytest.approx(total, rel=1e-5)


def test_other_protocols_compare_mean_embeddings_by_any_metric() -> None:
    network = build("attention", filters=1, people=4)
    embeddings = embed(network, SEQUENCES)
    torch.testing.assert_close(
        compare(network, SEQUENCES[:1], SEQUENCES[1:]), euclidean(embeddings[:1], embeddings[1:])
    )
    by_first_number = compare(
        network, SEQUENCES[:1], SEQUENCES[1:], metric=lambda probes, gallery: probes[:, :1] - gallery[:, 0]
    )
    torch.testing.assert_close(by_first_number, embeddings[:1, :1] - embeddings[1:, 0])


def test_an_embedding_has_length_one_only_where_the_networks_have() -> None:
    network = build("mclaughlin", people=4)
    lengths = embed(network, SEQUENCES).norm(dim=1)
    assert (lengths - 1).abs().min() > 1e-3
