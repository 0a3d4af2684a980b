"""One row for each supply point and source: rows as they were read, and several rows of a point put together.

A stage table has the rows of :class:`~keiki.planning.linking.reading.SnapshotReader`. A point's row is the stage's own
where there is one only; several rows are put together as ``keiki.domain.linkage`` sees them: a value counts if exactly
one row in force gives it.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from keiki.domain.linkage.decision import REQUIRED
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.reading import SnapshotReader
from keiki.planning.linking.terms import ENDED, IN_FORCE, SEVERAL, SEVERAL_EMPTY, UNREADABLE

_ROW = ("key", "state", "standing", "unread", "spoilt", "left_on", "profile")


@dataclass(frozen=True)
class Stage:
    """A source's tables. ``plain`` are the terms that stand in the rows, ``coded`` those of the profiles.

    ``required`` masks the facts that a design needs.
    """

    snapshot: Snapshot
    rows: int
    plain: tuple[str, ...]
    coded: tuple[str, ...]
    required: int

    @property
    def table(self) -> str:
        """The table of rows."""
        return f"stage {self.snapshot.card.id}"

    @property
    def several(self) -> str:
        """The table of points with several rows."""
        return f"several {self.snapshot.card.id}"

    @property
    def profiles(self) -> str:
        """The table of profiles."""
        return f"profiles {self.snapshot.card.id}"

    @property
    def points(self) -> str:
        """The query with one row for each point."""
        shown = "".join(f', "{term}"' for term in ("profile", *self.plain))
        return f"""(
            SELECT key, state, standing, unread, left_on {shown} FROM "{self.table}"
            ANTI JOIN "{self.several}" USING (key)
            UNION ALL SELECT key, state, standing, unread, left_on {shown} FROM "{self.several}"
        )"""  # noqa: S608

    @property
    def decides(self) -> bool:
        """Whether a design needs anything of this source."""
        return self.required > 0


def stage(connection: duckdb.DuckDBPyConnection, reader: SnapshotReader) -> Stage:
    """Read a snapshot into its tables, over a connection of its own."""
    snapshot = reader.snapshot
    required = sum(1 << place for place, term in enumerate(snapshot.card.terms) if term in REQUIRED)
    plain = tuple(name for name in reader.schema.names if name not in _ROW)
    cursor = connection.cursor()
    made = Stage(snapshot, 0, plain, reader.profiles.terms, required)
    cursor.register("reading", reader.stream())
    cursor.execute(f'CREATE TABLE "{made.table}" AS SELECT * FROM reading WHERE key IS NOT NULL')  # noqa: S608
    reader.profiles.write(cursor, made.profiles)
    _put_together(cursor, made, reader.everything)
    return Stage(snapshot, reader.rows, plain, made.coded, required)


def _put_together(cursor: duckdb.DuckDBPyConnection, made: Stage, everything: int) -> None:
    """Work out the points of several rows; what their rows give together gets profiles of its own."""
    bits = {term: 1 << place for place, term in enumerate(made.snapshot.card.terms)}
    once = "".join(
        f", CASE WHEN count(*) FILTER (state = {IN_FORCE} AND unread & {bits[term]} = 0) = 1"
        f' THEN any_value("{term}") END AS "{term}"'
        for term in (*made.plain, *made.coded)
    )
    cursor.execute(f"""
        CREATE TEMP TABLE together AS
        WITH repeated AS (SELECT key FROM "{made.table}" GROUP BY key HAVING count(*) > 1)
        SELECT key, (CASE WHEN count(*) FILTER (state = {IN_FORCE}) = 1 THEN {IN_FORCE}
                WHEN bool_or(state = {IN_FORCE} AND unread <> {everything}) THEN {SEVERAL}
                WHEN bool_or(state = {IN_FORCE}) THEN {SEVERAL_EMPTY}
                WHEN bool_or(spoilt) THEN {UNREADABLE} ELSE {ENDED} END)::UTINYINT AS state,
            bit_or(standing) FILTER (state = {IN_FORCE}) AS fresh, bit_or(unread) AS unread,
            CASE WHEN NOT bool_or(state = {IN_FORCE}) THEN max(left_on) END AS left_on {once}
        FROM (FROM "{made.table}" WHERE key IN (FROM repeated)) LEFT JOIN "{made.profiles}" USING (profile) GROUP BY key
    """)  # noqa: S608
    terms = "".join(f', "{term}"' for term in made.coded)
    same = " AND ".join(("TRUE", *(f't."{term}" IS NOT DISTINCT FROM p."{term}"' for term in made.coded)))
    cursor.execute(
        f'INSERT INTO "{made.profiles}" SELECT -row_number() OVER (){terms} FROM '  # noqa: S608
        f"(SELECT DISTINCT TRUE{terms} FROM together)"
    )
    plain = "".join(f', t."{term}"' for term in made.plain)
    cursor.execute(f"""
        CREATE TABLE "{made.several}" AS
        SELECT t.key, t.state, coalesce(t.fresh, t.state)::UTINYINT AS standing, t.unread, t.left_on, p.profile {plain}
        FROM together AS t LEFT JOIN "{made.profiles}" AS p ON p.profile < 0 AND {same}
    """)  # noqa: S608
    cursor.execute("DROP TABLE together")
