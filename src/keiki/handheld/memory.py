"""What the device can do so that a secret does not outlive its use, and what it cannot.

Core dumps are switched off, and the opened credential is referred to by one frame only, which drops it. Python cannot
promise more: its strings cannot be overwritten, the collector may have moved copies, and the kernel may swap pages. A
device that leaves the house has an encrypted disk and no swap (``docs/operations/handheld.md``).
"""

from __future__ import annotations

import gc
import resource


def forbid_core_dumps() -> None:
    """Set the limit for core files to zero, for this process and what it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sweep() -> None:
    """Collect what was made lately and is no longer referred to, so that its memory is used again soon."""
    gc.collect(1)
