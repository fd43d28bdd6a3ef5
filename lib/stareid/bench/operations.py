"""Operations that a training step cannot do without, counted from the network's definition."""

from torch import nn

from stareid.model.backbone import Backbone, Block


def block(layer: Block, height: int, width: int) -> tuple[int, int, int]:
    r"""Useful operations of a block on one frame, and the height and width that it leaves.

    A multiplication and an addition for each output that is not dropped by the pooling, each tap of the
    kernel and each channel, but for the taps that fall on padding: $2\,c_{in} c_{out} V_H V_W$ with V the
    pairs of output and tap on the picture along one side.
    """
    convolution = layer.convolution
    kernel, pad = convolution.kernel_size[0], int(convolution.padding[0])
    sides = []
    for side in (height, width):
        kept = (side + 2 * pad - kernel + 1) // 2
        on_picture = sum(
            0 <= output + tap - pad < side for output in range(2 * kept) for tap in range(kernel)
        )
        sides.append((kept, on_picture))
    (height, rows), (width, columns) = sides
    return 2 * convolution.in_channels * convolution.out_channels * rows * columns, height, width


def training_step(network: nn.Module, clips: int, frames: int, height: int, width: int) -> int:
    """Useful operations of a step of the network without attention, forwards and backwards.

    A layer is passed once forwards and twice backwards, to its weights and to its inputs; the first has no
    use for the latter. Activations, losses and the optimiser are not counted: a product has none.
    """
    total = 0
    backbone: Backbone = network.backbone  # type: ignore[assignment]
    for number, layer in enumerate(backbone.blocks):
        assert isinstance(layer, Block)
        forwards, height, width = block(layer, height, width)
        total += clips * frames * forwards * (3 if number else 2)
    for linear in (network.embedding, network.classifier):
        assert isinstance(linear, nn.Linear)
        total += clips * 2 * linear.in_features * linear.out_features * 3
    return total


def product(rows: int) -> int:
    """Operations of a product of two square matrices."""
    return 2 * rows**3
