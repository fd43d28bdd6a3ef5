"""McLaughlin et al.'s network: every frame embedded, a recurrence over the frames, a pooling over time."""

import torch
from torch import Tensor, nn

from stareid.model.network import Answer, Siamese


class Recurrence(nn.Module):
    r"""What a frame adds to what was seen before it: (B, T, D) -> (B, T, D).

    $$o_1 = x_1 + b_0, \qquad o_t = x_t + W_s\,\mathrm{dropout}(\tanh o_{t-1}) + b_s$$

    $b_0$ is learned and stands in for the past of the first frame. tanh and dropout lie on the feedback path
    only, so that the outputs are not squashed. Source: McLaughlin et al. (CVPR 2016), released code.
    """

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.empty(size).uniform_(-(size**-0.5), size**-0.5))
        self.dropout = nn.Dropout(dropout)
        self.feedback = nn.Linear(size, size)

    def forward(self, frames: Tensor) -> Tensor:
        outputs = [frames[:, 0] + self.start]
        for frame in frames[:, 1:].unbind(1):
            outputs.append(frame + self.feedback(self.dropout(torch.tanh(outputs[-1]))))
        return torch.stack(outputs, 1)  # (B, T, D)


class RecurrentNetwork(Siamese):
    r"""Convolutions, an embedding of every frame, the recurrence, pooling over time; no normalisation.

    $$x_t = W\,\mathrm{dropout}(\mathrm{vec}(\mathrm{conv}(f_t))) + b, \qquad
      v = \mathrm{pool}(\mathrm{recurrence}(x_1, \dots, x_T))$$

    `pooling` takes the two sequences of a pair, because it may pool them with each other. Source: McLaughlin
    et al. (CVPR 2016), released code, with all sizes; Xu et al. (2017) changed the pooling.
    """

    def __init__(
        self,
        *,
        backbone: nn.Module,
        embedding: nn.Linear,
        recurrence: nn.Module,
        pooling: nn.Module,
        classifier: nn.Linear,
        dropout: float,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = nn.Dropout(dropout)
        self.embedding = embedding
        self.recurrence = recurrence
        self.pooling = pooling
        self.classifier = classifier

    def forward(self, clips: Tensor) -> Answer:
        """Clips (B, T, C, 56, 40) -> embeddings (B, D), which are the features; a clip is its own pair."""
        walked = self.walk(clips)
        return self.answer(self.pooling(walked, walked)[0])

    def pair(self, probe_clips: Tensor, gallery_clips: Tensor) -> tuple[Answer, Answer]:
        """The embeddings of two batches of clips, pooled pair by pair."""
        probes, galleries = self.pooling(self.walk(probe_clips), self.walk(gallery_clips))
        return self.answer(probes), self.answer(galleries)

    def walk(self, clips: Tensor) -> Tensor:
        """Clips (B, T, C, 56, 40) -> the outputs of the recurrence (B, T, D)."""
        maps = self.backbone(clips).flatten(2)  # (B, T, C*H*W)
        return self.recurrence(self.embedding(self.dropout(maps)))

    def answer(self, features: Tensor) -> Answer:
        return features, {"features": features, "logits": self.classifier(features)}
