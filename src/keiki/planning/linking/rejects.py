"""What was rejected: source, row, column, the value's shape, the terms it costs, and why, in both languages."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from keiki.domain.linkage.masking import mask
from keiki.domain.linkage.record import SourceCard
from keiki.domain.linkage.terms import Text
from keiki.domain.mapping.cells import CellRejection, UnreadableError, read_fact, refuse_ahead
from keiki.domain.mapping.columns import FactColumn
from keiki.domain.mapping.times import TimeFormatError
from keiki.domain.supply_point import SupplyPointError
from keiki.foundation.files.dropped_batches import RejectedRow
from keiki.planning.files import RowSink
from keiki.planning.linking.columns import Integers, as_text
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.files import NumberedBatch
from keiki.planning.linking.reading import RowJudgement
from keiki.planning.linking.text_bytes import Flags

SCHEMA = pa.schema(
    [("source", pa.string()), ("file", pa.string()), ("row", pa.int64())]
    + [(name, pa.string()) for name in ("column", "masked", "terms", "kind", "reason_ja", "reason_en")]
)
Reason = tuple[CellRejection, Text]
Why = Callable[[str | None], Reason]
Question = tuple[str, str, Why]
"""A column, the terms that are lost with one of its cells, and how to say why."""
Found = tuple[pa.RecordBatch, dict[tuple[str, str, str], int]]


@dataclass(frozen=True)
class RejectOrigin:
    """Where rows stand: whose they are, and in which file."""

    card: SourceCard
    file: str


class Rejects:
    """Writes rejects as they are found, by several readers at once, and counts them by source, column and kind."""

    def __init__(self, sink: RowSink, asked_at: datetime) -> None:
        self._sink, self._asked_at, self._lock = sink, asked_at, threading.Lock()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        sink.write(pa.RecordBatch.from_pylist([], schema=SCHEMA))

    def tell_malformed(self, card: SourceCard, rows: Iterable[tuple[str, RejectedRow]]) -> None:
        """Write rows that are not of the file's form (cells too many, too few): the file, the number, what is wrong."""
        every = "/".join(card.terms)
        for file, (number, why) in rows:
            reason = (CellRejection.MALFORMED, (why.ja, why.en))
            self._write(_rejects_table(RejectOrigin(card, file), "", every, [number], [("", reason)]))

    def tell_column(
        self, origin: RejectOrigin, question: Question, batch: pa.RecordBatch, numbers: Integers, wrong: Flags
    ) -> None:
        """Write the cells of one column that are ``wrong``."""
        self._tell_cells(origin, question, batch, numbers, np.flatnonzero(wrong))

    def _tell_cells(
        self, origin: RejectOrigin, question: Question, batch: pa.RecordBatch, numbers: Integers, places: Integers
    ) -> None:
        if len(places):
            self._write(_column(origin, question, batch, numbers, places))

    def tell_rows(
        self, origin: RejectOrigin, column: str, terms: str, reason: Reason, rows: Sequence[tuple[int, str]]
    ) -> None:
        """Write rows that are wrong for the same reason: (number, value of the column)."""
        numbers, values = [number for number, _ in rows], [value for _, value in rows]
        self._write(_rejects_table(origin, column, terms, numbers, [(mask(value), reason) for value in values]))

    def _write(self, found: Found) -> None:
        table, kinds = found
        with self._lock:
            self.counts.update(kinds)
            if len(table):
                self._sink.write(table)

    def tell(self, snapshot: Snapshot, numbered: NumberedBatch, judged: RowJudgement) -> None:
        """Write what is wrong in a batch: a row without key or as-of once, every other unreadable fact by itself."""
        every = "/".join(snapshot.card.terms)
        untimed = judged.keyed & ~judged.timed
        origin, batch, numbers = RejectOrigin(snapshot.card, numbered.file), numbered.rows, numbered.numbers
        self.tell_column(origin, (snapshot.key_column, every, _key_reason(snapshot)), batch, numbers, ~judged.keyed)
        for column, doubtful in numbered.doubts.items():
            self.tell_column(origin, (column, every, _only_reason), batch, numbers, untimed & doubtful)
            untimed &= ~doubtful
        self.tell_column(origin, (snapshot.as_of_column, every, _as_of_reason(snapshot)), batch, numbers, untimed)
        rest = np.flatnonzero(judged.keyed & judged.timed & (judged.unread != 0))
        unread = judged.unread[rest]
        for place, fact in enumerate(snapshot.facts):
            places = rest[(unread & (1 << place)) != 0]
            self._tell_cells(
                origin, (fact.column, fact.term.name, _fact_reason(fact, self._asked_at)), batch, numbers, places
            )


