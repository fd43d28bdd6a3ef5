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

from typing import NamedTuple

import torch
from torch import Tensor, nn

from stareid.model.conv_lstm import SPREAD, ConvLSTMCell, State

Out = dict[str, Tensor]


class NoAttention(nn.Module):
    """Zero filters: the module is removed."""

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        return maps, {}


class AttentionBranch(nn.Module):
    r"""The scores $Z = V_a * \tanh(W_a * H + U_a * F + b_a)$ of all positions: (N, maps, H, W).

    $V_a$ has no bias and starts at zero, so that the attention starts uniform, or is `drawn` as PyTorch draws
    the kernels of convolutions. `spread` is the standard deviation of the first weights on F.
    """

    def __init__(
        self,
        inputs: int,
        state: int,
        hidden: int,
        maps: int = 1,
        *,
        spread: float = SPREAD,
        drawn: bool = False,
    ) -> None:
        super().__init__()
        self.spread, self.drawn = spread, drawn
        self.from_maps = nn.Conv2d(inputs, hidden, kernel_size=3, padding=1)
        self.from_state = nn.Conv2d(state, hidden, kernel_size=3, padding=1, bias=False)
        self.score = nn.Conv2d(hidden, maps, kernel_size=3, padding=1, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.from_maps.weight, std=self.spread)
        nn.init.zeros_(self.from_maps.bias)  # type: ignore[arg-type]
        nn.init.normal_(self.from_state.weight, std=SPREAD)
        if not self.drawn:
            nn.init.zeros_(self.score.weight)

    def forward(self, state: State | None, from_maps: Tensor) -> Tensor:
        """`from_maps` is `self.from_maps(maps)`, the same at every step; `state` the cell's or None."""
        before = from_maps if state is None else self.from_state(state[0]) + from_maps
        return self.score(torch.tanh(before))


def joint_softmax(scores: Tensor) -> Tensor:
    """Scores (B, T, n, H, W) -> n maps, each of which sums to one over frames and pixels together."""
    by_map = scores.transpose(1, 2)  # (B, n, T, H, W)
    return by_map.flatten(2).softmax(2).view(by_map.shape).transpose(1, 2)  # (B, T, n, H, W)


class Refined(NamedTuple):
    """What K joint refinements leave behind.

    The attended backbone maps (B, T, 32, H, W); the state of the cell that made the last map, of which each
    part is (B*T, hidden, H, W), None after a single step; and the maps of all steps (B, K, n, T, H, W).
    """

    attended: Tensor
    state: State | None
    maps: Tensor


class JointRefinement(nn.Module):
    """K refinements of one map (or the mean of n) on the same clip: the walk that joint readings share."""

    def __init__(self, branch: AttentionBranch, cell: ConvLSTMCell, steps: int, rescale: bool) -> None:
        super().__init__()
        self.branch, self.cell = branch, cell
        self.steps, self.rescale = steps, rescale

    def forward(self, maps: Tensor) -> Refined:
        clip, (height, width) = maps.shape[:2], maps.shape[-2:]
        positions = maps.shape[1] * height * width if self.rescale else 1
        frames = maps.flatten(0, 1)  # (B*T, C, H, W)
        from_maps = self.branch.from_maps(frames)
        state: State | None = None
        attention, attended = [], frames
        for step in range(1, self.steps + 1):
            scores = self.branch(state, from_maps).unflatten(0, clip)  # (B, T, n, H, W)
            attention.append(joint_softmax(scores))
            mean = attention[-1].mean(2, keepdim=True)  # (B, T, 1, H, W)
            attended = frames * (positions * mean).flatten(0, 1)  # (B*T, C, H, W)
            if step < self.steps:
                state = self.remember(attended, state, clip[1])
        all_maps = torch.stack(attention, 1).transpose(2, 3)  # (B, K, n, T, H, W)
        return Refined(attended.unflatten(0, clip), state, all_maps)

    def remember(self, attended: Tensor, state: State | None, frames: int) -> State:
        """The states after a step, (B*T, hidden, H, W): here every one of the `frames` frames has its own."""
        return self.cell(attended, state)


def named(maps: Tensor) -> Out:
    """The insides of a joint reading by name: the mean of its n maps, and that summed over each frame."""
    mean = maps.mean(2)  # (B, K, T, H, W)
    return {"attention": mean, "temporal_attention": mean.sum((-2, -1))}


class AttendedMaps(nn.Module):
    """Readings whose attended maps go on (`joint-hidden`, `joint-walk`): the ConvLSTM only makes the map."""

    def __init__(self, refinement: JointRefinement) -> None:
        super().__init__()
        self.refinement = refinement

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        refined = self.refinement(maps)
        return refined.attended, named(refined.maps)


class ManyMaps(nn.Module):
    """Reading `joint-maps`: n maps, whose mean attends; all of them are in out["attention_maps"]."""

    def __init__(self, refinement: JointRefinement) -> None:
        super().__init__()
        self.refinement = refinement

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        refined = self.refinement(maps)
        return refined.attended, named(refined.maps) | {"attention_maps": refined.maps}


class LastState(nn.Module):
    """Readings whose last state goes on (`joint-state`, `joint-full`), as in Cornia et al. (2018)."""

    def __init__(self, refinement: JointRefinement) -> None:
        super().__init__()
        self.refinement = refinement

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        refined = self.refinement(maps)
        h, _ = self.refinement.remember(refined.attended.flatten(0, 1), refined.state, maps.shape[1])
        return h.unflatten(0, maps.shape[:2]), named(refined.maps)


class Framewise(nn.Module):
    r"""Reading `framewise`: the state walks from frame to frame, the softmax runs over the pixels of each.

    At frame t, K times, beginning with the state that frame t - 1 left:
    $A^{(k)}_t = \mathrm{softmax}_{i,j} Z^{(k)}_t$, $\tilde F^{(k)}_t = P A^{(k)}_t \odot F_t$ with
    $P = H W$, and one step of the ConvLSTM; the state after step K goes on. Sensitive to the
    order of frames; with T = 1 and `rescale` off it is the cell of Cornia et al. as published.
    """

    def __init__(self, branch: AttentionBranch, cell: ConvLSTMCell, steps: int, rescale: bool) -> None:
        super().__init__()
        self.branch, self.cell = branch, cell
        self.steps, self.rescale = steps, rescale

    def forward(self, maps: Tensor) -> tuple[Tensor, Out]:
        positions = maps.shape[-2] * maps.shape[-1] if self.rescale else 1
        from_maps = self.branch.from_maps(maps.flatten(0, 1)).unflatten(0, maps.shape[:2])
        state: State | None = None
        states, attention = [], []
        for frame, from_frame in zip(maps.unbind(1), from_maps.unbind(1), strict=True):
            for _ in range(self.steps):
                scores = self.branch(state, from_frame)  # (B, 1, H, W)
                attention.append(scores.flatten(1).softmax(1).view_as(scores))
                h, _ = state = self.cell(frame * (positions * attention[-1]), state)
            states.append(h)
        # The states become (B, T, C, H, W) and the maps, made frame by frame, (B, K, T, H, W).
        walk = torch.cat(attention, 1).unflatten(1, (-1, self.steps))  # (B, T, K, H, W)
        return torch.stack(states, 1), {"attention": walk.transpose(1, 2)}
