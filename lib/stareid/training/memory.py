"""Memory that stays: the blocks that one step frees are those that the next one takes."""

import ctypes
import sys

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4  # parameters of glibc's mallopt(3)


def keep_memory() -> bool:
    """Keep freed memory in this process instead of giving it back to the system; False where that is unknown.

    A step of training frees what it needed and asks for the same again. glibc returns blocks of more than
    32 MB at once, and the system then hands out the same pages anew, zeroed, at every step.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return all(mallopt(*pair) for pair in ((MMAP_MAX, 0), (TRIM_THRESHOLD, 2**31 - 1), (TOP_PAD, 64 * 2**20)))
