"""The networks: backbone -> attention -> average over frames -> embedding, put together in `build`.

Shapes: B T C H W batch, time, channels, height, width; K refinement steps; D embedding.
"""

from stareid.model.build import FILTERS as FILTERS
from stareid.model.build import METHODS as METHODS
from stareid.model.build import READINGS as READINGS
from stareid.model.build import RECIPES as RECIPES
from stareid.model.build import build as build
from stareid.model.build import check as check
