"""Showing that a value was wrong without showing the value.

A row that does not fit its mapping may hold anything, a customer's name in a shifted column among it. What is reported
is the value's shape: digits as 9, capital letters as A, small ones as a, half-width katakana as ｱ, every other letter
as 字; punctuation stays. Codes of one or two ASCII or half-width characters are shown, since an owner's code is useless
without them and nobody's name is that short in them.
"""

from __future__ import annotations

import unicodedata

_LIMIT = 24
_SHOWN = 2


def is_legible(text: str) -> bool:
    """Say whether a text has only characters that print: no control, unassigned or private-use ones, no U+FFFD."""
    return "\ufffd" not in text and text.replace("\u3000", " ").isprintable()


def mask(value: object) -> str:
    """Return the shape of ``value`` (at most 24 characters), or "(empty)"."""
    if value is None:
        return "(empty)"
    text = str(value)
    if not text.strip():
        return "(empty)"
    if len(text) <= _SHOWN and all(char.isascii() or "\uff61" <= char <= "\uff9f" for char in text):
        return text if text.isprintable() else "(control)"
    shape = "".join(_shape(char) for char in text[:_LIMIT])
    return shape if len(text) <= _LIMIT else f"{shape}… ({len(text)} characters)"


def _shape(char: str) -> str:
    if "\uff61" <= char <= "\uff9f":
        return "ｱ"
    category = unicodedata.category(char)
    if category == "Nd":
        return "9"
    if category == "Lu" and char.isascii():
        return "A"
    if category == "Ll" and char.isascii():
        return "a"
    if category[0] in "PZS":
        return char if char.isprintable() else " "
    return "字"
