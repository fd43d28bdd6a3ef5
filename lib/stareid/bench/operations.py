"""Operations of a training step, counted from the network's definition."""

from torch import nn

from stareid.model.backbone import Block


def block(layer: Block, height: int, width: int, *, on_picture: bool = False) -> tuple[int, int, int]:
    r"""Operations of a block on one frame, and the height and width that it leaves.

    A multiplication and an addition for each output, each tap of the kernel and each channel, as the layer is
    defined: $2\,c_{in} c_{out} k^2 H' W'$. With `on_picture` only for taps that do not fall on padding, of
    outputs that the pooling does not drop: $2\,c_{in} c_{out} V_H V_W$, V the pairs of output and tap along
    one side.
    """
    convolution = layer.convolution
    kernel, pad = convolution.kernel_size[0], int(convolution.padding[0])
    pairs, kept = [], []
    for side in (height, width):
        outputs = side + 2 * pad - kernel + 1
        kept.append(outputs // 2)
        useful = sum(
            0 <= output + tap - pad < side for output in range(2 * kept[-1]) for tap in range(kernel)
        )
        pairs.append(useful if on_picture else outputs * kernel)
    channels = convolution.in_channels * convolution.out_channels
    return 2 * channels * pairs[0] * pairs[1], kept[0], kept[1]


def training_step(
    network: nn.Module, clips: int, frames: int, size: tuple[int, int], *, on_picture: bool = False
) -> int:
    """Operations of a step of the network without attention, forwards and backwards.

    A layer is passed once forwards and twice backwards, to its weights and to its inputs; the first has no
    use for the latter. Activations, losses and the optimiser are not counted: a product has none.
    """
    total, (height, width) = 0, size
    for number, layer in enumerate(network.get_submodule("backbone.blocks").children()):
        assert isinstance(layer, Block)
        forwards, height, width = block(layer, height, width, on_picture=on_picture)
        total += clips * frames * forwards * (3 if number else 2)
    for linear in (network.embedding, network.classifier):
        assert isinstance(linear, nn.Linear)
        total += clips * 2 * linear.in_features * linear.out_features * 3
    return total


def product(rows: int) -> int:
    """Operations of a product of two square matrices."""
    return 2 * rows**3