def _column(
    origin: RejectOrigin, question: Question, batch: pa.RecordBatch, numbers: Integers, places: Integers
) -> Found:
    column, terms, why = question
    cells = [as_text(cell) for cell in batch.column(column).take(pa.array(places)).to_pylist()]
    known: dict[str | None, tuple[str, Reason]] = {}
    for cell in cells:
        if cell not in known:
            known[cell] = (mask(cell), why(cell))
    return _rejects_table(origin, column, terms, numbers[places].tolist(), [known[cell] for cell in cells])


def _rejects_table(
    origin: RejectOrigin, column: str, terms: str, rows: Sequence[int], told: Sequence[tuple[str, Reason]]
) -> Found:
    card, file = origin.card, origin.file
    values = {kind: kind.value for kind in CellRejection}
    kinds = [kind for _, (kind, _) in told]
    column_ja, column_en = (f" {column}", f", column {column}, value like ") if column else ("", "")
    arrays = [
        [card.id] * len(rows),
        [file] * len(rows),
        rows,
        [column] * len(rows),
        [masked for masked, _ in told],
        [terms] * len(rows),
        [values[kind] for kind in kinds],
        [
            f"{card.owner[0]} {file} の{row}行目{column_ja}: {ja}"
            for row, (_, (_, (ja, _))) in zip(rows, told, strict=True)
        ],
        [
            f"{card.id}, {file}, row {row}{column_en}{repr(masked) if column else ''}: {en}"
            for row, (masked, (_, (_, en))) in zip(rows, told, strict=True)
        ],
    ]
    table = pa.RecordBatch.from_arrays(
        [pa.array(cells, field.type) for cells, field in zip(arrays, SCHEMA, strict=True)], schema=SCHEMA
    )
    return table, {(card.id, column, values[kind]): count for kind, count in Counter(kinds).items()}


def _key_reason(snapshot: Snapshot) -> Why:
    def reason_of(cell: str | None) -> Reason:
        try:
            snapshot.key.read(str(cell))
        except SupplyPointError as error:
            return CellRejection.KEY, error.sentence
        raise AssertionError("the key can be read")

    return reason_of


def _as_of_reason(snapshot: Snapshot) -> Why:
    def reason_of(cell: str | None) -> Reason:
        try:
            snapshot.as_of_format.moment(cell)
        except TimeFormatError as error:
            return CellRejection.AS_OF, (
                f"基準時刻が{snapshot.as_of_format.name}形式ではありません。",
                f"as of: {error}",
            )
        raise AssertionError("the as-of time can be read")

    return reason_of


def _only_reason(_: str | None) -> Reason:
    return CellRejection.MALFORMED, (
        "有効な行かどうかを示す列に読めない文字があります。",
        "the column that says whether the row counts has characters that cannot be read: ask its owner",
    )


def _fact_reason(fact: FactColumn, asked_at: datetime) -> Why:
    def reason_of(cell: str | None) -> Reason:
        try:
            refuse_ahead(fact, read_fact(fact, cell), asked_at)
        except UnreadableError as error:
            return error.kind, error.reason
        raise AssertionError("the cell can be read")

    return reason_of
