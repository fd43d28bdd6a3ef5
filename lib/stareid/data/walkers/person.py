"""Who walks: build, clothes, hair, shoes, bag and umbrella of a person, drawn from the seed."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .world import Stream, World, generator

Colour = tuple[int, int, int]  # RGB, 0..255

# What people wear in an airport: much dark, many neutrals, few strong colours. Weights follow the colours.
GARMENTS: tuple[tuple[Colour, float], ...] = (
    ((30, 30, 34), 0.13), ((56, 58, 62), 0.10), ((32, 40, 66), 0.09), ((100, 102, 106), 0.07),
    ((168, 168, 164), 0.07), ((170, 150, 118), 0.07), ((90, 64, 44), 0.07), ((82, 88, 56), 0.05),
    ((214, 212, 206), 0.08), ((72, 92, 126), 0.06), ((106, 38, 46), 0.05), ((160, 54, 48), 0.04),
    ((54, 90, 148), 0.04), ((54, 100, 76), 0.03), ((190, 140, 146), 0.02), ((180, 140, 60), 0.02),
    ((88, 62, 110), 0.01),
)  # fmt: skip
TROUSERS: tuple[tuple[Colour, float], ...] = (
    ((28, 28, 32), 0.22), ((54, 56, 60), 0.14), ((34, 42, 64), 0.14), ((62, 82, 118), 0.18),
    ((104, 102, 98), 0.08), ((150, 130, 96), 0.11), ((82, 62, 46), 0.07), ((200, 194, 184), 0.06),
)  # fmt: skip
SKINS: tuple[Colour, ...] = ((226, 184, 158), (212, 168, 138), (190, 144, 114), (150, 108, 80), (104, 72, 54))
HAIRS: tuple[Colour, ...] = (
    (28, 24, 22),
    (52, 38, 30),
    (84, 60, 40),
    (140, 106, 64),
    (150, 148, 144),
    (108, 52, 34),
)
SHOES: tuple[Colour, ...] = ((24, 22, 22), (60, 42, 30), (110, 104, 98), (214, 212, 206), (40, 44, 58))
CONFORMITY = 0.7  # how often somebody has the pattern, the legwear, the hair or the bag of their group
BAGS: tuple[Colour, ...] = (
    (26, 26, 28),
    (70, 50, 36),
    (44, 52, 74),
    (120, 36, 40),
    (130, 118, 92),
    (66, 80, 62),
)


@dataclass(frozen=True)
class Build:
    """Size of the body. Lengths in metres; `girth` scales the thickness of trunk and limbs."""

    stature: float
    shoulder: float  # half the width over the shoulders
    hip: float  # half the width over the hips
    girth: float
    skin: Colour


@dataclass(frozen=True)
class Clothes:
    """What a person wears; `hem` is how far the upper garment reaches below the hips, in metres."""

    upper: Colour
    second: Colour  # stripes, print, the shirt under an open jacket, the lower part of a two-tone top
    pattern: str  # plain | hoops | pinstripes | print | two-tone | jacket
    sleeve: str  # long | short
    hem: float
    lower: Colour
    legwear: str  # trousers | shorts | skirt
    skirt: float  # length of skirt or shorts as a share of the leg
    shoes: Colour


@dataclass(frozen=True)
class Style:
    """What a group of people has in common: its colours, and mostly the kind of clothes."""

    upper: Colour
    second: Colour
    pattern: str
    lower: Colour
    legwear: str
    shoes: Colour
    hair: Colour
    bag: str
    bag_colour: Colour


@dataclass(frozen=True)
class Person:
    """Everything that stays the same about somebody from camera 1 to camera 2, but for the gait."""

    build: Build
    clothes: Clothes
    hair: Colour
    hairstyle: str  # short | long | bun | bald | cap
    cap: Colour
    bag: str  # none | shoulder | backpack | case
    bag_colour: Colour
    umbrella: bool  # furled, carried in one hand
    side: int  # +1: carries on the left, -1: on the right

    @property
    def still_arm(self) -> int:
        """The side of the arm that hardly swings because it holds a bag: +1 left, -1 right, 0 neither."""
        return self.side if self.bag in ("case", "shoulder") else 0


def pick(random: np.random.Generator, choices: tuple[tuple[Colour, float], ...]) -> Colour:
    """Pick a colour from a weighted palette."""
    weights = np.array([weight for _, weight in choices])
    return choices[int(random.choice(len(choices), p=weights / weights.sum()))][0]


def vary(random: np.random.Generator, colour: Colour, by: int) -> Colour:
    """Return a colour that is a little lighter or darker and a little off in hue."""
    shift = random.integers(-by, by + 1) + random.integers(-by // 2, by // 2 + 1, size=3)
    red, green, blue = (int(value) for value in np.clip(np.array(colour) + shift, 8, 235))
    return red, green, blue


def draw_build(random: np.random.Generator) -> Build:
    """Draw a body: tall or short, slim or stout."""
    girth = float(np.clip(random.normal(1.0, 0.12), 0.8, 1.35))
    return Build(
        stature=float(np.clip(random.normal(1.71, 0.08), 1.52, 1.92)),
        shoulder=float(random.uniform(0.185, 0.225)) * (0.7 + 0.3 * girth),
        hip=float(random.uniform(0.145, 0.175)) * (0.5 + 0.5 * girth),
        girth=girth,
        skin=vary(random, SKINS[int(random.choice(len(SKINS), p=[0.3, 0.28, 0.2, 0.12, 0.1]))], 6),
    )


def draw_style(random: np.random.Generator) -> Style:
    """Draw how a group dresses."""
    upper = pick(random, GARMENTS)
    return Style(
        upper=upper,
        second=contrast(random, upper),
        pattern=str(random.choice(["plain", "hoops", "pinstripes", "print", "two-tone", "jacket"],
                                  p=[0.3, 0.13, 0.07, 0.12, 0.12, 0.26])),
        lower=pick(random, TROUSERS),
        legwear=str(random.choice(["trousers", "shorts", "skirt"], p=[0.74, 0.1, 0.16])),
        shoes=SHOES[int(random.choice(len(SHOES), p=[0.45, 0.2, 0.12, 0.13, 0.1]))],
        hair=HAIRS[int(random.choice(len(HAIRS), p=[0.34, 0.24, 0.16, 0.1, 0.11, 0.05]))],
        bag=str(random.choice(["none", "shoulder", "backpack", "case"], p=[0.42, 0.26, 0.2, 0.12])),
        bag_colour=BAGS[int(random.integers(len(BAGS)))],
    )  # fmt: skip


def follow(random: np.random.Generator, group: Style) -> Style:
    """Draw how one member of a group dresses: in its colours, in other things mostly as the group does."""
    own = draw_style(random)
    like = random.random(4) < CONFORMITY
    top, legs, head, hand = (group if alike else own for alike in like)
    return Style(
        upper=group.upper,
        second=top.second,
        pattern=top.pattern,
        lower=group.lower,
        legwear=legs.legwear,
        shoes=legs.shoes,
        hair=head.hair,
        bag=hand.bag,
        bag_colour=hand.bag_colour,
    )


def draw_clothes(random: np.random.Generator, style: Style, spread: int = 14) -> Clothes:
    """Draw clothes of a style."""
    sleeve = "long" if style.pattern == "jacket" else str(random.choice(["long", "short"], p=[0.72, 0.28]))
    coat = sleeve == "long" and random.random() < 0.3
    return Clothes(
        upper=vary(random, style.upper, spread),
        second=vary(random, style.second, 10),
        pattern=style.pattern,
        sleeve=sleeve,
        hem=float(random.uniform(0.2, 0.42) if coat else random.uniform(0.0, 0.1)),
        lower=vary(random, style.lower, spread),
        legwear=style.legwear,
        skirt=float(random.uniform(0.42, 0.85) if style.legwear == "skirt" else random.uniform(0.4, 0.55)),
        shoes=style.shoes,
    )


def contrast(random: np.random.Generator, upper: Colour) -> Colour:
    """Draw a second colour that can be told from the first."""
    second = pick(random, GARMENTS)
    if abs(sum(second) - sum(upper)) < 110:
        second = (200, 198, 192) if sum(upper) < 330 else (46, 46, 52)
    return vary(random, second, 10)


def draw_person(random: np.random.Generator, group: Style) -> Person:
    """Draw somebody who dresses about as the group does."""
    style = follow(random, group)
    return Person(
        build=draw_build(random),
        clothes=draw_clothes(random, style),
        hair=vary(random, style.hair, 6),
        hairstyle=str(
            random.choice(["short", "long", "bun", "bald", "cap"], p=[0.44, 0.26, 0.08, 0.09, 0.13])
        ),
        cap=pick(random, GARMENTS),
        bag=style.bag,
        bag_colour=vary(random, style.bag_colour, 8),
        umbrella=bool(random.random() < 0.08),
        side=1 if random.random() < 0.5 else -1,
    )


@lru_cache(maxsize=8)
def group_of_each(world: World) -> tuple[int, ...]:
    """Return the group of every person 1..people; a group is 4 to 8 people dressed much alike."""
    random = generator(world, Stream.GROUPS)
    groups: list[int] = []
    while len(groups) < world.people:
        groups += [len(set(groups))] * int(random.integers(4, 9))
    return tuple(int(group) for group in random.permutation(groups[: world.people]))


def person_of(world: World, number: int) -> Person:
    """Return person `number` of a world; in a world where only the gait varies, everybody is the same."""
    if world.vary == "gait":
        same = generator(world, Stream.PERSON)
        plain = draw_person(same, replace(draw_style(same), upper=GARMENTS[4][0], lower=TROUSERS[2][0]))
        clothes = replace(plain.clothes, legwear="trousers", pattern="plain", hem=0.05)
        return replace(plain, clothes=clothes, bag="none", umbrella=False)
    group = draw_style(generator(world, Stream.CLOTHES, 1 + group_of_each(world)[number - 1]))
    return draw_person(generator(world, Stream.PERSON, number), group)


def stranger(random: np.random.Generator) -> Person:
    """Draw somebody who is nobody in the study: a passer-by."""
    return draw_person(random, draw_style(random))
