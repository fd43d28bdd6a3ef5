"""Where the cells of a map lie on the frame: see `stareid.geometry`, which measurements share."""

from stareid.geometry import Record as Record
from stareid.geometry import cell_edges as cell_edges
from stareid.geometry import centres as centres
from stareid.geometry import edges as edges
