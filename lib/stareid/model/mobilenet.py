"""The convolutions of MobileNetV2, applied to every frame."""

from torch import Tensor, nn
from torch.nn import functional as F

from stareid.geometry import Axis, Grid

SHRUNK = 32  # pixels of the enlarged frame from one cell of the last maps to the next


class MobileNet(nn.Module):
    """The last maps of MobileNetV2 (Sandler et al. 2018): (B, T, 3, H, W) -> (B, T, 1280, h/32, w/32).

    Frames are first enlarged to h x w, which is `size`: frames of 128 x 64 leave little at a 32nd of that.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        from torchvision.models import mobilenet_v2  # takes seconds, and only this method needs it

        super().__init__()
        self.size = size
        self.features = mobilenet_v2(weights=None).features

    def forward(self, clips: Tensor) -> Tensor:
        frames = F.interpolate(clips.flatten(0, 1), self.size, mode="bilinear", align_corners=False)
        return self.features(frames).unflatten(0, clips.shape[:2])

    def grid(self, height: int, width: int) -> Grid:
        """Where the cells of the last maps lie on frames of this size.

        Five kernels of 3 x 3 with padding 1 halve the enlarged frame: the middle of cell i is its pixel 32 i,
        that of the first cell thus the middle of the outermost pixel.
        """
        down, across = height / self.size[0], width / self.size[1]  # pixels of the frame in an enlarged one
        return Axis(0.5 * down, SHRUNK * down), Axis(0.5 * across, SHRUNK * across)
