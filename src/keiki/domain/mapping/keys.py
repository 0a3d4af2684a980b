"""How owners write the 22-digit supply point number in their key columns.

Each format writes a number for a query and reads it back from a row, strictly: a key that is not written in the
source's own way is an error of the row, never repaired. A number stored as an integer has lost its leading zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from keiki.domain.supply_point import SupplyPoint, SupplyPointError, spreadsheet_damage, without_formula
from keiki.foundation.text.spellings import plain

_TO_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_TO_HALF = str.maketrans("０１２３４５６７８９", "0123456789")
_HYPHENATED = re.compile(r"[0-9]{2}(?:-[0-9]{4}){5}")
_FULL_WIDTH = re.compile(r"[０-９]{22}")
_WITHOUT_ZERO = re.compile(r"[1-9][0-9]{20,21}")
_BARE = re.compile(r"[0-9]{22}")


@dataclass(frozen=True)
class KeyFormat:
    """One way of writing the number; ``prefix`` is what stands before it in the source's column."""

    name: str
    prefix: str = ""

    def __post_init__(self) -> None:
        if self.name not in _FORMS:
            raise ValueError(f"unknown key format {self.name!r}: choose one of {', '.join(_FORMS)}")

    def write(self, point: SupplyPoint) -> str:
        """Return the number as the source writes it."""
        return self.prefix + _FORMS[self.name].write(point)

    def read(self, text: str) -> SupplyPoint:
        """Return the supply point of a key column's text (trailing blanks of a fixed-width column are dropped).

        Raises :class:`SupplyPointError` when the text is not written in this format; the message has no digit of it.
        """
        form = _FORMS[self.name]
        body = text.rstrip(" \u3000")
        if damage := spreadsheet_damage(body.removeprefix(self.prefix)):
            raise SupplyPointError(*damage)
        if not body.startswith(self.prefix):
            raise SupplyPointError(
                f"キーが「{self.prefix}」で始まっていません。データ元のキー形式の設定を確かめてください",
                f"the key does not begin with {self.prefix!r}: check the source's key format",
            )
        body = body[len(self.prefix) :]
        if not form.pattern.fullmatch(body):
            raise SupplyPointError(
                f"キーが「{self.name}」の形で書かれていません。データ元のキー形式の設定を確かめてください",
                f"the key is not written as {self.name!r}: check the source's key format",
            )
        return SupplyPoint(form.bare(body))


def read_any_format(text: str) -> SupplyPoint:
    """Return the supply point of a text in whichever of the formats and spellings; raises :class:`SupplyPointError`.

    No text is written in two formats that mean different points.
    """
    bare = plain(without_formula(text))
    if damage := spreadsheet_damage(bare):
        raise SupplyPointError(*damage)
    for name in _FORMS:
        try:
            return KeyFormat(name).read(bare)
        except SupplyPointError:
            continue
    raise SupplyPointError(
        f"供給地点特定番号が{'・'.join(_FORMS)}のどの形式でもありません。",
        f"the number is written in none of the formats {', '.join(_FORMS)}: correct it",
    )


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    write: Callable[[SupplyPoint], str]
    bare: Callable[[str], str]


_FORMS: dict[str, _Form] = {
    "bare": _Form(_BARE, lambda point: point.number, lambda text: text),
    "hyphenated": _Form(_HYPHENATED, str, lambda text: text.replace("-", "")),
    "full_width": _Form(
        _FULL_WIDTH, lambda point: point.number.translate(_TO_FULL), lambda text: text.translate(_TO_HALF)
    ),
    "zero_lost": _Form(_WITHOUT_ZERO, lambda point: str(int(point.number)), lambda text: text.zfill(22)),
}
KEY_FORMATS = tuple(_FORMS)
"""The names of the formats that a source may write its key in."""
