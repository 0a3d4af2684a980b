"""A need's value as people write it: in full-width letters, with blanks, as a spreadsheet or a data frame saved it.

What is written is read as the catalogue has it wherever only one thing can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from keiki.domain.units import Need, Value
from keiki.foundation.text.spellings import Spellings, plain

_WORDS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
_WHOLE = re.compile(r"(\d{1,18})(?:\.0*)?", re.ASCII)


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
    elif isinstance(value, str):
        value = Spellings(str(known) for known in need.values).find(value)
    elif isinstance(value, float | Decimal) and need.type != "string" and value % 1 == 0:
        value = int(value)
    if need.type == "bool" and type(value) is int and value in (0, 1):
        value = bool(value)
    return next((known for known in need.values if type(known) is type(value) and known == value), None)
