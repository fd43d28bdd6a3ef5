"""The only file with numbers: every network of the study, put together from its parts."""

import math
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from stareid.errors import InputError
from stareid.model.aggregation import LSTM, Aggregation
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
from stareid.model.compact import Compact
from stareid.model.conv_lstm import SPREAD, ConvLSTMCell
from stareid.model.frame_classifier import FrameClassifier
from stareid.model.joint_walk import JointWalk
from stareid.model.mobilenet import SHRUNK, MobileNet
from stareid.model.modern import Modern, PlaceMean
from stareid.model.network import Network, Siamese
from stareid.model.pooling import AttentivePooling, TemporalMean
from stareid.model.pyramid import PyramidBlock
from stareid.model.recurrent import Recurrence, RecurrentNetwork
from stareid.model.weights import load

METHODS = ("attention", "mclaughlin", "astpn", "compact", "ide_xqda", "rfa", "modern")
COLOUR_ONLY = ("rfa", "modern")  # these have no use for optical flow
READINGS = ("joint-state", "joint-maps", "joint-hidden", "joint-full", "joint-walk", "framewise")
FILTERS = range(0, 5)
CHANNELS = (3, 5)  # colour, or colour and optical flow
RECIPES = ("batched", "mclaughlin2016")

WIDTHS = (16, 32, 32)  # of the three blocks (McLaughlin et al. 2016)
CELLS = 10 * 8  # positions of the last map
EMBEDDING = 128
LEVELS = (8, 4, 2, 1)  # of the spatial pyramid (Xu et al. 2017)
REPRESENTATIVES = 4  # frames of a walk (Zhang et al. 2017)
NODES, NODE = 10, 512  # of the LSTM, and the numbers of each (Yan et al. 2016)
STRIDE, DESCRIBED = (8, 4), 225 * 262  # of the patches of a 128 x 64 frame, and the numbers of all (the same)
MOBILENET = 1280  # channels of its last maps
STATE = 128  # channels of a ConvLSTM on them (ours)


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
    drawn: bool = False,
    size: tuple[int, int] = (176, 88),
    weights: Mapping[str, Tensor] | str | Path | None = None,
) -> nn.Module:
    """The network of a method, with fresh weights or with `weights` (a state dict or a file of one).

    `filters` is the paper's "#filters" (0 = no attention module) and `reading` what it counts; `recipe` is
    how the network will be trained; `steps` the refinements K; `drawn` starts the scores' kernel at random
    instead of at zero; `people` the classes of the identity loss; `channels` 3, or 5 with optical flow;
    `dropout` that of the small networks; `size` what `modern` enlarges its frames to, and its `weights` may
    also be torchvision's of MobileNetV2. Never downloads. Raises InputError for a value out of range.
    """
    check(method, filters=filters, reading=reading, recipe=recipe, steps=steps, channels=channels)
    network: Siamese
    match method:
        case "attention":
            backbone = Backbone(channels, WIDTHS)  # first: the order decides which random weights go where
            module = attention(reading, filters, steps=steps, rescale=rescale, drawn=drawn)
            left = left_by(reading, filters, maps=WIDTHS[-1], state=WIDTHS[-1])
            network = attentive(backbone, module, left, people=people, dropout=dropout)
        case "mclaughlin":
            network = mclaughlin(people=people, channels=channels, dropout=dropout)
        case "astpn":
            network = astpn(people=people, channels=channels, dropout=dropout)
        case "compact":
            network = compact(people=people, channels=channels, dropout=dropout)
        case "ide_xqda":
            network = ide_xqda(people=people, channels=channels, dropout=dropout)
        case "rfa":
            network = rfa(people)
        case "modern":
            module = attention(
                reading, filters, steps=steps, rescale=rescale, drawn=drawn, maps=MOBILENET, state=STATE
            )
            left = left_by(reading, filters, maps=MOBILENET, state=STATE)
            by_place = filters > 0 and reading == "joint-state"
            network = modern(module, left, people=people, size=size, by_place=by_place)
    if weights is not None:
        load(network, weights)
    return network


