"""A count on paper: what the small network could reach on one H100, where nobody has run it yet."""

from torch import nn

from stareid.bench import operations
from stareid.model.backbone import Block

H100 = {"operations": 989e12, "bytes": 3.35e12}  # a second: dense bfloat16, HBM3 (NVIDIA's data sheet, SXM)
WORD, INDEX = 2, 8  # bytes of a bfloat16, and of a place that the pooling keeps for the way back


def traffic(blocks: nn.Sequential, height: int, width: int) -> int:
    """Bytes that a training step moves for a frame if every operation reads and writes its tensors once.

    Of each block: the input is read forwards and for the weights' gradient, its own gradient written but for
    the first; the convolved maps are written, read, and their gradient written and read for both products;
    the halved maps are written and read around the tanh, both ways, with the places of the pooling.
    """
    total = 0
    for number, layer in enumerate(blocks):
        assert isinstance(layer, Block)
        convolution = layer.convolution
        grown = [
            side + 2 * int(convolution.padding[0]) - convolution.kernel_size[0] + 1
            for side in (height, width)
        ]
        inputs = convolution.in_channels * height * width
        convolved = convolution.out_channels * grown[0] * grown[1]
        height, width = grown[0] // 2, grown[1] // 2
        halved = convolution.out_channels * height * width
        total += WORD * (inputs * (3 if number else 2) + convolved * (5 if number else 4) + halved * 7)
        total += 2 * INDEX * halved
    return total


def frames_a_second(network: nn.Module, clips: int, frames: int, size: tuple[int, int]) -> dict[str, float]:
    """The most frames a second that one H100 allows: by its operations, and by its memory."""
    blocks = network.get_submodule("backbone.blocks")
    assert isinstance(blocks, nn.Sequential)
    step = operations.training_step(network, clips, frames, size)
    return {
        "operations": H100["operations"] * clips * frames / step,
        "bytes": H100["bytes"] / traffic(blocks, *size),
    }
