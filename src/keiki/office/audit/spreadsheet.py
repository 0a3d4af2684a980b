"""An event as a row of a spreadsheet (docs/audit.md section 5): made from the event alone, so it can be made again."""

from __future__ import annotations

from keiki.domain.audit.event import ChainLink
from keiki.domain.audit.lines import canonical, write_time
from keiki.foundation.files.csv_cells import csv_line

COLUMNS = (
    "position",
    "at",
    "by",
    "origin",
    "happened",
    "subject",
    "supply_point",
    "why",
    "details",
    "previous",
    "hash",
)


def row_of(link: ChainLink) -> str:
    """Return the row of an event, with its line end."""
    event = link.event
    why = event.details.get("because") or event.details.get("why") or ""
    details = canonical(dict(event.details)).decode()
    return csv_line(
        [
            str(event.position),
            write_time(event.at),
            event.by,
            event.origin,
            event.happened,
            event.subject,
            _as_text(event.supply_point),
            why if isinstance(why, str) else canonical({"why": why}).decode(),
            details,
            link.previous,
            link.hash,
        ]
    )


def _as_text(number: str) -> str:
    """Keep a spreadsheet from rounding 22 digits: an apostrophe says that it is text."""
    return f"'{number}" if number else ""


HEADER = "\ufeff" + csv_line(COLUMNS)
"""The first row, behind the mark by which spreadsheets know UTF-8."""
