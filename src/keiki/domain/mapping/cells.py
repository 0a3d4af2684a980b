"""Reading one foreign cell in Keiki's terms, or saying why it cannot be: the kind, and a sentence in both languages.

Codes match exactly but for blanks around them, dates and times are read by ``keiki.domain.mapping.times``, text must be
legible and not empty. Nothing is guessed, and a value is repeated by its shape only.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum

from keiki.domain.linkage.masking import is_legible, mask
from keiki.domain.linkage.record import JST
from keiki.domain.linkage.shared_units import UNIT_NUMBERS
from keiki.domain.linkage.terms import FactType, Text, Value
from keiki.domain.mapping.columns import FactColumn
from keiki.domain.mapping.times import TimeFormatError
from keiki.foundation.text.spellings import INVISIBLE

BLANKS = " \u3000"
"""What is ignored around a cell."""
_NOTHING_INVISIBLE = str.maketrans(dict.fromkeys(INVISIBLE))
"""Invisible characters belong to no serial number: a copy from a web page has them."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
LONGEST_TEXT = 1000
"""Characters of a value that is taken as it stands."""
FURTHEST_AHEAD = timedelta(days=366)
"""How long after the question the date of something done may lie: construction is entered when it is planned."""
_MOST = (1 << 31) - 1


class CellRejection(StrEnum):
    """Why a cell was rejected."""

    MALFORMED = "malformed"
    KEY = "key"
    AS_OF = "as-of"
    CODE = "unknown-code"
    FORMAT = "format"
    ILLEGIBLE = "illegible"
    EMPTY = "empty"
    CONTRADICTING = "contradicting"
    UNKNOWN_POINT = "unknown-point"


class UnreadableError(ValueError):
    """A cell that is not what its mapping says. ``reason`` repeats the value only by its shape."""

    def __init__(self, kind: CellRejection, ja: str, en: str) -> None:
        self.kind = kind
        self.reason: Text = (ja, en)
        super().__init__(en)


def read_fact(column: FactColumn, cell: object) -> Value:
    """Return the fact's value; ``None`` where the owner says that there is none. Raises :class:`UnreadableError`."""
    text = as_text(cell).strip(BLANKS)
    if text in column.none:
        return None
    if column.codes is None:
        if column.term.name in UNIT_NUMBERS:
            text = text.translate(_NOTHING_INVISIBLE).strip(BLANKS)
        return _plain(column, cell, text)
    if text not in column.codes:
        raise UnreadableError(
            CellRejection.CODE,
            f"対応表にないコード「{mask(cell)}」です。推測はしません。",
            f"the code {mask(cell)!r} is not in the source's table: it is not guessed",
        )
    return column.codes[text]


def refuse_ahead(column: FactColumn, value: Value, asked_at: datetime) -> None:
    """Raise :class:`UnreadableError` where what is done is said to be done long after ``asked_at``: a slip of the year.

    Work that is planned is entered ahead, so a year is allowed.
    """
    if not column.term.done or not isinstance(value, date):
        return
    latest = asked_at.astimezone(JST) + FURTHEST_AHEAD
    if value > (latest if isinstance(value, datetime) else latest.date()):
        raise UnreadableError(
            CellRejection.FORMAT,
            f"{column.term.ja}が1年より先になっています。年や元号の書き間違いではないか、所有者に確認してください。",
            f"{column.term.en} lies more than a year ahead: ask its owner whether year and era are right",
        )


def as_text(cell: object) -> str:
    """Return a cell as a text; raises :class:`UnreadableError` for one that is not a single value."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (list, tuple, set, dict)):
        raise UnreadableError(
            CellRejection.FORMAT,
            "一つの値ではなく、値の並びです。問合せまたはファイルの列を確認してください。",
            "the cell is not one value but a list: have the query or the file give one value",
        )
    return str(cell)


def _plain(column: FactColumn, cell: object, text: str) -> Value:
    term = column.term
    if column.format is None and isinstance(cell, (bytes, bytearray, memoryview, float)):
        raise UnreadableError(
            CellRejection.FORMAT,
            f"{term.ja}が文字ではありません。",
            f"{term.en} is not a text: have the query make it one",
        )
    try:
        if column.format is not None:
            return column.format.moment(cell) if term.kind is FactType.MOMENT else column.format.date(cell)
        value: Value = _whole(text) if term.kind is FactType.INTEGER else text
    except ValueError as error:
        plain = str(error) if isinstance(error, TimeFormatError) else "not a whole number: check the column"
        raise UnreadableError(
            CellRejection.FORMAT, f"{term.ja}として読めない値です。列とその形式を確認してください。", plain
        ) from None
    if not is_legible(text):
        raise UnreadableError(
            CellRejection.ILLEGIBLE,
            f"{term.ja}に読めない文字があります。",
            f"{term.en} has characters that cannot be read",
        )
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(
            CellRejection.ILLEGIBLE,
            f"{term.ja}が長すぎます({LONGEST_TEXT}文字まで)。",
            f"{term.en} is longer than {LONGEST_TEXT} characters: check the column",
        )
    if text == "":
        raise UnreadableError(CellRejection.EMPTY, f"{term.ja}が空です。", f"{term.en} is empty")
    return value


def _whole(text: str) -> int:
    """Return a whole number of 32 bits."""
    plain = unicodedata.normalize("NFKC", text)
    if not _WHOLE.fullmatch(plain) or abs(int(plain)) > _MOST:
        raise ValueError
    return int(plain)
