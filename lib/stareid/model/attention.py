r"""The spatio-temporal attention module: an attentive ConvLSTM that refines one map over frames AND pixels.

With F the backbone's maps of a clip and H the state of the ConvLSTM, K times:

$$Z^{(k)}_t = V_a * \tanh(W_a * H^{(k-1)}_t + U_a * F_t + b_a)$$
$$A^{(k)} = \mathrm{softmax}_{t,i,j} Z^{(k)}, \qquad
  \tilde F^{(k)}_t = P\, A^{(k)}_t \odot F_t, \qquad P = T H W$$
$$(H^{(k)}, C^{(k)}) = \mathrm{ConvLSTM}(\tilde F^{(k)}, (H^{(k-1)}, C^{(k-1)}))$$

The cell and the branch are those of Cornia et al. (2018), where the softmax runs over one picture. That it
runs jointly over time and space, that the steps repeat on the whole clip, and that P multiplies back are
our readings of the poster; a softmax over P positions would otherwise shrink the features P times.
"""

from typing import Protocol

import torch
from torch import Tensor, nn

from stareid.model.conv_lstm import ConvLSTMCell

Out = dict[str, Tensor]


class Attention(Protocol):
    """What stands between backbone and average: maps (B, T, C, H, W) -> (B, T, C', H, W), and its insides."""

    def __call__(self, maps: Tensor) -> tuple[Tensor, Out]: ...


class NoAttention(nn.Module):
    """Zero filters: the module is removed."""

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        return maps, {}


class AttentionBranch(nn.Module):
    r"""The scores $Z = V_a * \tanh(W_a * H + U_a * F + b_a)$ of all positions: (N, 1, H, W).

    $V_a$ has no bias and starts at zero, so that the attention starts uniform.
    """

    def __init__(self, inputs: int, state: int, hidden: int) -> None:
        super().__init__()
        self.from_maps = nn.Conv2d(inputs, hidden, kernel_size=3, padding=1)
        self.from_state = nn.Conv2d(state, hidden, kernel_size=3, padding=1, bias=False)
        self.score = nn.Conv2d(hidden, 1, kernel_size=3, padding=1, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.from_maps.weight, std=0.05)
        nn.init.zeros_(self.from_maps.bias)  # type: ignore[arg-type]
        nn.init.normal_(self.from_state.weight, std=0.05)
        nn.init.zeros_(self.score.weight)

    def forward(self, state: Tensor, from_maps: Tensor) -> Tensor:
        """`from_maps` is `self.from_maps(maps)`, which is the same at every step."""
        return self.score(torch.tanh(self.from_state(state) + from_maps))


def joint_softmax(scores: Tensor) -> Tensor:
    """Scores (B, T, 1, H, W) -> a map of the same shape that sums to one over frames and pixels together."""
    return scores.flatten(1).softmax(1).view_as(scores)


class JointRefinement(nn.Module):
    """K refinements of one joint map on the same clip: the walk that the joint readings share.

    Returns the attended maps of the last step, the state after the last step (None when `use_state` is
    off, which spares the last step of the cell) and the maps of all steps.
    """

    def __init__(self, branch: AttentionBranch, cell: ConvLSTMCell, steps: int, rescale: bool) -> None:
        super().__init__()
        self.branch, self.cell = branch, cell
        self.steps, self.rescale = steps, rescale

    def forward(self, maps: Tensor, use_state: bool) -> tuple[Tensor, Tensor | None, Out]:
        clip, (height, width) = maps.shape[:2], maps.shape[-2:]
        positions = maps.shape[1] * height * width if self.rescale else 1
        frames = maps.flatten(0, 1)  # (B*T, C, H, W)
        from_maps = self.branch.from_maps(frames)
        state = self.cell.start(frames)
        attention, attended = [], frames
        for step in range(1, self.steps + 1):
            scores = self.branch(state[0], from_maps).unflatten(0, clip)  # (B, T, 1, H, W)
            attention.append(joint_softmax(scores))
            attended = frames * (positions * attention[-1]).flatten(0, 1)  # (B*T, C, H, W)
            if step < self.steps or use_state:
                state = self.cell(attended, state)
        refined = torch.stack(attention, 1).squeeze(3)  # (B, K, T, H, W)
        out = {"attention": refined, "temporal_attention": refined.sum((-2, -1))}
        last = state[0].unflatten(0, clip) if use_state else None
        return attended.unflatten(0, clip), last, out


class JointHidden(nn.Module):
    """Reading `joint-hidden`: the n-channel ConvLSTM only makes the map; the attended maps go on."""

    def __init__(self, refinement: JointRefinement) -> None:
        super().__init__()
        self.refinement = refinement

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        attended, _, out = self.refinement(maps, use_state=False)
        return attended, out


class JointFull(nn.Module):
    """Reading `joint-full`: n hidden channels in the attention branch; the state of the ConvLSTM goes on."""

    def __init__(self, refinement: JointRefinement) -> None:
        super().__init__()
        self.refinement = refinement

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        _, state, out = self.refinement(maps, use_state=True)
        assert state is not None
        return state, out
