"""The convolutions of MobileNetV2, applied to every frame."""

from torch import Tensor, nn
from torch.nn import functional as F


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
