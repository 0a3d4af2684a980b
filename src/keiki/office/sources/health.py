"""The health of the sources: is each reachable, how many rows, how fresh, and what in them the mapping does not know.

For the operator's ``keiki sources check`` and for the integrator who writes the configuration. A source is surveyed by
its ``survey`` query: all rows are counted, at most :data:`SAMPLE` of them are read.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keiki.domain.linkage.record import FUTURE_TOLERANCE, Reject
from keiki.domain.linkage.terms import Text
from keiki.office.sources.configuration import Configuration, SourceConfiguration
from keiki.office.sources.database import MOST_ROWS, Database
from keiki.office.sources.errors import SourceUnavailableError
from keiki.office.sources.reading import read_rows

SAMPLE = MOST_ROWS
LIMIT = 30.0
"""How long a survey of one source may take, in seconds."""


UNSURVEYED: Text = (
    "survey が設定されていないため、行は調べていません。",
    "no survey is configured: its rows were not read",
)


@dataclass(frozen=True)
class Finding:
    """Something that the mapping could not read, and in how many of the rows read: the value only by its shape."""

    column: str
    masked: str
    rows: int
    example: Text


@dataclass(frozen=True)
class Health:
    """One source's health. ``rows`` counts all, ``read`` those that were looked into; ``took`` in seconds."""

    source: str
    owner: Text
    reachable: bool
    reason: Text
    took: float
    rows: int = 0
    read: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    stale: int = 0
    ahead: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def well(self) -> bool:
        """Whether the source can be decided from: reachable, every row readable, fresh and of the past."""
        return self.reachable and self.rows > 0 and not (self.findings or self.stale or self.ahead)


def check_sources(configuration: Configuration, now: datetime, limit: float = LIMIT) -> tuple[Health, ...]:
    """Survey every source, one after the other; never raises for what a source does."""
    return tuple(_check(source, now, limit) for source in configuration.sources)


def _check(source: SourceConfiguration, now: datetime, limit: float) -> Health:
    card, started = source.card, time.monotonic()
    database = Database(source, limit)
    try:
        if not source.survey:
            database.rows("SELECT 1", {})
            return Health(card.id, card.owner, True, UNSURVEYED, time.monotonic() - started)
        (counted,) = database.rows(f"SELECT count(*) AS pieces FROM ({source.survey}) AS survey", {})  # noqa: S608
        foreign = database.rows(source.survey, {})
    except SourceUnavailableError as error:
        return Health(card.id, card.owner, False, error.reason, time.monotonic() - started)
    finally:
        database.close()
    records = read_rows(source, None, foreign, now)
    times = [row.as_of for row in records.rows]
    return Health(
        card.id,
        card.owner,
        True,
        ("", ""),
        time.monotonic() - started,
        rows=int(str(counted["pieces"])),
        read=len(foreign),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        stale=sum(now - moment > card.max_age for moment in times),
        ahead=sum(moment - now > FUTURE_TOLERANCE for moment in times),
        findings=_findings(records.rejects),
    )


def _findings(rejects: Sequence[Reject]) -> tuple[Finding, ...]:
    """Count rows by column and shape of the value, the most frequent first; one cell may cost several facts."""
    cells = {(reject.row, reject.column): reject for reject in rejects}.values()
    shapes = Counter((reject.column, reject.masked) for reject in cells)
    examples = {(reject.column, reject.masked): reject.reason for reject in reversed(rejects)}
    return tuple(Finding(*shape, count, examples[shape]) for shape, count in shapes.most_common())
