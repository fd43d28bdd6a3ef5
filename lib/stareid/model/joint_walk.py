"""A joint reading that minds the order of the frames; it is our own."""

import torch
from torch import Tensor

from stareid.model.attention import JointRefinement
from stareid.model.conv_lstm import State


class JointWalk(JointRefinement):
    r"""K joint refinements whose ConvLSTM walks over the frames instead of staying with each of them.

    $$(H^{(k)}_t, C^{(k)}_t) = \mathrm{ConvLSTM}\big(\tilde F^{(k)}_t, (H^{(k)}_{t-1}, C^{(k)}_{t-1})\big),
      \qquad (H^{(k)}_0, C^{(k)}_0) = (H^{(k-1)}_T, C^{(k-1)}_T)$$

    The softmax of step k still runs over all frames and places, with the scores of frame t from
    $H^{(k-1)}_t$: what was seen up to t in the step before, and in all frames in the steps before that. So
    attention is joint and its evolution over time counts, both of which the paper speaks of.
    """

    def remember(self, attended: Tensor, state: State | None, frames: int) -> State:
        """One walk over the attended frames (B*T, C, H, W), on from where the last walk ended."""
        clip = (-1, frames)
        here = None if state is None else (last(state[0], frames), last(state[1], frames))
        walk: list[State] = []
        for frame in attended.unflatten(0, clip).unbind(1):
            here = self.cell(frame, here)
            walk.append(here)
        h, c = (torch.stack(part, 1).flatten(0, 1) for part in zip(*walk, strict=True))  # (B*T, n, H, W)
        return h, c


def last(states: Tensor, frames: int) -> Tensor:
    """The state at the last frame of every clip: (B*T, n, H, W) -> (B, n, H, W)."""
    return states.unflatten(0, (-1, frames))[:, -1]
