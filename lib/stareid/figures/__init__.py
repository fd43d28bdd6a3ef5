"""Figures, tables and sentences from results and recorded arrays: never from a model, and without torch.

results/*.json, AttentionRecord, Dataset -> Figure | DataFrame | text -> notebooks -> book
"""

from stareid.figures import ablation as ablation
from stareid.figures import attention as attention
from stareid.figures import curves as curves
from stareid.figures import ranked as ranked
from stareid.figures import sequences as sequences
from stareid.figures import style as style
from stareid.figures import wording as wording
from stareid.figures.explorer import browse as browse
from stareid.figures.explorer import explore as explore
