"""What was rejected: source, row, column, the value's shape, the terms it costs, and why, in both languages."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from keiki.domain.linkage.masking import mask
from keiki.domain.linkage.terms import Text
from keiki.domain.linkage.times import TimeFormatError, read_moment
from keiki.domain.supply_point import SupplyPointError
from keiki.planning.files import Sink
from keiki.planning.linking.bytes_of_texts import Flags
from keiki.planning.linking.cells import Unreadable, UnreadableError, read_cell
from keiki.planning.linking.columns import Integers, as_text
from keiki.planning.linking.configuration import FactColumn, Snapshot
from keiki.planning.linking.reading import Judged

SCHEMA = pa.schema(
    [("source", pa.string()), ("row", pa.int64())]
    + [(name, pa.string()) for name in ("column", "masked", "terms", "kind", "reason_ja", "reason_en")]
)
Reason = tuple[Unreadable, Text]
Why = Callable[[str | None], Reason]


class Rejects:
    """Writes rejects as they are found, by several readers at once, and counts them by source, column and kind."""

    def __init__(self, sink: Sink) -> None:
        self._sink, self._lock = sink, threading.Lock()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        sink.write(pa.RecordBatch.from_pylist([], schema=SCHEMA))

    def tell_malformed(self, snapshot: Snapshot, rows: Iterable[tuple[int, str]]) -> None:
        """Write the rows of a CSV file that have more or fewer cells than its header: (number, cells of cells)."""
        told = [
            {
                "source": snapshot.card.id,
                "row": number,
                "column": "",
                "masked": "",
                "terms": "/".join(snapshot.card.terms),
                "kind": Unreadable.MALFORMED.value,
                "reason_ja": f"{snapshot.card.owner[0]}の{number}行目: 列の数が見出しと異なります ({cells})。",
                "reason_en": f"{snapshot.card.id}, row {number}: not as many cells as the header has ({cells})",
            }
            for number, cells in rows
        ]
        with self._lock:
            if told:
                self._sink.write(pa.RecordBatch.from_pylist(told, schema=SCHEMA))
            self.counts.update({(snapshot.card.id, "", Unreadable.MALFORMED.value): len(told)} if told else {})

    def tell(self, snapshot: Snapshot, batch: pa.RecordBatch, numbers: Integers, judged: Judged) -> None:
        """Write what is wrong in a batch: a row without key or as-of once, every other unreadable fact by itself."""
        every = "/".join(snapshot.card.terms)
        untimed = judged.keyed & ~judged.timed
        found = [
            _column(snapshot, (snapshot.key_column, every, _why_key(snapshot)), batch, numbers, ~judged.keyed),
            _column(snapshot, (snapshot.as_of_column, every, _why_as_of(snapshot)), batch, numbers, untimed),
        ]
        rest = np.where(judged.keyed & judged.timed, judged.unread, 0)
        for place, fact in enumerate(snapshot.facts):
            unread = (rest & (1 << place)) != 0
            found.append(_column(snapshot, (fact.column, fact.term.name, _why_fact(fact)), batch, numbers, unread))
        with self._lock:
            for table, kinds in found:
                self.counts.update(kinds)
                if len(table):
                    self._sink.write(table)


def _column(
    snapshot: Snapshot, question: tuple[str, str, Why], batch: pa.RecordBatch, numbers: Integers, wrong: Flags
) -> tuple[pa.RecordBatch, Iterable[tuple[str, str, str]]]:
    (column, terms, why), places = question, np.flatnonzero(wrong)
    cells = [as_text(cell) for cell in batch.column(column).take(pa.array(places)).to_pylist()]
    known: dict[str | None, tuple[str, Reason]] = {}
    for cell in cells:
        if cell not in known:
            known[cell] = (mask(cell), why(cell))
    card, rows = snapshot.card, numbers[places].tolist()
    told = [known[cell] for cell in cells]
    arrays = [
        [card.id] * len(rows),
        rows,
        [column] * len(rows),
        [masked for masked, _ in told],
        [terms] * len(rows),
        [kind.value for _, (kind, _) in told],
        [f"{card.owner[0]}の{row}行目 {column}: {ja}" for row, (_, (_, (ja, _))) in zip(rows, told, strict=True)],
        [
            f"{card.id}, row {row}, column {column}, value like {masked!r}: {en}"
            for row, (masked, (_, (_, en))) in zip(rows, told, strict=True)
        ],
    ]
    table = pa.RecordBatch.from_arrays(
        [pa.array(values, field.type) for values, field in zip(arrays, SCHEMA, strict=True)], schema=SCHEMA
    )
    return table, ((card.id, column, kind.value) for _, (kind, _) in told)


def _why_key(snapshot: Snapshot) -> Why:
    def why(cell: str | None) -> Reason:
        try:
            snapshot.key.read(str(cell))
        except SupplyPointError as error:
            return Unreadable.KEY, (f"供給地点特定番号が{snapshot.key.name}形式ではありません。", str(error))
        raise AssertionError("the key can be read")

    return why


def _why_as_of(snapshot: Snapshot) -> Why:
    def why(cell: str | None) -> Reason:
        try:
            read_moment(cell, snapshot.as_of_format)
        except TimeFormatError as error:
            return Unreadable.AS_OF, (f"基準時刻が{snapshot.as_of_format}形式ではありません。", f"as of: {error}")
        raise AssertionError("the as-of time can be read")

    return why


def _why_fact(fact: FactColumn) -> Why:
    def why(cell: str | None) -> Reason:
        try:
            read_cell(fact, cell)
        except UnreadableError as error:
            return error.kind, error.reason
        raise AssertionError("the cell can be read")

    return why