def attentive(backbone: Backbone, module: nn.Module, left: int, *, people: int, dropout: float) -> Network:
    """`attention`: the network of the paper, around an attention module that leaves `left` channels."""
    return Network(
        backbone=backbone,
        attention=module,
        embedding=nn.Linear(left * CELLS, EMBEDDING),
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


def astpn(*, people: int, channels: int, dropout: float) -> RecurrentNetwork:
    """`astpn`: the same with a pyramid for the last pooling in space, and attentive pooling in time."""
    fields = sum(level**2 for level in LEVELS)
    return RecurrentNetwork(
        backbone=nn.Sequential(Backbone(channels, WIDTHS[:-1]), PyramidBlock(*WIDTHS[-2:], levels=LEVELS)),
        embedding=nn.Linear(WIDTHS[-1] * fields, EMBEDDING),
        recurrence=Recurrence(EMBEDDING, dropout),
        pooling=AttentivePooling(EMBEDDING),
        classifier=nn.Linear(EMBEDDING, people),
        dropout=dropout,
    )


def compact(*, people: int, channels: int, dropout: float) -> Compact:
    """`compact`: three blocks for each of the representative frames."""
    return Compact(
        backbones=[Backbone(channels, WIDTHS) for _ in range(REPRESENTATIVES)],
        embedding=nn.Linear(WIDTHS[-1] * CELLS, EMBEDDING),
        classifier=nn.Linear(EMBEDDING, people),
        dropout=dropout,
    )


def ide_xqda(*, people: int, channels: int, dropout: float) -> FrameClassifier:
    """`ide_xqda`: three blocks and an embedding, trained on single frames."""
    return FrameClassifier(
        backbone=Backbone(channels, WIDTHS),
        embedding=nn.Linear(WIDTHS[-1] * CELLS, EMBEDDING),
        classifier=nn.Linear(EMBEDDING, people),
        dropout=dropout,
    )


def rfa(people: int) -> Aggregation:
    """`rfa`: an LSTM on hand-made features."""
    lstm, classifier = LSTM(DESCRIBED, NODE), nn.Linear(NODE, people)
    return Aggregation(lstm=lstm, classifier=classifier, nodes=NODES, stride=STRIDE)


def modern(module: nn.Module, left: int, *, people: int, size: tuple[int, int], by_place: bool) -> Modern:
    """`modern`: MobileNetV2 around an attention module that leaves `left` channels.

    With `by_place` its places are not averaged, since the few numbers of `joint-state` would be all there is.
    """
    places = math.prod(math.ceil(side / SHRUNK) for side in size) if by_place else 1
    return Modern(
        backbone=MobileNet(size),
        attention=module,
        pooling=nn.Flatten(1) if by_place else PlaceMean(),
        neck=nn.BatchNorm1d(left * places),
        classifier=nn.Linear(left * places, people, bias=False),
    )


def left_by(reading: str, filters: int, *, maps: int, state: int) -> int:
    """The channels that the attention module of a reading leaves, on maps of `maps` and cells of `state`."""
    if filters and reading == "joint-state":
        return filters
    return state if filters and reading in ("joint-full", "framewise") else maps


def attention(
    reading: str,
    filters: int,
    *,
    steps: int,
    rescale: bool,
    drawn: bool = False,
    maps: int = WIDTHS[-1],
    state: int = WIDTHS[-1],
) -> nn.Module:
    """The attention module of a reading on `maps` channels; the readings differ in what n = `filters` counts.

    `state` channels has a ConvLSTM where n counts something else.
    """
    spread = SPREAD * (WIDTHS[-1] / maps) ** 0.5  # so that more channels don't make larger sums

    def branch(state: int, hidden: int, attentions: int = 1) -> AttentionBranch:
        return AttentionBranch(maps, state, hidden, maps=attentions, spread=spread, drawn=drawn)

    def cell(state: int) -> ConvLSTMCell:
        return ConvLSTMCell(maps, state, spread=spread)

    if filters == 0:
        return NoAttention()
    match reading:
        case "joint-state":  # n channels of the ConvLSTM, whose state goes on
            walk = JointRefinement(branch(filters, filters), cell(filters), steps=steps, rescale=rescale)
            return LastState(walk)
        case "joint-hidden":  # n channels of the ConvLSTM, which only makes the map
            walk = JointRefinement(branch(filters, filters), cell(filters), steps=steps, rescale=rescale)
            return AttendedMaps(walk)
        case "joint-walk":  # the same, its state carried from frame to frame
            walk = JointWalk(branch(filters, filters), cell(filters), steps=steps, rescale=rescale)
            return AttendedMaps(walk)
        case "joint-maps":  # n maps
            walk = JointRefinement(branch(state, state, filters), cell(state), steps=steps, rescale=rescale)
            return ManyMaps(walk)
        case "joint-full":  # n hidden channels of the branch
            walk = JointRefinement(branch(state, filters), cell(state), steps=steps, rescale=rescale)
            return LastState(walk)
        case "framewise":  # the same, frame after frame
            return Framewise(branch(state, filters), cell(state), steps=steps, rescale=rescale)
    raise InputError(f"unknown reading {reading!r}: the readings are {', '.join(READINGS)}.")


def check(method: str, *, filters: int, reading: str, recipe: str, steps: int, channels: int = 3) -> None:
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
    possible = CHANNELS[:1] if method in COLOUR_ONLY else CHANNELS
    if channels not in possible:
        raise InputError(f"channels is {channels}: {method} takes {' or '.join(map(str, possible))}.")
