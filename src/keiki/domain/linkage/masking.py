"""Showing that a value was wrong without showing the value.

A row that does not fit its mapping may hold anything, a customer's name in a shifted column among it. What is reported
is the value's shape: digits as 9, capital letters as A, small ones as a, half-width katakana as ｱ, every other letter
as 字; punctuation stays. Codes of one or two ASCII or half-width characters are shown, since an owner's code is useless
without them and nobody's name is that short in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_LIMIT = 24
_SHOWN = 2
_REMEMBERED = 4096


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
    shape = text[:_LIMIT].translate(_SHAPES)
    return shape if len(text) <= _LIMIT else f"{shape}… ({len(text)} characters)"


def masked(contact: Mapping[str, str]) -> dict[str, str]:
    """Mask a customer's data for lists: enough to see that a record is there and which of two it may be, not whose.

    The first character of name and kana, the municipality of the address, the first character and the host of the
    e-mail, the last four digits of the phone; of everything else the shape alone.
    """
    return {name: _MASKS.get(name, mask)(value) for name, value in contact.items()}


def _first(text: str) -> str:
    return text[:1] + "".join(char if char.isspace() else "○" for char in text[1:])


def _municipality(text: str) -> str:
    found = _MUNICIPALITY.match(text)
    return f"{found[0] if found else ''}＊＊＊"


def _mailbox(text: str) -> str:
    name, _, host = text.partition("@")
    return f"{name[:1]}***@{host}" if host else "***"


def _last_four(text: str) -> str:
    digits = "".join(char for char in text if char.isdigit())
    return f"***-{digits[-4:]}" if len(digits) > 8 else "***"


_MUNICIPALITY = re.compile(r"(?:.{2,3}?[都道府県])?.{1,7}?[市区町村]")
_MASKS: dict[str, Callable[[str], str]] = {
    "name": _first,
    "kana": _first,
    "address": _municipality,
    "email": _mailbox,
    "phone": _last_four,
}


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


class _Shapes(dict[int, str]):
    """The shape of each character by its number; the first few thousand are remembered."""

    def __missing__(self, number: int) -> str:
        shape = _shape(chr(number))
        if len(self) < _REMEMBERED:
            self[number] = shape
        return shape


_SHAPES = _Shapes()
