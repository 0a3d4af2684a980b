"""Reading one foreign cell in Keiki's terms, or saying why it cannot be: the kind, and a sentence in both languages.

The rules are the office's for single rows (``docs/sources.md``): codes match exactly but for blanks around them, dates
and times are read by ``keiki.domain.linkage.times``, text must be legible and not empty. Nothing is guessed.
"""

from __future__ import annotations

from enum import StrEnum

from keiki.domain.linkage.masking import is_legible, mask
from keiki.domain.linkage.terms import Kind, Text, Value
from keiki.domain.linkage.times import TimeFormatError, read_date, read_moment
from keiki.planning.linking.configuration import FactColumn

BLANKS = " \u3000"


class Unreadable(StrEnum):
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

    def __init__(self, kind: Unreadable, ja: str, en: str) -> None:
        self.kind = kind
        self.reason: Text = (ja, en)
        super().__init__(en)


def read_cell(fact: FactColumn, cell: str | None) -> Value:
    """Return the fact's value; ``None`` where the owner says that there is none. Raises :class:`UnreadableError`."""
    text = "" if cell is None else cell.strip(BLANKS)
    if text in fact.none:
        return None
    if fact.codes is None:
        return _plain(fact, cell, text)
    if text not in fact.codes:
        raise UnreadableError(
            Unreadable.CODE,
            f"対応表にないコード「{mask(cell)}」です。推測はしません。",
            f"the code {mask(cell)!r} is not in the source's table: it is not guessed",
        )
    return fact.codes[text]


def _plain(fact: FactColumn, cell: str | None, text: str) -> Value:
    term = fact.term
    try:
        if fact.format is not None:
            return (read_moment if term.kind is Kind.MOMENT else read_date)(cell, fact.format)
        value: Value = _whole(text) if term.kind is Kind.INTEGER else text
    except ValueError as error:
        plain = str(error) if isinstance(error, TimeFormatError) else "not a whole number: check the column"
        raise UnreadableError(Unreadable.FORMAT, f"{term.ja}として読めない値です。", plain) from None
    if not is_legible(text):
        raise UnreadableError(
            Unreadable.ILLEGIBLE,
            f"{term.ja}に読めない文字があります。",
            f"{term.en} has characters that cannot be read",
        )
    if text == "":
        raise UnreadableError(Unreadable.EMPTY, f"{term.ja}が空です。", f"{term.en} is empty")
    return value


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) >= 1 << 31:
        raise ValueError
    return number
