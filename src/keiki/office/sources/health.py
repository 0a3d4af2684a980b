"""The health of the sources: is each reachable, how many rows, how fresh, and what in them the mapping does not know.

For the operator's ``keiki sources check`` and for the integrator who writes the configuration. A source is surveyed by
its ``survey`` query: all rows are counted, at most :data:`~keiki.office.sources.asking.MOST_ROWS` of them are read.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from keiki.domain.linkage.record import FUTURE_TOLERANCE, Reject
from keiki.domain.linkage.terms import Text
from keiki.foundation.files.folder import passed_over_text
from keiki.office.sources.asking import Asker, SourceQuestion, SourceServer, Survey
from keiki.office.sources.configuration import ConfiguredSources, SourceConfiguration
from keiki.office.sources.errors import SourceUnavailableError
from keiki.office.sources.opening import open_server
from keiki.office.sources.reading import read_rows

LIMIT = 30.0
"""How long a survey of one source may take, in seconds."""


UNSURVEYED: Text = (
    "survey が設定されていないため、行は調べていません。",
    "no survey is configured: its rows were not read",
)


EMPTY: Text = ("1件も記録がありません。所有部署に確認してください。", "it has no row at all: ask its owner")


@dataclass(frozen=True)
class MappingFinding:
    """Something that the mapping could not read, and in how many of the rows read: the value only by its shape."""

    column: str
    masked: str
    rows: int
    example: Text


@dataclass(frozen=True)
class Health:
    """One source's health. ``rows`` counts all, ``read`` those that were looked into; ``took`` in seconds.

    ``reason`` says to anybody why there are no rows, ``detail`` to the integrator. ``warnings`` are of what does not
    stand in the way of a decision.
    """

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
    findings: tuple[MappingFinding, ...] = ()
    detail: Text = ("", "")
    warnings: tuple[Text, ...] = ()

    @property
    def surveyed(self) -> bool:
        """Whether its rows were counted, be there none."""
        return self.reachable and self.reason != UNSURVEYED

    @property
    def usable(self) -> bool:
        """Whether nothing is known against the source: well, or reachable where no survey is allowed."""
        return self.well or (self.reachable and not self.surveyed)

    @property
    def well(self) -> bool:
        """Whether the source can be decided from: reachable, every row readable, fresh and of the past."""
        return self.reachable and self.rows > 0 and not (self.findings or self.stale or self.ahead)


def check_sources(
    configuration: ConfiguredSources, now: datetime, limit: float = LIMIT, cache: Path | None = None
) -> tuple[Health, ...]:
    """Survey every source, all at once; never raises for what a source does."""
    started = time.monotonic()
    servers = [open_server(source, limit, cache) for source in configuration.sources]
    askers = [Asker(source.card.id, limit) for source in configuration.sources]
    try:
        asked = [asker.ask(partial(_survey, server)) for asker, server in zip(askers, servers, strict=True)]
        checked = zip(configuration.sources, askers, asked, strict=True)
        return tuple(_check(source, asker, asking, now, started) for source, asker, asking in checked)
    finally:
        for asker, server in zip(askers, servers, strict=True):
            asker.close()
            server.close()


def _survey(server: SourceServer) -> tuple[Survey | None, float]:
    started = time.monotonic()
    return server.survey(), time.monotonic() - started


def _check(
    source: SourceConfiguration,
    asker: Asker,
    asking: SourceQuestion[tuple[Survey | None, float]],
    now: datetime,
    started: float,
) -> Health:
    card = source.card
    try:
        survey, took = asker.wait(asking, started)
    except SourceUnavailableError as error:
        took = time.monotonic() - started
        return Health(card.id, card.owner, False, error.reason, took, detail=error.detail)
    if survey is None:
        return Health(card.id, card.owner, True, UNSURVEYED, took, detail=UNSURVEYED)
    records = read_rows(source, None, survey.rows, now)
    times = [row.as_of for row in records.rows]
    wrong = ("", "") if survey.count else EMPTY
    return Health(
        card.id,
        card.owner,
        True,
        wrong,
        took,
        detail=wrong,
        rows=survey.count,
        read=len(survey.rows),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        stale=sum(now - moment > card.max_age for moment in times),
        ahead=sum(moment - now > FUTURE_TOLERANCE for moment in times),
        findings=_findings(records.rejects),
        warnings=_warnings(survey),
    )


def _warnings(survey: Survey) -> tuple[Text, ...]:
    if not survey.passed_over:
        return ()
    told = passed_over_text(survey.passed_over)
    return ((told.ja, told.en),)


def _findings(rejects: Sequence[Reject]) -> tuple[MappingFinding, ...]:
    """Count rows by column and shape of the value, the most frequent first; one cell may cost several facts."""
    cells = {(reject.row, reject.column): reject for reject in rejects}.values()
    shapes = Counter((reject.column, reject.masked) for reject in cells)
    examples = {(reject.column, reject.masked): reject.reason for reject in reversed(rejects)}
    return tuple(MappingFinding(*shape, count, examples[shape]) for shape, count in shapes.most_common())
