"""When the attention is strong, and how unevenly it is spread at all."""

import numpy as np
from scipy import stats

VARIES = 0.1  # change of the visible fraction from which on a sequence has an occlusion to tell of
EVEN = 1e-4  # weights closer together than this, in multiples of the uniform one, are all the same


def agreement(weights: np.ndarray, visible: np.ndarray) -> float | None:
    """Rank correlation (Spearman) of the frames' weights (T,) with their visible fractions (T,).

    None where there is nothing to order: the person is equally visible throughout, or all weights are equal.
    """
    if np.ptp(visible) <= VARIES or np.ptp(weights) * len(weights) <= EVEN * weights.sum():
        return None
    return float(stats.spearmanr(weights, visible).statistic)


def entropy(shares: np.ndarray) -> float:
    r"""Normalised entropy of non-negative numbers of any shape, which are made to sum to one.

    $$-\frac{1}{\log n} \sum_i p_i \log p_i$$

    1 for uniform shares (nothing is attended to), 0 when all lies in one place. One number alone has 1.
    """
    if shares.size == 1:
        return 1.0
    p = shares.ravel() / shares.sum()
    return float(stats.entropy(p) / np.log(p.size))
