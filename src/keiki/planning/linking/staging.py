"""One row for each supply point and source: rows as they were read, and several rows of a point put together.

The rows of :class:`~keiki.planning.linking.reading.SnapshotReader` are kept by part. A point's row is its own where
there is one only; several rows are put together as ``keiki.domain.linkage`` sees them: a value counts if exactly one
row in force gives it. A row that cannot be read (it has no day of leaving either) may be in force, and holds back.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.parts import PartitionedRows
from keiki.planning.linking.reading import SnapshotReader, needed_bits
from keiki.planning.linking.shared_units import add_candidates, word_column
from keiki.planning.linking.terms import (
    COMPARED,
    ENDED,
    FIRST_FACT,
    IN_FORCE,
    SAYS_SEVERAL,
    SAYS_UNREADABLE,
    SEVERAL,
    SEVERAL_EMPTY,
    UNREADABLE,
)

_ROW = ("key", "state", "held", "unread", "left_on", "profile")


@dataclass(frozen=True)
class SourceStage:
    """A source's rows and tables. ``plain`` are the terms that stand in the rows, ``coded`` those of the profiles.

    ``needed`` are the bits of the facts that a design needs.
    """

    snapshot: Snapshot
    rows: PartitionedRows
    plain: tuple[str, ...]
    coded: tuple[str, ...]
    needed: tuple[int, ...]

    @property
    def single(self) -> str:
        """The name under which a part of :meth:`PartitionedRows.single` is joined."""
        return f"single {self.snapshot.card.id}"

    @property
    def several(self) -> str:
        """The table of points with several rows."""
        return f"several {self.snapshot.card.id}"

    @property
    def profiles(self) -> str:
        """The table of profiles."""
        return f"profiles {self.snapshot.card.id}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are joined."""
        left_on = ("left_on",) if self.ends else ()
        return ("key", "held", *left_on, "profile", *self.plain)

    @property
    def ends(self) -> bool:
        """Whether rows of this source may have ended."""
        return "moved_out" in self.snapshot.card.terms

    @property
    def points(self) -> str:
        """The query with one row for each point of the part ``$part``."""
        shown = ", ".join(f'"{column}"' for column in self.columns)
        return f"""(
            SELECT {shown} FROM "{self.single}"
            UNION ALL SELECT {shown} FROM "{self.several}" WHERE part = $part
        )"""  # noqa: S608

    @property
    def decides(self) -> bool:
        """Whether a design needs anything of this source."""
        return bool(self.needed)


def stage(connection: duckdb.DuckDBPyConnection, reader: SnapshotReader, rows: PartitionedRows) -> SourceStage:
    """Read a snapshot into ``rows`` and into its tables, over a connection of its own."""
    snapshot = reader.snapshot
    words = {word_column(term) for term in reader.serials}
    plain = tuple(name for name in reader.schema.names if name not in {*_ROW, *COMPARED, *words})
    made = SourceStage(snapshot, rows, plain, reader.profiles.terms, tuple(needed_bits(snapshot.card)))
    for batch in reader.batches():
        rows.write(batch)
    cursor = connection.cursor()
    reader.profiles.write(cursor, made.profiles)
    cursor.register("repeated", rows.close())
    if reader.serials:
        with rows.batches() as batches:
            add_candidates(cursor, snapshot.card.id, reader.serials, batches)
    _put_together(cursor, made, reader.everything)
    cursor.close()
    return made


def _put_together(cursor: duckdb.DuckDBPyConnection, made: SourceStage, everything: int) -> None:
    """Work out the points of several rows; what their rows give together gets profiles of its own."""
    bits = {term: 1 << place for place, term in enumerate(made.snapshot.card.terms)}
    once = "".join(
        f", CASE WHEN count(*) FILTER (state = {IN_FORCE} AND unread & {bits[term]} = 0) = 1"
        f' THEN any_value("{term}") END AS "{term}"'
        for term in (*made.plain, *made.coded)
    )
    open_ = f"state = {UNREADABLE}" + (" AND left_on IS NULL" if made.ends else "")
    left_on = f", CASE WHEN NOT bool_or(state = {IN_FORCE}) THEN max(left_on) END AS left_on" if made.ends else ""
    cursor.execute(f"""
        CREATE TEMP TABLE together AS
        SELECT key, any_value(part) AS part, (CASE WHEN count(*) FILTER (state = {IN_FORCE}) = 1 THEN {IN_FORCE}
                WHEN bool_or(state = {IN_FORCE} AND unread <> {everything}) THEN {SEVERAL}
                WHEN bool_or(state = {IN_FORCE}) THEN {SEVERAL_EMPTY}
                WHEN bool_or(state = {UNREADABLE}) THEN {UNREADABLE} ELSE {ENDED} END)::UTINYINT AS state,
            bit_or(held & {SAYS_SEVERAL - 1}) FILTER (state = {IN_FORCE})
                | CASE WHEN bool_or({open_}) THEN {SAYS_UNREADABLE} ELSE 0 END AS fresh,
            bit_or(unread) AS unread {left_on} {once}
        FROM repeated LEFT JOIN "{made.profiles}" USING (profile)
        GROUP BY key
    """)  # noqa: S608
    terms = "".join(f', "{term}"' for term in made.coded)
    same = " AND ".join(("TRUE", *(f't."{term}" IS NOT DISTINCT FROM p."{term}"' for term in made.coded)))
    cursor.execute(
        f'INSERT INTO "{made.profiles}" SELECT -row_number() OVER (){terms} FROM '  # noqa: S608
        f"(SELECT DISTINCT TRUE{terms} FROM together)"
    )
    plain = "".join(f', t."{term}"' for term in (*(("left_on",) if made.ends else ()), *made.plain))
    facts = "".join(
        f" + CASE WHEN t.unread & {bit} <> 0 THEN {1 << FIRST_FACT + number} ELSE 0 END"
        for number, bit in enumerate(made.needed)
    )
    held = f"coalesce(t.fresh, t.state) + CASE WHEN t.state = {SEVERAL} THEN {SAYS_SEVERAL} ELSE 0 END {facts}"
    cursor.execute(f"""
        CREATE TABLE "{made.several}" AS SELECT t.key, t.part, ({held})::INTEGER AS held, p.profile {plain}
        FROM together AS t LEFT JOIN "{made.profiles}" AS p ON p.profile < 0 AND {same}
    """)  # noqa: S608
    cursor.execute("DROP TABLE together")
