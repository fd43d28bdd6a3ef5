"""Evaluation: embed sequences, measure distances, rank the gallery. Knows no training."""

from stareid.evaluation.attention import AttentionRecord as AttentionRecord
from stareid.evaluation.attention import record_attention as record_attention
from stareid.evaluation.distance import euclidean as euclidean
from stareid.evaluation.embed import embed as embed
from stareid.evaluation.histogram import rank_by_colour as rank_by_colour
from stareid.evaluation.histogram import striped_histogram as striped_histogram
from stareid.evaluation.protocols import DEFAULT as DEFAULT
from stareid.evaluation.protocols import MARS_HITS as MARS_HITS
from stareid.evaluation.protocols import MARS_OFFICIAL as MARS_OFFICIAL
from stareid.evaluation.protocols import MARS_WITHOUT_PROBES as MARS_WITHOUT_PROBES
from stareid.evaluation.protocols import MARS_WITHOUT_PROBES_TRAPEZOID as MARS_WITHOUT_PROBES_TRAPEZOID
from stareid.evaluation.protocols import PROTOCOLS as PROTOCOLS
from stareid.evaluation.protocols import TRACK_PROTOCOLS as TRACK_PROTOCOLS
from stareid.evaluation.protocols import Protocol as Protocol
from stareid.evaluation.protocols import TrackProtocol as TrackProtocol
from stareid.evaluation.ranking import RANKS as RANKS
from stareid.evaluation.ranking import cmc as cmc
from stareid.evaluation.ranking import cmc_of_ranks as cmc_of_ranks
from stareid.evaluation.ranking import mean_average_precision as mean_average_precision
from stareid.evaluation.ranking import true_match_ranks as true_match_ranks
from stareid.evaluation.threshold import equal_error_threshold as equal_error_threshold
from stareid.evaluation.tracks import Labels as Labels
from stareid.evaluation.tracks import TrackRanking as TrackRanking
from stareid.evaluation.tracks import rank_tracks as rank_tracks
