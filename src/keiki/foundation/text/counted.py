"""A number with its noun in English: one row, two rows. Japanese has no such ending."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """Return ``number`` with ``one`` or ``many``, which is ``one`` with an s where nothing is said."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
