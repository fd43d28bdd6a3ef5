import resource
import subprocess
import sys

import pytest

SCRIPT = """
import resource, torch
from stareid.training.memory import keep_memory

assert not {kept} or keep_memory()
for step in range(4):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(12, 2**20)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(kept: bool) -> int:
    """The pages that the system had to hand out for the last of four equal blocks of 48 MB."""
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(kept=kept)], capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library of Linux alone is known")
def test_kept_memory_is_not_asked_for_again() -> None:
    pages = 48 * 2**20 // resource.getpagesize()
    # Not every time: the system may have put something right behind the heap, which then cannot grow.
    assert any(faults(kept=True) < 0.05 * pages for _ in range(12))
    assert faults(kept=False) > 0.5 * pages
