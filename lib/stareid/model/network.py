"""The whole network: one branch of the Siamese pair, and the comparison of its two embeddings."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stareid.model.attention import Out


class Network(nn.Module):
    r"""Convolutions, attention, average over frames, embedding, normalisation.

    $$v = W\,\mathrm{vec}\Big(\tfrac1T\sum_t \mathrm{attend}(\mathrm{conv}(x))_t\Big) + b, \qquad
      e = v / \lVert v\rVert_2$$

    Three parts and the averaging and normalisation are the paper's (Fig. 2); the linear embedding v of 128
    numbers is McLaughlin et al.'s, kept here as our reading. The two branches of the Siamese network are
    this one module, used twice.
    """

    def __init__(
        self,
        *,
        backbone: nn.Module,
        attention: nn.Module,
        embedding: nn.Linear,
        classifier: nn.Linear,
        dropout: float,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.attention = attention
        self.dropout = nn.Dropout(dropout)
        self.embedding = embedding
        self.classifier = classifier

    def forward(self, clips: Tensor) -> tuple[Tensor, Out]:
        """Clips (B, T, C, 56, 40) -> unit embeddings (B, D), and by name:

        features (B, D) before normalisation; logits (B, people); attention (B, K, T, H, W) and
        temporal_attention (B, K, T), absent without attention.
        """
        maps, out = self.attention(self.backbone(clips))  # (B, T, C, H, W)
        averaged = maps.movedim(2, -1).mean(1).flatten(1)  # (B, H*W*C), the order that they lie in memory
        features = self.embedding(self.dropout(averaged))
        out = out | {"features": features, "logits": self.classifier(features)}
        return F.normalize(features), out

    def compare(self, probe_clips: Tensor, gallery_clips: Tensor) -> Tensor:
        """The Siamese question: Euclidean distances (B,) between the embeddings of two batches of clips."""
        probes, _ = self(probe_clips)
        galleries, _ = self(gallery_clips)
        return torch.linalg.vector_norm(probes - galleries, dim=1)
