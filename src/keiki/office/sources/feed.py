"""An owner's change feed: which supply points changed since a cursor, in the owner's own order.

A row names a point in the source's key column and, in the column ``cursor``, how far the feed has come with it. The
cursor is the owner's: kept as text and handed back, never understood.
"""

from __future__ import annotations

from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.sources.access import CURSOR
from keiki.office.sources.asking import MOST_ROWS, Changes, Rows
from keiki.office.sources.configuration import SourceConfiguration


def read_feed(source: SourceConfiguration, cursor: str, rows: Rows) -> Changes:
    """Read the feed's rows. An unreadable key, or more rows than are read at once, may mean any point."""
    if any(CURSOR not in row or source.key_column not in row for row in rows):
        return Changes(cursor, None)
    after = str(rows[-1][CURSOR]) if rows else cursor
    if not cursor or len(rows) >= MOST_ROWS:
        return Changes(after, None)
    points: set[SupplyPoint] = set()
    for row in rows:
        try:
            points.add(source.key.read(str(row[source.key_column])))
        except SupplyPointError:
            return Changes(after, None)
    return Changes(after, frozenset(points))
