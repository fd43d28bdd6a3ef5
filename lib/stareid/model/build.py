"""The only file with numbers: every network of the study, put together from its parts."""

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from stareid.errors import InputError
from stareid.model.attention import (
    AttendedMaps,
    AttentionBranch,
    Framewise,
    JointRefinement,
    LastState,
    ManyMaps,
    NoAttention,
)
from stareid.model.backbone import Backbone
from stareid.model.conv_lstm import ConvLSTMCell
from stareid.model.network import Network, Siamese
from stareid.model.recurrent import Recurrence, RecurrentNetwork, TemporalMean

METHODS = ("attention", "mclaughlin")
READINGS = ("joint-state", "joint-maps", "joint-hidden", "joint-full", "framewise")
FILTERS = range(0, 5)
RECIPES = ("batched", "mclaughlin2016")

WIDTHS = (16, 32, 32)  # of the three blocks (McLaughlin et al. 2016)
CELLS = 10 * 8  # positions of the last map
EMBEDDING = 128


def build(
    method: str,
    *,
    filters: int = 3,
    reading: str = "joint-hidden",
    recipe: str = "batched",
    steps: int = 4,
    rescale: bool = True,
    people: int = 150,
    channels: int = 3,
    dropout: float = 0.6,
    weights: Mapping[str, Tensor] | str | Path | None = None,
) -> nn.Module:
    """The network of a method, with fresh weights or with `weights` (a state dict or a safetensors file).

    `filters` is the paper's "#filters" (0 = no attention module) and `reading` what it counts; `recipe` is
    how the network will be trained; `steps` the refinements K; `people` the classes of the identity loss;
    `channels` 3, or 5 with optical flow. Never downloads. Raises InputError for a value out of range.
    """
    check(method, filters=filters, reading=reading, recipe=recipe, steps=steps)
    network: Siamese
    match method:
        case "attention":
            module = attention(reading, filters, steps=steps, rescale=rescale) if filters else NoAttention()
            attended = filters if filters and reading == "joint-state" else WIDTHS[-1]
            network = attentive(module, attended, people=people, channels=channels, dropout=dropout)
        case "mclaughlin":
            network = mclaughlin(people=people, channels=channels, dropout=dropout)
    if weights is not None:
        network.load_state_dict(load_file(weights) if isinstance(weights, str | Path) else weights)
    return network


def attentive(module: nn.Module, attended: int, *, people: int, channels: int, dropout: float) -> Network:
    """`attention`: the network of the paper around an attention module that leaves `attended` channels."""
    return Network(
        backbone=Backbone(channels, WIDTHS),
        attention=module,
        embedding=nn.Linear(attended * CELLS, EMBEDDING),
        classifier=nn.Linear(EMBEDDING, people),
        dropout=dropout,
    )


def mclaughlin(*, people: int, channels: int, dropout: float) -> RecurrentNetwork:
    """`mclaughlin`: recurrence and temporal mean, one dropout before the embedding and in the feedback."""
    return RecurrentNetwork(
        backbone=Backbone(channels, WIDTHS),
        embedding=nn.Linear(WIDTHS[-1] * CELLS, EMBEDDING),
        recurrence=Recurrence(EMBEDDING, dropout),
        pooling=TemporalMean(),
        classifier=nn.Linear(EMBEDDING, people),
        dropout=dropout,
    )


def attention(reading: str, filters: int, *, steps: int, rescale: bool) -> nn.Module:
    """The attention module of a reading with n = `filters` >= 1; the readings differ in what n counts."""
    maps = WIDTHS[-1]

    def refinement(branch: AttentionBranch, cell: ConvLSTMCell) -> JointRefinement:
        return JointRefinement(branch, cell, steps=steps, rescale=rescale)

    match reading:
        case "joint-state":  # n channels of the ConvLSTM, whose state goes on
            branch, cell = AttentionBranch(maps, filters, filters), ConvLSTMCell(maps, filters)
            return LastState(refinement(branch, cell))
        case "joint-hidden":  # n channels of the ConvLSTM, which only makes the map
            branch, cell = AttentionBranch(maps, filters, filters), ConvLSTMCell(maps, filters)
            return AttendedMaps(refinement(branch, cell))
        case "joint-maps":  # n maps
            branch, cell = AttentionBranch(maps, maps, maps, maps=filters), ConvLSTMCell(maps, maps)
            return ManyMaps(refinement(branch, cell))
        case "joint-full":  # n hidden channels of the branch
            branch, cell = AttentionBranch(maps, maps, filters), ConvLSTMCell(maps, maps)
            return LastState(refinement(branch, cell))
        case "framewise":  # the same, frame after frame
            branch, cell = AttentionBranch(maps, maps, filters), ConvLSTMCell(maps, maps)
            return Framewise(branch, cell, steps=steps, rescale=rescale)
    raise InputError(f"unknown reading {reading!r}: the readings are {', '.join(READINGS)}.")


def check(method: str, *, filters: int, reading: str, recipe: str, steps: int) -> None:
    """Refuse what cannot be built, before anything is built."""
    if method not in METHODS:
        raise InputError(f"unknown method {method!r}: the methods are {', '.join(METHODS)}.")
    if isinstance(filters, bool) or not isinstance(filters, int) or filters not in FILTERS:
        raise InputError(f"filters is {filters!r}: it must be a whole number from 0 to {FILTERS[-1]}.")
    if filters and reading not in READINGS:
        raise InputError(f"unknown reading {reading!r}: the readings are {', '.join(READINGS)}.")
    if recipe not in RECIPES:
        raise InputError(f"unknown recipe {recipe!r}: the recipes are {', '.join(RECIPES)}.")
    if steps < 1:
        raise InputError(f"steps is {steps}: at least one refinement step is needed.")
