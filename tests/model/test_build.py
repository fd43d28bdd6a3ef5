import pytest
import torch
from torch import nn

from stareid.errors import InputError
from stareid.model import READINGS, build
from stareid.model.backbone import Block
from stareid.model.network import Network

CLIPS = torch.randn(3, 4, 3, 56, 40, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("reading", "filters", "parameters"),
    [
        ("joint-hidden", 0, 1_216 + 12_832 + 25_632 + 327_808 + 19_350),
        ("joint-full", 0, 386_838),
        ("joint-hidden", 1, 386_838 + (32 * 9 + 1) + 9 + 9 + (32 * 4 * 9 + 4) + 4 * 9),
        ("joint-hidden", 3, 386_838 + 3 * (32 * 9 + 1) + 81 + 27 + 12 * (32 * 9 + 1) + 3 * 12 * 9),
        # a state of n channels leaves 80 n numbers to embed in place of 2,560
        ("joint-state", 2, 386_838 - 128 * (2_560 - 160) + 2 * 289 + 36 + 18 + 8 * 289 + 2 * 8 * 9),
        ("joint-maps", 2, 386_838 + 32 * 289 + 32 * 32 * 9 + 2 * 32 * 9 + 128 * 289 + 32 * 128 * 9),
        ("framewise", 3, 386_838 + 3 * (32 * 9 + 1 + 32 * 9 + 9) + 128 * (32 * 9 + 1) + 32 * 128 * 9),
        ("joint-full", 1, 386_838 + (32 * 9 + 1) + 32 * 9 + 9 + 128 * (32 * 9 + 1) + 32 * 128 * 9),
        ("joint-full", 3, 386_838 + 3 * (32 * 9 + 1 + 32 * 9 + 9) + 128 * (32 * 9 + 1) + 32 * 128 * 9),
    ],
)
def test_every_network_has_exactly_its_parameters(reading: str, filters: int, parameters: int) -> None:
    network = build("attention", reading=reading, filters=filters)
    assert sum(p.numel() for p in network.parameters()) == parameters


def test_flow_adds_the_two_channels_of_the_source() -> None:
    with_flow = build("attention", filters=0, channels=5)
    assert sum(p.numel() for p in with_flow.get_submodule("backbone").parameters()) == 2_016 + 12_832 + 25_632


def test_the_blocks_have_the_sizes_of_the_source() -> None:
    sizes, maps = [], CLIPS[0]
    for block in build("attention", filters=0).get_submodule("backbone.blocks").children():
        maps = block(maps)
        sizes.append(tuple(maps.shape[1:]))
    assert sizes == [(16, 30, 22), (32, 17, 13), (32, 10, 8)]


def test_pooling_before_the_tanh_is_pooling_after_it() -> None:
    block = Block(3, 16)
    source = nn.functional.max_pool2d(torch.tanh(block.convolution(CLIPS[0])), 2)
    torch.testing.assert_close(block(CLIPS[0]), source, rtol=0, atol=0)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("filters", [0, 1, 4])
def test_what_comes_out_is_named_and_shaped(reading: str, filters: int) -> None:
    network = build("attention", reading=reading, filters=filters, people=7, steps=2)
    embedding, out = network(CLIPS)
    (out["logits"].sum() + embedding.sum()).backward()
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(embedding, nn.functional.normalize(out["features"]))
    shapes = {name: tuple(value.shape) for name, value in out.items()}
    expected: dict[str, tuple[int, ...]] = {"features": (3, 128), "logits": (3, 7)}
    if filters:
        expected["attention"] = (3, 2, 4, 10, 8)
        if reading != "framewise":
            expected["temporal_attention"] = (3, 2, 4)
        if reading == "joint-maps":
            expected["attention_maps"] = (3, 2, filters, 4, 10, 8)
    assert shapes == expected


@pytest.mark.parametrize("reading", READINGS)
def test_an_embedding_does_not_depend_on_its_batch(reading: str) -> None:
    network = build("attention", reading=reading).eval()
    with torch.no_grad():
        together, _ = network(CLIPS)
        alone, _ = network(CLIPS[1:2])
    torch.testing.assert_close(together[1:2], alone, rtol=0, atol=1e-5)


def test_the_two_branches_are_one_network() -> None:
    network = build("attention").eval()
    assert isinstance(network, Network)
    with torch.no_grad():
        forth, back = network.compare(CLIPS[:1], CLIPS[1:2]), network.compare(CLIPS[1:2], CLIPS[:1])
        probe, gallery = network(CLIPS[:1])[0], network(CLIPS[1:2])[0]
        assert network.compare(CLIPS, CLIPS).abs().max() < 1e-6
    torch.testing.assert_close(forth, back)
    torch.testing.assert_close(forth, (probe - gallery).square().sum(1).sqrt())


def test_weights_come_from_a_state_dict() -> None:
    first = build("attention", people=4).eval()
    second = build("attention", people=4, weights=first.state_dict()).eval()
    with torch.no_grad():
        assert torch.equal(first(CLIPS)[0], second(CLIPS)[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"method": "resnet"}, "unknown method 'resnet'"),
        ({"filters": 5}, "filters is 5.*0 to 4"),
        ({"filters": -1}, "filters is -1"),
        ({"filters": "3"}, "filters is '3'"),
        ({"filters": True}, "filters is True"),
        ({"reading": "joint"}, "unknown reading 'joint'"),
        ({"steps": 0}, "steps is 0"),
        ({"recipe": "fast"}, "unknown recipe 'fast'"),
    ],
)
def test_what_cannot_be_built_is_refused(arguments: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        build(**({"method": "attention"} | arguments))
