"""Values and unit ids as people write them: in full-width letters, with blanks, as a spreadsheet saved them.

What is written is read as the catalogue has it wherever only one thing can be meant, so that nobody's unit is replaced
because its id was typed with another hyphen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from keiki.domain.units import Need, Value

_WORDS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}
_WHOLE = re.compile(r"(\d+)(?:\.0*)?")
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


def plain(text: str) -> str:
    """``text`` with half-width letters, digits and hyphens, and no blanks around it."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip()


def parse_value(need: Need, written: object) -> Value | None:
    """Return a need's value as the catalogue has it, or None if it is not one."""
    value: Any = written
    if isinstance(value, str) and value not in need.values:
        value = plain(value)
    if isinstance(value, str) and need.type == "bool":
        value = _WORDS.get(value.lower())
    elif isinstance(value, str) and need.type == "int":
        whole = _WHOLE.fullmatch(value)
        value = int(whole[1]) if whole else None
    elif isinstance(value, float | Decimal) and need.type == "int" and value % 1 == 0:
        value = int(value)
    elif need.type == "bool" and type(value) is int and value in (0, 1):
        value = bool(value)
    return next((known for known in need.values if type(known) is type(value) and known == value), None)
