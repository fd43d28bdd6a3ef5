"""Walkers: drawn pedestrians in two cameras, with masks; the data set that the library carries itself.

    world = World(people=300, seed=0)
    drawing = draw_sequence(world, person=1, camera=2)
    drawing.frames, drawing.person, drawing.occluder, drawing.visible

Read in this order: `world` (how many, how long, the seeds), `person` (clothes, build), `gait` (the pose from
the phase), `shapes` (solids as outlines), `body` and `outfit` (a person as parts), `draw` (painting),
`background`, `camera`, `passing` and `occluders` (others), `scene` (all together), `tree` (as files).
"""

from .scene import Drawing, draw_sequence
from .tree import write_tree
from .world import World, sequence_length, splits

__all__ = ["Drawing", "World", "draw_sequence", "sequence_length", "splits", "write_tree"]
