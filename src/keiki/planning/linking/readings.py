"""Columns as SQL that reads them in Keiki's terms.

Three ways, by what a column holds. **Few values** (codes, models, dates, most as-of times): the distinct cells are read
one by one in Python by the office's own rules, and become a table that the file is joined with. **Whole numbers for
times** (epochs): arithmetic. **Free text** (serial numbers): plain ASCII passes in SQL; any other cell is shown to the
rule in Python. So a cell is read here as it is read alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from keiki.domain.linkage.record import FUTURE_TOLERANCE
from keiki.domain.linkage.terms import Kind, Value
from keiki.domain.linkage.times import TimeFormatError, read_moment
from keiki.planning.linking.cells import BLANKS, UnreadableError, read_cell
from keiki.planning.linking.configuration import FactColumn, Snapshot
from keiki.planning.linking.relations import Relation, literal
from keiki.planning.linking.terms import KEPT
from keiki.planning.linking.vectors import readable_function, register, text_function

_EPOCHS = {"epoch": (1_000_000, 253_402_300_799), "epoch_ms": (1_000, 99_999_999_999_999)}
"""Microseconds to one, and the largest that the format reads (its 14 digits, or the year 9999)."""
_BATCH = 50_000
_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int32(),
    Kind.FLAG: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.MOMENT: pa.timestamp("us"),
}


@dataclass
class Reading:
    """What is known of a file's columns as SQL: joins, the value of each fact, whether it was read, and the row's age.

    ``age`` is 0 for a row that is fresh, 1 stale, 2 ahead of its time, NULL where the as-of could not be read.
    """

    joins: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    age: str = ""


def register_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Let SQL call the rules that only Python knows, for the few cells that need them."""
    text, moment = duckdb.sqltype("VARCHAR"), duckdb.sqltype("TIMESTAMP")
    connection.create_function("keiki_moment", _moment, [text, text], moment, null_handling="special")


def _moment(cell: str | None, form: str) -> datetime | None:
    try:
        return read_moment(cell, form).astimezone(UTC).replace(tzinfo=None)
    except TimeFormatError:
        return None


def compile_reading(connection: duckdb.DuckDBPyConnection, relation: Relation, asked_at: datetime) -> Reading:
    """Translate a snapshot's mapping; tables of distinct cells are made on the way."""
    snapshot, reading = relation.snapshot, Reading()
    bits = {fact.term.name: 1 << place for place, fact in enumerate(snapshot.facts)}
    dated_by_number = snapshot.as_of_format in _EPOCHS
    if dated_by_number:
        reading.age = _age(_epoch(relation, snapshot.as_of_column, snapshot.as_of_format), snapshot, asked_at)
    for column in snapshot.columns:
        facts = [fact for fact in snapshot.facts if fact.column == column]
        for fact in facts:
            if fact.codes is None and fact.format in _EPOCHS:
                _read_epoch(relation, fact, bits[fact.term.name], reading)
            elif fact.codes is None and fact.term.kind is Kind.TEXT:
                _read_text(connection, relation, fact, bits[fact.term.name], reading)
        listed = [fact for fact in facts if not _is_computed(fact)]
        as_of = column == snapshot.as_of_column and not dated_by_number
        if listed or as_of:
            _read_by_list(connection, relation, (column, listed, as_of, bits, asked_at), reading)
    return reading


def _is_computed(fact: FactColumn) -> bool:
    return fact.codes is None and (fact.format in _EPOCHS or fact.term.kind is Kind.TEXT)


def _epoch(relation: Relation, column: str, form: str) -> str:
    factor, most = _EPOCHS[form]
    cell = relation.cell(column)
    if relation.is_whole(column):
        number = cell.removeprefix("CAST(").removesuffix(" AS VARCHAR)")
        return f"CASE WHEN {number} BETWEEN 0 AND {most} THEN make_timestamp({number}::BIGINT * {factor}) END"
    whole = f"try_cast({cell} AS BIGINT)"
    return (
        f"CASE WHEN regexp_full_match({cell}, '[0-9]{{1,14}}') AND {whole} <= {most} "
        f"THEN make_timestamp({whole} * {factor}) ELSE keiki_moment({cell}, {literal(form)}) END"
    )


def _read_epoch(relation: Relation, fact: FactColumn, bit: int, reading: Reading) -> None:
    moment = _epoch(relation, fact.column, str(fact.format))
    none = _is_none(fact, f"trim(coalesce({relation.cell(fact.column)}, ''), {literal(BLANKS)})")
    if relation.is_whole(fact.column) and fact.none == {""}:
        none = f"{relation.cell(fact.column)} IS NULL"
    value = moment if fact.term.kind is Kind.MOMENT else f"({moment} + INTERVAL 9 HOUR)::DATE"
    reading.values[fact.term.name] = f"CASE WHEN NOT ({none}) THEN {value} END"
    reading.read.append(f"CASE WHEN {none} OR {moment} IS NOT NULL THEN {bit} ELSE 0 END")


