import resource
import subprocess
import sys

import pytest

SCRIPT = """
import resource, torch
from stareid.training.memory import keep_memory

assert not {kept} or keep_memory()
for step in range(30):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(12, 2**20)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(kept: bool) -> int:
    """The pages that the system had to hand out for the last of thirty equal blocks of 48 MB.

    At first what was freed may lack the few bytes by which a block is aligned: it takes some steps until a
    gap is large enough, and stays.
    """
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(kept=kept)], capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux alone is known")
def test_kept_memory_is_not_asked_for_again() -> None:
    pages = 48 * 2**20 // resource.getpagesize()
    assert faults(kept=True) < 0.05 * pages
    assert faults(kept=False) > 0.5 * pages
