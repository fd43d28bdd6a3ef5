"""The same attention on a current recipe: a pretrained backbone, and a batch normalisation as neck."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stareid.model.network import Answer, Siamese


class Modern(Siamese):
    r"""MobileNetV2, attention, average over frames and places, neck, normalisation.

    $$v = \tfrac1{T H W}\sum_{t,i,j} \mathrm{attend}(\mathrm{mobilenet}(x))_{t,i,j}, \qquad
      n = \gamma \odot \frac{v - \mu}{\sigma}, \qquad e = n / \lVert n\rVert_2$$

    The verification loss reads v, the identity loss $W n$, and n is compared: the neck with a learned scale,
    no shift, and a classifier without bias are Luo et al.'s (2019). Taking the attention module of the paper
    to this network is ours.
    """

    preparation = "plain"
    normalised = True

    def __init__(
        self,
        *,
        backbone: nn.Module,
        attention: nn.Module,
        pooling: nn.Module,
        neck: nn.BatchNorm1d,
        classifier: nn.Linear,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.attention = attention
        self.pooling = pooling
        self.neck = neck
        self.neck.bias.requires_grad_(False)
        self.classifier = classifier

    def forward(self, clips: Tensor) -> Answer:
        """Clips (B, T, 3, 128, 64), RGB as ImageNet's -> unit embeddings (B, D); out as of `Network`."""
        maps, out = self.attention(self.backbone(clips))  # (B, T, C, H, W)
        features = self.pooling(maps.mean(1))  # (B, D)
        centred = self.neck(features)
        return F.normalize(centred), out | {"features": features, "logits": self.classifier(centred)}

    def pair(self, probe_clips: Tensor, gallery_clips: Tensor) -> tuple[Answer, Answer]:
        """Both branches in one batch where they fit: in training the neck needs more than one clip."""
        if probe_clips.shape != gallery_clips.shape:
            return super().pair(probe_clips, gallery_clips)
        embeddings, out = self(torch.cat([probe_clips, gallery_clips]))
        halves = {name: value.chunk(2) for name, value in out.items()}
        probes, galleries = embeddings.chunk(2)
        return (probes, {name: half[0] for name, half in halves.items()}), (
            galleries,
            {name: half[1] for name, half in halves.items()},
        )


class PlaceMean(nn.Module):
    """The mean over all places: (B, C, H, W) -> (B, C)."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.mean((-2, -1))
