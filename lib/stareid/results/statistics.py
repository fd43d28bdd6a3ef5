"""Means over splits, their spread, and intervals that know that splits overlap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Summary:
    """Mean, standard deviation (n - 1) and half-width of the 95 % interval of values over splits."""

    mean: float
    deviation: float
    half_width: float
    count: int


def corrected_error(values: Sequence[float], test_over_train: float = 1.0) -> float:
    r"""Standard error of a mean over overlapping random splits (Nadeau and Bengio 2003).

    $$\sqrt{\left(\tfrac1J + \tfrac{n_\mathrm{test}}{n_\mathrm{train}}\right) s^2}$$

    where the plain error has $1/J$ alone; for halves of the people the second term is 1.
    """
    return math.sqrt((1 / len(values) + test_over_train) * float(np.var(values, ddof=1)))


def summarise(values: Sequence[float], test_over_train: float = 1.0, confidence: float = 0.95) -> Summary:
    """Mean, deviation and corrected interval of one figure over splits; one value has no spread (NaN)."""
    count = len(values)
    if count < 2:
        return Summary(float(np.mean(values)), math.nan, math.nan, count)
    quantile = float(stats.t.ppf((1 + confidence) / 2, count - 1))
    error = corrected_error(values, test_over_train)
    return Summary(float(np.mean(values)), float(np.std(values, ddof=1)), quantile * error, count)
