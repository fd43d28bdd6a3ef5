"""Zheng et al.'s IDE: learn to name the person on single frames, keep the strongest that they say."""

from torch import Tensor, nn

from stareid.model.network import Answer, Siamese


class FrameClassifier(Siamese):
    r"""A CNN that classifies identities frame by frame; a sequence is the maximum of its frames' features.

    $$x_t = W\,\mathrm{dropout}(\mathrm{vec}(\mathrm{conv}(f_t))) + b, \qquad
      v_d = \max_t x_{t,d}$$

    Every $x_t$ is classified by itself; time comes in only after training. Source: Zheng et al. (ECCV 2016):
    the identity loss on frames, the maximum over time, XQDA to compare. Ours: their CaffeNet, pretrained on
    ImageNet, is replaced by McLaughlin et al.'s three blocks from random weights, and 4,096 numbers by 128.
    """

    metric = "xqda"
    losses = ("identity",)

    def __init__(
        self, *, backbone: nn.Module, embedding: nn.Linear, classifier: nn.Linear, dropout: float
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = nn.Dropout(dropout)
        self.embedding = embedding
        self.classifier = classifier

    def forward(self, clips: Tensor) -> Answer:
        """Clips (B, T, C, 56, 40) -> embeddings (B, D), which are the features.

        out["frame_logits"] (B, T, people) is for the loss; out["logits"] is its mean over time.
        """
        maps = self.backbone(clips).flatten(2)  # (B, T, C*H*W)
        frames = self.embedding(self.dropout(maps))  # (B, T, D)
        logits = self.classifier(frames)
        features = frames.amax(1)
        return features, {"features": features, "logits": logits.mean(1), "frame_logits": logits}