def _read_text(
    connection: duckdb.DuckDBPyConnection, relation: Relation, fact: FactColumn, bit: int, reading: Reading
) -> None:
    term, cell = fact.term.name, relation.cell(fact.column)
    if term in KEPT:
        register(connection, f"keiki_text_{term}", text_function(fact), "VARCHAR")
        text = f"keiki_text_{term}({cell})"
        reading.values[term] = f"nullif({text}, '')" if fact.none else text
        reading.read.append(f"CASE WHEN {text} IS NULL THEN 0 ELSE {bit} END")
    else:
        register(connection, f"keiki_readable_{term}", readable_function(fact), "BOOLEAN")
        reading.read.append(f"CASE WHEN keiki_readable_{term}({cell}) THEN {bit} ELSE 0 END")


def _is_none(fact: FactColumn, text: str) -> str:
    return f"{text} IN ({', '.join(map(literal, sorted(fact.none)))})" if fact.none else "FALSE"


def _age(moment: str, snapshot: Snapshot, asked_at: datetime) -> str:
    now = asked_at.astimezone(UTC).replace(tzinfo=None)
    return (
        f"CASE WHEN {moment} < TIMESTAMP '{now - snapshot.card.max_age}' THEN 1 "
        f"WHEN {moment} > TIMESTAMP '{now + FUTURE_TOLERANCE}' THEN 2 WHEN {moment} IS NOT NULL THEN 0 END"
    )


ListedColumn = tuple[str, list[FactColumn], bool, dict[str, int], datetime]


def _read_by_list(
    connection: duckdb.DuckDBPyConnection, relation: Relation, listed: ListedColumn, reading: Reading
) -> None:
    column, facts, as_of, bits, asked_at = listed
    snapshot = relation.snapshot
    table = f"list_{snapshot.card.id}_{snapshot.columns.index(column)}".replace("-", "_")
    types = {fact.term.name: sql_type(connection, fact) for fact in facts}
    schema = pa.schema(
        [("cell", pa.string()), ("bits", pa.int64()), ("age", pa.int8())]
        + [(fact.term.name, _ARROW[fact.term.kind]) for fact in facts]
    )
    shown = ", ".join(f'CAST("{term}" AS {type_}) AS "{term}"' for term, type_ in types.items())
    select = f"SELECT cell, bits, age{', ' if shown else ''}{shown} FROM"
    empty = schema.empty_table()
    connection.register("readable", empty)
    connection.execute(f"CREATE TABLE {name_of(table)} AS {select} readable")
    distinct = connection.cursor()
    cell = f"coalesce({relation.cell(column)}, '')"
    distinct.execute(f"SELECT DISTINCT {cell} FROM {relation.scan} AS file WHERE {relation.condition}")  # noqa: S608
    while cells := distinct.fetchmany(_BATCH):
        rows = list(_readable((cell for (cell,) in cells), facts, snapshot if as_of else None, bits, asked_at))
        connection.register("readable", pa.Table.from_pylist(rows, schema=schema))
        connection.execute(f"INSERT INTO {name_of(table)} {select} readable")
    connection.unregister("readable")
    reading.joins.append(f"LEFT JOIN {name_of(table)} ON {cell} = {name_of(table)}.cell")
    if as_of:
        reading.age = f"{name_of(table)}.age"
    if facts:
        reading.read.append(f"coalesce({name_of(table)}.bits, 0)")
        reading.values.update({term: f'{name_of(table)}."{term}"' for term in types})


def name_of(table: str) -> str:
    """Quote the name of a table made here."""
    return f'"{table}"'


def _readable(
    cells: Iterator[str],
    facts: Sequence[FactColumn],
    snapshot: Snapshot | None,
    bits: dict[str, int],
    asked_at: datetime,
) -> Iterator[dict[str, Any]]:
    """Yield what each cell means, for cells that mean anything; an absent cell stands as the empty text."""
    for cell in cells:
        row: dict[str, Any] = {"cell": cell, "bits": 0, "age": _age_of(cell, snapshot, asked_at)}
        for fact in facts:
            try:
                row[fact.term.name] = _stored(read_cell(fact, cell))
            except UnreadableError:
                continue
            row["bits"] |= bits[fact.term.name]
        if row["bits"] or row["age"] is not None:
            yield row


def _age_of(cell: str, snapshot: Snapshot | None, asked_at: datetime) -> int | None:
    if snapshot is None:
        return None
    try:
        moment = read_moment(cell, snapshot.as_of_format)
    except TimeFormatError:
        return None
    if asked_at - moment > snapshot.card.max_age:
        return 1
    return 2 if moment - asked_at > FUTURE_TOLERANCE else 0


def _stored(value: Value) -> str | int | date | None:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def sql_type(connection: duckdb.DuckDBPyConnection, fact: FactColumn) -> str:
    """Return the type of a fact's values; texts of few values become an ENUM, the same one for the same choices."""
    term = fact.term
    if term.kind is not Kind.TEXT:
        kinds = {Kind.INTEGER: "INTEGER", Kind.FLAG: "BOOLEAN", Kind.DATE: "DATE", Kind.MOMENT: "TIMESTAMP"}
        return kinds[term.kind]
    values = term.choices or tuple(sorted({str(value) for value in (fact.codes or {}).values()}))
    if not values:
        return "VARCHAR"
    return f"ENUM ({', '.join(literal(str(value)) for value in values)})"
