"""Turning foreign rows into facts. What does not fit is rejected with source, row, column and the value masked.

A row without a readable key or as-of time is rejected whole; an unknown code or unreadable value costs that fact alone.
Nothing is guessed: codes match exactly, but for blanks around them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

from keiki.domain.linkage.keys import KeyFormat
from keiki.domain.linkage.masking import is_legible, mask
from keiki.domain.linkage.record import Fact, Records, Reject, Row
from keiki.domain.linkage.terms import Kind, Text, Value
from keiki.domain.linkage.times import TimeFormatError, read_date, read_moment
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.sources.configuration import FactColumn, SourceConfiguration

ForeignRow = Mapping[str, object]
V = TypeVar("V")
MOST_KNOWN = 4096
"""How many dates or times of a column are remembered: an owner's days are few, their moments may be many."""


class _UnreadableError(ValueError):
    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason[1])


class RowReader:
    """Reads the rows of one source in Keiki's terms; made once for it, and may be used from many threads.

    It knows what most cells mean before they come: codes, words for "none", and the dates and times it has read before.
    """

    def __init__(self, source: SourceConfiguration) -> None:
        self._source = source
        self._times = _Known(partial(_as_of, source), {}, MOST_KNOWN)
        self._facts = [(column.term.name, column.column, _known_cells(column)) for column in source.facts]

    def read(self, point: SupplyPoint | None, rows: Sequence[ForeignRow], asked_at: datetime) -> Records:
        """Read ``rows``; ``asked_at`` goes with every fact.

        All rows must be about ``point``; for a survey of the whole source give ``None``.
        """
        source, good, rejects = self._source, list[Row](), list[Reject]()
        name, written = source.card.id, None if point is None else source.key.write(point)

        def reject(row: tuple[int, ForeignRow], column: str, terms: tuple[str, ...], error: _UnreadableError) -> None:
            rejects.append(_reject(source, row, column, terms, error.reason))

        for number, foreign in enumerate(rows, 1):
            row = (number, foreign)
            try:
                if written is None or foreign.get(source.key_column) != written:
                    _check_key(source.key, point, foreign, source.key_column)
            except _UnreadableError as error:
                reject(row, source.key_column, source.card.terms, error)
                continue
            try:
                as_of = self._times.read(_cell(foreign, source.as_of_column))
            except _UnreadableError as error:
                reject(row, source.as_of_column, source.card.terms, error)
                continue
            facts: dict[str, Fact] = {}
            for term, column, cells in self._facts:
                try:
                    facts[term] = Fact(term, cells.read(_cell(foreign, column)), name, as_of, asked_at)
                except _UnreadableError as error:
                    reject(row, column, (term,), error)
            good.append(Row(number, as_of, facts))
        return Records(tuple(good), tuple(rejects))


def read_rows(
    source: SourceConfiguration, point: SupplyPoint | None, rows: Sequence[ForeignRow], asked_at: datetime
) -> Records:
    """Read a source's rows once: see :meth:`RowReader.read`."""
    return RowReader(source).read(point, rows, asked_at)


class _Known(Generic[V]):
    """What cells of a column mean: those that are known, and a way to read any other."""

    def __init__(self, read: Callable[[object], V], known: Mapping[str, V], most: int) -> None:
        self._read, self._most = read, most
        self._known: dict[object, V] = dict(known.items())

    def read(self, cell: object) -> V:
        """Return the meaning; raises :class:`_UnreadableError`. Texts and whole numbers alone are remembered."""
        if type(cell) is not str and type(cell) is not int:
            return self._read(cell)
        try:
            return self._known[cell]
        except KeyError:
            value = self._read(cell)
            if self._most:
                self._remember(cell, value)
            return value

    def _remember(self, cell: object, value: V) -> None:
        if len(self._known) >= self._most:
            self._known.clear()  # old days would keep out today's; what is cleared is read again
        self._known[cell] = value


def _cell(foreign: ForeignRow, column: str) -> object:
    if column not in foreign:
        raise _UnreadableError(
            (
                "回答にこの列がないか、二つあります。query またはファイルの列を確認してください。",
                "the answer has no such column, or has it twice: check the query, or the file's columns",
            )
        )
    return foreign[column]


def _check_key(key: KeyFormat, point: SupplyPoint | None, foreign: ForeignRow, column: str) -> None:
    try:
        found = key.read(str(_cell(foreign, column)))
    except SupplyPointError as error:
        raise _UnreadableError((f"供給地点特定番号が{key.name}形式ではありません。", str(error))) from None
    if point is not None and found != point:
        raise _UnreadableError(
            ("別の供給地点の行です。query を確認してください。", "the row is another supply point's: check the query")
        )


def _as_of(source: SourceConfiguration, cell: object) -> datetime:
    try:
        return read_moment(cell, source.as_of_format)
    except TimeFormatError as error:
        raise _UnreadableError((f"基準時刻が{source.as_of_format}形式ではありません。", f"as of: {error}")) from None


def _known_cells(column: FactColumn) -> _Known[Value]:
    known: dict[str, Value] = {**(column.codes or {}), **dict.fromkeys(column.none)}
    return _Known(partial(_value, column), known, MOST_KNOWN if column.format else 0)


def _value(column: FactColumn, cell: object) -> Value:
    text = "" if cell is None else str(cell).strip(" \u3000")
    if text in column.none:
        return None
    if column.codes is not None:
        if text not in column.codes:
            raise _UnreadableError(
                (
                    f"対応表にないコード「{mask(cell)}」です。推測はしません。",
                    f"the code {mask(cell)!r} is not in the source's table: it is not guessed",
                )
            )
        return column.codes[text]
    return _plain(column, cell, text)


def _plain(column: FactColumn, cell: object, text: str) -> Value:
    if column.format is None and isinstance(cell, (bytes, bytearray, memoryview, float)):
        raise _UnreadableError(
            (f"{column.term.ja}が文字ではありません。", f"{column.term.en} is not a text: have the query make it one")
        )
    try:
        if column.format is not None:
            read = read_moment if column.term.kind is Kind.MOMENT else read_date
            return read(cell, column.format)
        value: Value = int(text) if column.term.kind is Kind.INTEGER else text
    except ValueError as error:
        plain = str(error) if isinstance(error, TimeFormatError) else "not a whole number: check the column"
        raise _UnreadableError((f"{column.term.ja}として読めない値です。", plain)) from None
    if not is_legible(text):
        raise _UnreadableError(
            (f"{column.term.ja}に読めない文字があります。", f"{column.term.en} has characters that cannot be read")
        )
    if text == "":
        raise _UnreadableError((f"{column.term.ja}が空です。", f"{column.term.en} is empty"))
    return value


def _reject(
    source: SourceConfiguration, row: tuple[int, ForeignRow], column: str, terms: tuple[str, ...], reason: Text
) -> Reject:
    number, foreign = row
    masked = mask(foreign.get(column))
    place_ja = f"{source.card.owner[0]}の{number}行目 {column}"
    place_en = f"{source.card.id}, row {number}, column {column}, value like {masked!r}"
    return Reject(
        source.card.id, number, column, masked, terms, (f"{place_ja}: {reason[0]}", f"{place_en}: {reason[1]}")
    )
