"""Ratios of two durations, measured in turns so that a machine that slows down slows both."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(works: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """The seconds of each of `works`, one after the other, `repeats` times: a list for each of them."""
    for work in works:  # once for nothing: the first time pays for memory, plans and caches
        work()
    rounds = [[seconds(work) for work in works] for _ in range(repeats)]
    return [list(times) for times in zip(*rounds, strict=True)]


def ratio(numerators: Iterable[float], denominators: Iterable[float]) -> dict[str, Any]:
    """The ratio of every pair, its median and spread, and the medians of what was divided."""
    above, below = list(numerators), list(denominators)
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    return {
        "median": rounded(statistics.median(ratios)),
        "min": rounded(min(ratios)),
        "max": rounded(max(ratios)),
        "n": len(ratios),
        "numerator": rounded(statistics.median(above)),
        "denominator": rounded(statistics.median(below)),
    }


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")
