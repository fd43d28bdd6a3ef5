"""What the study costs, as ratios of two things that were measured in the same run: `make bench`."""

from stareid.bench.measure import NAMES as NAMES
from stareid.bench.measure import bench as bench
from stareid.bench.scale import Scale as Scale
