"""Means over splits, their spread, and intervals that know that splits overlap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats


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


def corrected_t_test(differences: Sequence[float], test_over_train: float = 1.0) -> float:
    r"""Two-sided p of paired differences over overlapping splits (Nadeau and Bengio 2003); NaN for one.

    $t = \bar d / \mathrm{se}$ with the corrected error and $J - 1$ degrees of freedom; `test_over_train=0` is
    the plain paired test, which takes the splits for independent. Without any spread p is 0, or 1 at zero.
    """
    mean, count = float(np.mean(differences)), len(differences)
    if count < 2:
        return math.nan
    error = corrected_error(differences, test_over_train)
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(abs(mean) / error, count - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction: how small p is when the smallest of so many was bound to be small.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    factors = len(p_values) - np.arange(len(p_values))
    steps = np.minimum(1, np.maximum.accumulate(np.asarray(p_values)[order] * factors))
    adjusted = np.empty(len(p_values))
    adjusted[order] = steps
    return [float(p) for p in adjusted.round(12)]


def detectable(
    deviation: float, splits: int, *, power: float = 0.8, level: float = 0.05, test_over_train: float = 1.0
) -> float:
    r"""The smallest true difference that the corrected test finds with probability `power`.

    `deviation` is that of the paired differences over the splits. With $\delta$ the difference over its
    corrected error, the statistic is $(z + \delta) / \sqrt{\chi^2_{J-1} / (J-1)}$. The power is
    its probability beyond $t_{1 - \alpha/2}$, a normal one averaged over chi squared, solved for $\delta$.
    Raises ValueError for fewer than 2 splits.
    """
    if splits < 2:
        raise ValueError(f"a difference over {splits} splits has no spread: at least 2 are needed.")
    freedom = splits - 1
    levels = (np.arange(10_000) + 0.5) / 10_000
    critical = stats.t.ppf(1 - level / 2, freedom) * np.sqrt(stats.chi2.ppf(levels, freedom) / freedom)

    def missing(shift: float) -> float:
        return float(stats.norm.sf(critical - shift).mean()) - power

    error = deviation * math.sqrt(1 / splits + test_over_train)
    return float(optimize.brentq(missing, 0, 100)) * error
