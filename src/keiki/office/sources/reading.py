"""Turning foreign rows into facts. What does not fit is rejected with source, row, column and the value masked.

A row without a readable key or as-of time is rejected whole; an unknown code or unreadable value costs that fact alone.
Nothing is guessed: codes match exactly, but for blanks around them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

from keiki.domain.linkage.masking import mask
from keiki.domain.linkage.record import Fact, Records, Reject, SourceRow
from keiki.domain.linkage.terms import Text, Value
from keiki.domain.mapping.cells import CellRejection, UnreadableError, as_text, read_fact, refuse_ahead
from keiki.domain.mapping.columns import FILE_LINE, FactColumn, SourceMapping
from keiki.domain.mapping.keys import KeyFormat
from keiki.domain.mapping.times import TimeFormatError
from keiki.domain.supply_point import SupplyPoint, SupplyPointError

ForeignRow = Mapping[str, object]
V = TypeVar("V")
MOST_KNOWN = 4096
"""How many dates or times of a column are remembered: an owner's days are few, their moments may be many."""


class RowReader:
    """Reads the rows of one source in Keiki's terms; made once for it, and may be used from many threads.

    It knows what most cells mean before they come: codes, words for "none", and the dates and times it has read before.
    """

    def __init__(self, source: SourceMapping) -> None:
        self._source = source
        self._times = _Known(partial(_as_of, source), {}, MOST_KNOWN)
        self._facts = [(column, _known_cells(column)) for column in source.facts]

    def read(self, point: SupplyPoint | None, rows: Sequence[ForeignRow], asked_at: datetime) -> Records:
        """Read ``rows``; ``asked_at`` goes with every fact.

        All rows must be about ``point``; for a survey of the whole source give ``None``. A row is named by its number
        in its file (:data:`FILE_LINE`), or by its place in the answer.
        """
        source, good, rejects = self._source, list[SourceRow](), list[Reject]()
        name, written = source.card.id, None if point is None else source.key.write(point)

        def reject(row: tuple[int, ForeignRow], column: str, terms: tuple[str, ...], error: UnreadableError) -> None:
            rejects.append(_reject(source, row, column, terms, error.reason))

        for place, foreign in enumerate(rows, 1):
            line = foreign.get(FILE_LINE)
            number = line if isinstance(line, int) else place
            row = (number, foreign)
            try:
                if written is None or str(foreign.get(source.key_column)) != written:
                    _check_key(source.key, point, foreign, source.key_column)
            except UnreadableError as error:
                reject(row, source.key_column, source.card.terms, error)
                continue
            try:
                as_of = self._times.read(_cell(foreign, source.as_of_column))
            except UnreadableError as error:
                reject(row, source.as_of_column, source.card.terms, error)
                continue
            facts: dict[str, Fact] = {}
            for column, cells in self._facts:
                term = column.term.name
                try:
                    value = cells.read(_cell(foreign, column.column))
                    refuse_ahead(column, value, asked_at)
                except UnreadableError as error:
                    reject(row, column.column, (term,), error)
                else:
                    facts[term] = Fact(term, value, name, as_of, asked_at)
            good.append(SourceRow(number, as_of, facts))
        return Records(tuple(good), tuple(rejects))


def read_rows(
    source: SourceMapping, point: SupplyPoint | None, rows: Sequence[ForeignRow], asked_at: datetime
) -> Records:
    """Read a source's rows once: see :meth:`RowReader.read`."""
    return RowReader(source).read(point, rows, asked_at)


class _Known(Generic[V]):
    """What cells of a column mean: those that are known, and a way to read any other."""

    def __init__(self, read: Callable[[object], V], known: Mapping[str, V], most: int) -> None:
        self._read, self._most = read, most
        self._known: dict[object, V] = dict(known.items())

    def read(self, cell: object) -> V:
        """Return the meaning; raises :class:`UnreadableError`. Texts and whole numbers alone are remembered."""
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
        raise UnreadableError(
            CellRejection.MALFORMED,
            "回答にこの列がないか、二つあります。query またはファイルの列を確認してください。",
            "the answer has no such column, or has it twice: check the query, or the file's columns",
        )
    return foreign[column]


def _check_key(key: KeyFormat, point: SupplyPoint | None, foreign: ForeignRow, column: str) -> None:
    try:
        found = key.read(as_text(_cell(foreign, column)))
    except SupplyPointError as error:
        raise UnreadableError(CellRejection.KEY, *error.sentence) from None
    if point is not None and found != point:
        raise UnreadableError(
            CellRejection.KEY,
            "別の供給地点の行です。query を確認してください。",
            "the row is another supply point's: check the query",
        )


def _as_of(source: SourceMapping, cell: object) -> datetime:
    try:
        return source.as_of_format.moment(cell)
    except TimeFormatError as error:
        raise UnreadableError(
            CellRejection.AS_OF, f"基準時刻が{source.as_of_format.name}形式ではありません。", f"as of: {error}"
        ) from None


def _known_cells(column: FactColumn) -> _Known[Value]:
    known: dict[str, Value] = {**(column.codes or {}), **dict.fromkeys(column.none)}
    return _Known(partial(read_fact, column), known, MOST_KNOWN if column.format else 0)


def _reject(
    source: SourceMapping, row: tuple[int, ForeignRow], column: str, terms: tuple[str, ...], reason: Text
) -> Reject:
    number, foreign = row
    masked = mask(foreign.get(column))
    place_ja = f"{source.card.owner[0]}の{number}行目 {column}"
    place_en = f"{source.card.id}, row {number}, column {column}, value like {masked!r}"
    return Reject(
        source.card.id, number, column, masked, terms, (f"{place_ja}: {reason[0]}", f"{place_en}: {reason[1]}")
    )
