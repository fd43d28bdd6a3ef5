"""Does an attention map mean anything? What is measured of a network on people that it has never seen.

clips + maps -> spatial (where), temporal (when, how unevenly), faithfulness (does it matter) -> `measure`
"""

from stareid.evaluation.evidence.faithfulness import REMOVED as REMOVED
from stareid.evaluation.evidence.measure import measure as measure
from stareid.evaluation.evidence.measure import settings as settings

CONTROLS = ("trained", "random", "shuffled")  # whose attention is measured: see `stareid.evidence`
