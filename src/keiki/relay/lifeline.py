"""Become another program that ends when the process that started it ends, even by ``kill -9``.

Run as a script: ``lifeline.py PARENT PROGRAM ARGUMENT...``. The kernel is asked to send SIGTERM at the parent's death
(Linux ``PR_SET_PDEATHSIG``, which survives ``exec``), then the program takes the place of this script. A parent that
died before the request is noticed by its number.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie this process to ``arguments[0]``, a process number, and execute the rest."""
    parent, program = int(arguments[0]), arguments[1:]
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM)) != 0:
        raise OSError(ctypes.get_errno(), "the kernel does not tie this process to its parent (Linux is needed)")
    if os.getppid() != parent:
        sys.exit("the parent is gone already")
    os.execv(program[0], program)  # noqa: S606 - no shell, and the program is the caller's own


if __name__ == "__main__":
    main(sys.argv[1:])
