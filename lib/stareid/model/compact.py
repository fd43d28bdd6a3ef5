"""Zhang et al.'s compact appearance: four frames of the walk, a CNN for each, and their features pooled."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from stareid.model.network import Answer, Siamese

FLOW = slice(3, 5)  # the channels of the optical flow, where there is any


def evenly(frames: int, wanted: int) -> Tensor:
    """The middles of `wanted` equal parts of `frames` frames, as rows; fewer frames are taken repeatedly."""
    return (2 * torch.arange(wanted) + 1) * frames // (2 * wanted)


def leg_energy(clips: Tensor) -> Tensor:
    r"""How much the legs move: $e_t$ = mean of $u^2 + v^2$ in the lower half of a frame, (B, T).

    Over time it is averaged with its neighbours, because optical flow is noisy (ours).
    """
    below = clips[..., FLOW, clips.shape[-2] // 2 :, :]  # (B, T, 2, H/2, W)
    energy = below.square().sum(2).mean((-2, -1))
    return F.avg_pool1d(energy[:, None], 3, stride=1, padding=1, count_include_pad=False)[:, 0]


def alternation(energy: Tensor, wanted: int) -> Tensor:
    r"""The strongest minimum, maximum, minimum, maximum of each profile, as rows: (B, T) -> (B, wanted).

    $$\operatorname*{argmax}_{t_1 < t_2 < t_3 < t_4}
      (e_{t_2} - e_{t_1}) + (e_{t_2} - e_{t_3}) + (e_{t_4} - e_{t_3})$$

    One pass forward keeps the best sum that ends before each frame, one pass back reads the frames off.
    """
    weights = [(1 if i % 2 else -1) * (1 if i in (0, wanted - 1) else 2) for i in range(wanted)]
    sums, back = weights[0] * energy, []
    for number, weight in enumerate(weights[1:], 1):
        best, where = sums.cummax(1)
        back.append(where)
        sums = weight * energy + F.pad(best[:, :-1], (1, 0), value=-torch.inf)
        sums[:, :number] = -torch.inf  # frame t_k has k before it
    rows = [sums.argmax(1, keepdim=True)]
    for where in reversed(back):
        rows.insert(0, where.gather(1, rows[0] - 1))
    return torch.cat(rows, 1)


class Compact(Siamese):
    r"""Representative frames, one CNN for each of them, the mean of their features, an embedding.

    $$v = W\,\mathrm{dropout}\Big(\mathrm{vec}\,\tfrac14\sum_{p=1}^{4} \mathrm{conv}_p(f_{t_p})\Big) + b$$

    Source: Zhang et al. (2017), as far as we know it: frames from the profile of the walk, where the energy
    of the legs' flow has its minima and maxima, several CNNs, pooled features, identification, a learned
    metric. Ours: the verification loss beside; that the CNNs do not share weights, so that each sees one
    phase of the walk; which minima and maxima (`alternation`); the CNNs themselves, which are McLaughlin et
    al.'s; the mean as pooling; XQDA as metric; and evenly spaced frames where there is no flow, or a clip has
    fewer frames than there are CNNs.
    """

    metric = "xqda"

    def __init__(
        self, *, backbones: list[nn.Module], embedding: nn.Linear, classifier: nn.Linear, dropout: float
    ) -> None:
        super().__init__()
        self.backbones = nn.ModuleList(backbones)
        self.dropout = nn.Dropout(dropout)
        self.embedding = embedding
        self.classifier = classifier

    def forward(self, clips: Tensor) -> Answer:
        """Clips (B, T, C, 56, 40) -> embeddings (B, D), which are the features."""
        rows = self.representative(clips)  # (B, 4)
        chosen = clips[torch.arange(len(clips), device=clips.device)[:, None], rows]  # (B, 4, C, 56, 40)
        maps = [cnn(frame) for cnn, frame in zip(self.backbones, chosen.split(1, 1), strict=True)]
        pooled = torch.cat(maps, 1).mean(1).flatten(1)  # (B, C*H*W)
        features = self.embedding(self.dropout(pooled))
        return features, {"features": features, "logits": self.classifier(features)}

    def representative(self, clips: Tensor) -> Tensor:
        """The rows (B, 4) of the frames that go into the CNNs."""
        frames, wanted = clips.shape[1], len(self.backbones)
        if clips.shape[2] < FLOW.stop or frames < wanted:
            return evenly(frames, wanted).to(clips.device).expand(len(clips), -1)
        return alternation(leg_energy(clips), wanted)
