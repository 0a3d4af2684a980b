"""How what a person types is spelled the way an owner writes it: numbers in one form, addresses in the few there are.

A number (a customer's, a unit's serial) has one spelling: no blanks, one kind of hyphen, capital letters, in half width
or, where the owner writes so, in full width. An address is as its owner spells it, so a part of one is tried as typed
and with katakana in the other width, and with digits in the owner's width or, where that is not known, in both; blanks
may be anything, also nothing.
"""

from __future__ import annotations

import re
import unicodedata

from keiki.foundation.text.spellings import comparable, plain

ESCAPE = "!"
"""What stands before a character of a LIKE pattern that is meant as itself."""
FEWEST = 2
"""How many letters or digits a part of an address has at least: fewer would be everybody's."""

_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_FULL = str.maketrans(_ASCII, "".join(chr(ord(char) + 0xFEE0) for char in _ASCII))
_DIGITS_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_DIGITS_HALF = str.maketrans("０１２３４５６７８９", "0123456789")
_UNIT_NUMBER = re.compile("[A-Z0-9]+")
_HALF_KANA = re.compile("[\uff66-\uff9f]+")
_KANA = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_MARKS = {"\u3099": "\uff9e", "\u309a": "\uff9f"}


def number_spelling(text: str, *, full_width: bool = False) -> str:
    """Return a typed number as the owner writes it; empty where nothing but blanks was typed."""
    half = "".join(plain(_printing(text)).upper().split())
    return half.translate(_FULL) if full_width else half


def serial_spellings(text: str, *, full_width: bool = False) -> tuple[str, ...]:
    """Return what an owner is asked for who compares letter by letter: the plain number, as it stands, no hyphens."""
    spelled = number_spelling(text, full_width=full_width)
    if not spelled:
        return ()
    return tuple(
        dict.fromkeys((spelled, _printing(text).strip(), number_spelling(unit_number(text), full_width=full_width)))
    )


def unit_number(serial: str) -> str:
    """Return what every spelling of one unit's serial number has in common: in capitals and half width, no hyphens.

    Two serial numbers are the same unit's where this is the same. Never empty where ``serial`` is not.
    """
    if _UNIT_NUMBER.fullmatch(serial):
        return serial
    same = comparable(serial).upper()
    return same.replace("-", "") or same or serial


def address_patterns(text: str, *, full_width: bool | None = None) -> tuple[str, ...]:
    """Return the LIKE patterns, each once, that find a typed part of an address; none where it is too short.

    ``full_width`` says how the owner writes digits (``None``: it is not known). ``%``, ``_`` and ``!`` that were typed
    are escaped with :data:`ESCAPE`, and a backslash means itself.
    """
    words = _printing(text).split()
    if sum(char.isalnum() for word in words for char in word) < FEWEST:
        return ()
    kana = (words, [_wide_kana(word) for word in words], [_half_kana(word) for word in words])
    widths = [{}, _DIGITS_HALF, _DIGITS_FULL] if full_width is None else [_DIGITS_FULL if full_width else _DIGITS_HALF]
    spellings = ([word.translate(width) for word in each] for width in widths for each in kana)
    return tuple(dict.fromkeys("%" + "%".join(map(_escaped, spelling)) + "%" for spelling in spellings))


def _printing(text: str) -> str:
    """Leave out control characters, which no owner holds and some databases refuse."""
    return "".join(char for char in text if char.isprintable() or char.isspace())


def _escaped(word: str) -> str:
    return re.sub(r"[%_!]", lambda found: ESCAPE + found[0], word)


def _wide_kana(word: str) -> str:
    return _HALF_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), word)


def _half_kana(word: str) -> str:
    """Write katakana in half width, voiced marks apart; all else stays, a long vowel's mark only beside katakana."""
    return re.sub(
        r"[ァ-ヺ][ァ-ヺー・]*", lambda kana: "".join(map(_narrow, unicodedata.normalize("NFD", kana[0]))), word
    )


def _narrow(char: str) -> str:
    return _MARKS.get(char) or _KANA.get(char, char)
