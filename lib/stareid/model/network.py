"""What every network of the study has in common, and the network of the paper."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stareid.model.attention import Out

Answer = tuple[Tensor, Out]  # an embedding (B, D) and the insides by name


class Siamese(nn.Module):
    """One branch of a Siamese pair, used twice: `network(clips)` -> (embedding (B, D), out).

    `out` holds at least features (B, D), the embedding before normalisation, which losses read, and logits
    (B, people); frame_logits (B, T, people) where every frame is to be classified by itself.
    """

    preparation: str = "mclaughlin"  # how frames become the clips that it takes: a name of data.preparation
    metric: str = "euclidean"  # what compares two embeddings: this, or a metric to be learned ("xqda")
    losses: tuple[str, ...] = ("identity", "verification")  # what it is trained with
    normalised: bool = False  # whether embeddings have length one

    def pair(self, probe_clips: Tensor, gallery_clips: Tensor) -> tuple[Answer, Answer]:
        """What both branches answer to a batch of pairs; methods that pool a pair together do it here."""
        return self(probe_clips), self(gallery_clips)

    def compare(self, probe_clips: Tensor, gallery_clips: Tensor) -> Tensor:
        """The Siamese question: Euclidean distances (B,) between the embeddings of two batches of clips.

        A learned metric needs more than one pair: it is fitted on embeddings, outside of the network.
        """
        (probes, _), (galleries, _) = self.pair(probe_clips, gallery_clips)
        return torch.linalg.vector_norm(probes - galleries, dim=1)


class Network(Siamese):
    r"""Convolutions, attention, average over frames, embedding, normalisation.

    $$v = W\,\mathrm{vec}\Big(\tfrac1T\sum_t \mathrm{attend}(\mathrm{conv}(x))_t\Big) + b, \qquad
      e = v / \lVert v\rVert_2$$

    Three parts and the averaging and normalisation are the paper's (Fig. 2); the linear embedding v of 128
    numbers is McLaughlin et al.'s, kept here as our reading. The two branches of the Siamese network are
    this one module, used twice.
    """

    normalised = True

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

    def forward(self, clips: Tensor) -> Answer:
        """Clips (B, T, C, 56, 40) -> unit embeddings (B, D), and by name:

        features (B, D) before normalisation; logits (B, people); attention (B, K, T, H, W) and
        temporal_attention (B, K, T), absent without attention.
        """
        maps, out = self.attention(self.backbone(clips))  # (B, T, C, H, W)
        averaged = maps.movedim(2, -1).mean(1).flatten(1)  # (B, H*W*C), the order that they lie in memory
        features = self.embedding(self.dropout(averaged))
        out = out | {"features": features, "logits": self.classifier(features)}
        return F.normalize(features), out
