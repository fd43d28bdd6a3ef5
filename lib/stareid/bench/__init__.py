"""What the study costs, as ratios of two things that were measured in the same run: `make bench`."""

from stareid.bench.measure import bench as bench
from stareid.bench.report import MEANINGS as MEANINGS
from stareid.bench.scale import Scale as Scale
