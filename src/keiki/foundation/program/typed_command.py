"""How a person types Keiki's commands here: ``./keiki`` or the way to it in a clone, ``keiki`` where it is installed.

Usage lines and sentences name commands by it, so that what they name can be typed as it stands. Documents write
``./keiki``; README says once that an installed Keiki is typed without ``./``.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "KEIKI_COMMAND"
"""Set by the script ``keiki`` of a clone: how that script was called."""
CLONE = Path(__file__).parents[4]
"""The folder of the clone, if this is one."""


def in_clone() -> bool:
    """Whether the program runs from a clone, with tests and documents beside it."""
    return (CLONE / "keiki").is_file() and (CLONE / "tests").is_dir()


def typed(words: str) -> str:
    """Return the command line of ``words``, such as ``office --data DIR init``, as it is typed here."""
    return f"{os.environ.get(VARIABLE) or ('./keiki' if in_clone() else 'keiki')} {words}"
