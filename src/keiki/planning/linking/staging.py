"""From a file to one row for each supply point: read, rejected, ended, doubled.

A stage table has a row for each row of the file: ``key`` (the 22 digits, NULL if unreadable), ``state``, ``standing``,
``unread`` (a bit for each fact of a row in force that could not be read), ``left_on`` (of rows that have ended), the
values a decision needs, and ``spoilt`` (number and cells of a row with anything to reject). A point's row is the stage's
own where there is one only; several rows are put together as ``keiki.domain.linkage`` sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from keiki.domain.linkage.decision import REQUIRED
from keiki.planning.linking.readings import Reading
from keiki.planning.linking.relations import Relation
from keiki.planning.linking.terms import KEPT
from keiki.planning.linking.vectors import key_function, register

IN_FORCE, UNREADABLE, ENDED, SEVERAL, SEVERAL_EMPTY = range(5)
"""States of a source about a point. SEVERAL_EMPTY: several rows in force, of which nothing at all could be read."""
SAYS_UNREADABLE, SAYS_ENDED, SAYS_NOTHING, STALE, AHEAD = (1 << place for place in range(5))
"""Bits of ``standing``: why nothing can be decided from a source. A point that it does not know has no row."""
@dataclass(frozen=True)
class Stage:
    """A source's rows in Keiki's terms. ``values`` are the terms carried; ``required`` masks the facts a design needs."""

    relation: Relation
    table: str
    points: str
    values: tuple[str, ...]
    required: int

    @property
    def decides(self) -> bool:
        """Whether a design needs anything of this source."""
        return self.required > 0


def stage(connection: duckdb.DuckDBPyConnection, relation: Relation, reading: Reading, today: date) -> Stage:
    """Read a file into its stage table; ``today`` is Japan's day of asking."""
    snapshot = relation.snapshot
    table = f"stage_{snapshot.card.id}"
    register(connection, f"keiki_key_{snapshot.card.id}", key_function(snapshot.key), "VARCHAR")
    values = tuple(term for term in reading.values if term in KEPT and term != "moved_out")
    everything = (1 << len(snapshot.facts)) - 1
    foreign = "".join(f"{relation.cell(column)} AS cell{place}, " for place, column in enumerate(snapshot.columns))
    cells = ", ".join(f"cell{place}" for place in range(len(snapshot.columns)))
    moved_out = reading.values.get("moved_out", "NULL::DATE")
    shown = "".join(f', CASE WHEN state = {IN_FORCE} THEN "{term}" END AS "{term}"' for term in values)
    connection.execute(f"""
        CREATE TABLE "{table}" AS
        WITH read AS (
            SELECT keiki_key_{snapshot.card.id}({relation.cell(snapshot.key_column)}) AS key, {reading.age} AS age,
                {everything} - {" - ".join(reading.read)} AS unread, {moved_out} AS moved_out,
                {"".join(f'{reading.values[term]} AS "{term}", ' for term in values)}
                {foreign} file.row_number AS number
            FROM {relation.scan} AS file {" ".join(reading.joins)} WHERE {relation.condition}
        ), judged AS (
            SELECT *, (CASE WHEN age IS NULL THEN {UNREADABLE} WHEN moved_out IS NULL OR moved_out > DATE '{today}'
                THEN {IN_FORCE} WHEN unread <> 0 THEN {UNREADABLE} ELSE {ENDED} END)::UTINYINT AS state FROM read
        )
        SELECT key, state, (CASE state WHEN {IN_FORCE} THEN age * {STALE} ELSE state END)::UTINYINT AS standing,
            CASE WHEN state = {IN_FORCE} THEN unread ELSE 0 END AS unread,
            CASE WHEN state <> {IN_FORCE} AND age IS NOT NULL THEN moved_out END AS left_on {shown},
            CASE WHEN key IS NULL OR age IS NULL OR unread <> 0 
                THEN {{'number': number, 'unread': unread, 'cells': [{cells}]}} END AS spoilt
        FROM judged
    """)  # noqa: S608
    bits = {fact.term.name: 1 << place for place, fact in enumerate(snapshot.facts)}
    points = _put_together(connection, table, values, bits)
    return Stage(relation, table, points, values, sum(bit for term, bit in bits.items() if term in REQUIRED))


def _put_together(
    connection: duckdb.DuckDBPyConnection, table: str, values: tuple[str, ...], bits: dict[str, int]
) -> str:
    """Return a query with one row for each point; points of several rows are worked out once, in a table beside."""
    everything = (1 << len(bits)) - 1
    several = f"several_{table}"
    once = "".join(
        f', CASE WHEN count(*) FILTER (state = {IN_FORCE} AND unread & {bits[term]} = 0) = 1 THEN any_value("{term}") END'
        f' AS "{term}"'
        for term in values
    )
    connection.execute(f"""
        CREATE TABLE "{several}" AS
        WITH repeated AS (SELECT key FROM "{table}" WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1)
        SELECT key, (CASE WHEN count(*) FILTER (state = {IN_FORCE}) = 1 THEN {IN_FORCE}
                WHEN bool_or(state = {IN_FORCE} AND unread <> {everything}) THEN {SEVERAL}
                WHEN bool_or(state = {IN_FORCE}) THEN {SEVERAL_EMPTY}
                WHEN bool_or(spoilt IS NOT NULL) THEN {UNREADABLE} ELSE {ENDED} END)::UTINYINT AS state,
            bit_or(standing) FILTER (state = {IN_FORCE}) AS fresh, bit_or(unread) AS unread,
            CASE WHEN NOT bool_or(state = {IN_FORCE}) THEN max(left_on) END AS left_on {once}
        FROM "{table}" WHERE key IN (FROM repeated) GROUP BY key
    """)  # noqa: S608
    shown = "".join(f', "{term}"' for term in values)
    return f"""(
        SELECT key, state, standing, unread, left_on {shown} FROM "{table}"
        WHERE key IS NOT NULL AND key NOT IN (SELECT key FROM "{several}")
        UNION ALL SELECT key, state, coalesce(fresh, state)::UTINYINT, unread, left_on {shown} FROM "{several}"
    )"""  # noqa: S608
