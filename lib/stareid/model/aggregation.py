"""Yan et al.'s recurrent feature aggregation: hand-made features of frames, gathered by an LSTM."""

import torch
from torch import Tensor, nn

from stareid.model.compact import evenly
from stareid.model.descriptors import describe
from stareid.model.network import Answer, Siamese


class LSTM(nn.Module):
    r"""An LSTM over the frames from a state of noughts: (B, frames, inputs) -> (B, nodes, size).

    $$(i, f, o, g) = (\sigma, \sigma, \sigma, \tanh)(W x_t + U h_{t-1} + b), \qquad
      c_t = f \odot c_{t-1} + i \odot g, \quad h_t = o \odot \tanh c_t$$

    `rows` says which frame each node sees; $W x$ is computed once where a frame is seen several times.
    """

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__()
        self.size = size
        self.from_frame = nn.Linear(inputs, 4 * size)
        self.from_state = nn.Linear(size, 4 * size, bias=False)

    def forward(self, frames: Tensor, rows: Tensor) -> Tensor:
        from_frames = self.from_frame(frames)[:, rows]  # (B, nodes, 4 * size)
        h = c = from_frames.new_zeros(len(frames), self.size)
        outputs = []
        for from_frame in from_frames.unbind(1):
            i, f, o, g = (from_frame + self.from_state(h)).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            outputs.append(h)
        return torch.stack(outputs, 1)


class Aggregation(Siamese):
    r"""Texture and colour of every frame, an LSTM over ten of them, all of its outputs side by side.

    $$h_t = \mathrm{LSTM}(\mathrm{describe}(f_t), h_{t-1}), \qquad v = [h_1, \dots, h_{10}]$$

    The identity loss is asked at every node. Source: Yan et al. (ECCV 2016), as far as we know it: the
    features, 512 numbers a node, ten nodes, the loss and the concatenation; a RankSVM compares. Ours: a
    sequence of any length gives ten evenly spaced frames, some of them twice if it has fewer; XQDA in place
    of the RankSVM.
    """

    preparation = "raw"
    metric = "xqda"
    losses = ("identity",)

    def __init__(
        self, *, lstm: nn.Module, classifier: nn.Linear, nodes: int, stride: tuple[int, int]
    ) -> None:
        super().__init__()
        self.lstm = lstm
        self.classifier = classifier
        self.nodes, self.stride = nodes, stride

    def forward(self, clips: Tensor) -> Answer:
        """Clips (B, T, 3, 128, 64) of RGB in 0..1 -> embeddings (B, nodes * size), which are the features.

        out["frame_logits"] (B, nodes, people) is for the loss; out["logits"] is its mean over the nodes.
        """
        seen, rows = evenly(clips.shape[1], self.nodes).unique(return_inverse=True)
        outputs = self.lstm(self.described(clips[:, seen.to(clips.device)]), rows.to(clips.device))
        logits = self.classifier(outputs)
        features = outputs.flatten(1)  # (B, nodes * size)
        return features, {"features": features, "logits": logits.mean(1), "frame_logits": logits}

    @torch.no_grad()
    def described(self, clips: Tensor) -> Tensor:
        """Clips (B, T, 3, 128, 64) -> the numbers that describe each frame (B, T, 58,950)."""
        bytes_ = (255 * clips.clamp(0, 1)).round().byte().flatten(0, 1).movedim(1, -1)  # (B*T, 128, 64, 3)
        numbers = torch.from_numpy(describe(bytes_.cpu().numpy(), self.stride)).flatten(1)
        return numbers.to(clips.device, clips.dtype).unflatten(0, clips.shape[:2])
