"""What was rejected: source, row, column, the value's shape, the terms it costs, and why, in both languages.

The rows are few, so each is read once more by the office's rules in Python, which give the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from keiki.domain.linkage.masking import mask
from keiki.domain.linkage.terms import Text
from keiki.domain.linkage.times import TimeFormatError, read_moment
from keiki.domain.supply_point import SupplyPointError
from keiki.planning.files import Sink
from keiki.planning.linking.cells import Unreadable, UnreadableError, read_cell
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.staging import Stage

SCHEMA = pa.schema(
    [("source", pa.string()), ("row", pa.int64())]
    + [(name, pa.string()) for name in ("column", "masked", "terms", "kind", "reason_ja", "reason_en")]
)
Counts = Counter[tuple[str, str, str]]
"""Rejects by source, column and kind."""
_BATCH = 8_192


def write_rejects(connection: duckdb.DuckDBPyConnection, stage: Stage, sink: Sink, counts: Counts) -> None:
    """Write the rejects of one source, and count them."""
    found = connection.cursor().execute(
        f'SELECT spoilt.number, spoilt.cells FROM "{stage.table}" WHERE spoilt IS NOT NULL'  # noqa: S608
    )
    snapshot = stage.relation.snapshot
    while rows := found.fetchmany(_BATCH):
        told = [reject for number, cells in rows for reject in _rejects(snapshot, number, cells)]
        counts.update((reject["source"], reject["column"], reject["kind"]) for reject in told)
        sink.write(pa.RecordBatch.from_pylist(told, schema=SCHEMA))


def _rejects(snapshot: Snapshot, number: int, cells: list[str | None]) -> Iterator[dict[str, Any]]:
    row = dict(zip(snapshot.columns, cells, strict=True))
    every = snapshot.card.terms
    try:
        snapshot.key.read(str(row[snapshot.key_column]))
    except SupplyPointError as error:
        reason = (f"供給地点特定番号が{snapshot.key.name}形式ではありません。", str(error))
        yield _reject(snapshot, (number, snapshot.key_column, row), every, Unreadable.KEY, reason)
        return
    try:
        read_moment(row[snapshot.as_of_column], snapshot.as_of_format)
    except TimeFormatError as error:
        reason = (f"基準時刻が{snapshot.as_of_format}形式ではありません。", f"as of: {error}")
        yield _reject(snapshot, (number, snapshot.as_of_column, row), every, Unreadable.AS_OF, reason)
        return
    for fact in snapshot.facts:
        try:
            read_cell(fact, row[fact.column])
        except UnreadableError as error:
            yield _reject(snapshot, (number, fact.column, row), (fact.term.name,), error.kind, error.reason)


def _reject(
    snapshot: Snapshot,
    cell: tuple[int, str, dict[str, str | None]],
    terms: tuple[str, ...],
    kind: Unreadable,
    reason: Text,
) -> dict[str, Any]:
    number, column, row = cell
    card, masked = snapshot.card, mask(row[column])
    return {
        "source": card.id,
        "row": number,
        "column": column,
        "masked": masked,
        "terms": "/".join(terms),
        "kind": kind.value,
        "reason_ja": f"{card.owner[0]}の{number}行目 {column}: {reason[0]}",
        "reason_en": f"{card.id}, row {number}, column {column}, value like {masked!r}: {reason[1]}",
    }
