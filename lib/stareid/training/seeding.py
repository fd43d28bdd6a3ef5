"""Randomness as an argument: every stream of a run follows from its seed and its split."""

import numpy as np
import torch

STREAMS = ("weights", "batches")


def stream_seed(seed: int, split: int, stream: str) -> int:
    """A 63-bit seed of its own for each (seed, split, stream)."""
    state = np.random.SeedSequence([seed, split, STREAMS.index(stream)]).generate_state(1, np.uint64)[0]
    return int(state >> np.uint64(1))


def generator(seed: int, split: int, stream: str) -> torch.Generator:
    """A generator on the CPU for one stream of a run."""
    return torch.Generator().manual_seed(stream_seed(seed, split, stream))
