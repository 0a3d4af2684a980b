"""The peak memory of a process, without what the process that started it had.

``ru_maxrss`` will not do: Linux carries the parent's peak over into the program that a child starts.
"""

from __future__ import annotations

from pathlib import Path


def peak_mib() -> float:
    """The peak resident memory of this process since its program was started, in MiB (Linux, ``VmHWM``)."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
