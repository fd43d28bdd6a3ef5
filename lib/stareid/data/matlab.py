"""The MATLAB files in which splits and tracks come."""

from pathlib import Path

import numpy as np
from scipy.io import loadmat

from stareid.data.listing import printable
from stareid.errors import InputError


def read_matrix(file: Path, key: str) -> np.ndarray:
    """The matrix of whole numbers under `key`; InputError naming the file when it does not hold one."""
    try:
        matrix = np.asarray(loadmat(file)[key])
        if matrix.dtype.kind not in "iuf" or matrix.ndim != 2:
            raise ValueError(f"{key} is {matrix.dtype} of shape {matrix.shape}")
    except Exception as error:  # scipy names no errors for broken files: IndexError is one of many
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{printable(file)} cannot be read with the key {key} ({printable(reason)}): copy it again."
        ) from error
    return matrix.astype(int)
