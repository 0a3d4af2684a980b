"""Count what waits, by a person's rights and service offices: at most two queries for each line, from an index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.access import Right, Rights
from keiki.office.audit import source_outages
from keiki.office.audit.models import AuditCheckpoint, AuditEvent
from keiki.office.points.addresses import address
from keiki.office.screens.languages import in_language
from keiki.office.sources import Sources

from .lines import LINES, TodayGroup, TodayLine

UNSIGNED_FOR = timedelta(hours=3)
"""So long after an event a checkpoint over it is late: something keeps it from being signed."""


@dataclass(frozen=True)
class TodayCount:
    """A line with its number (``None``: not a number of things), the oldest one's moment, and where they are listed."""

    group: TodayGroup
    words: str
    count: int | None
    since: datetime | None
    url: str


def counted(rights: Rights, now: datetime) -> list[TodayCount]:
    """Count every line that the person has the right to; lines with nothing in them are left out."""
    found = [_count(line, rights, now) for line in LINES if rights.may(line.right)]
    return [each for each in found if each.count]


def _count(line: TodayLine, rights: Rights, now: datetime) -> TodayCount:
    reach, rows = rights.reach(line.right), line.rows(now)
    if line.office_column and not reach.everywhere:
        rows = rows.filter(**{f"{line.office_column}__in": sorted(reach.offices)})
    found = rows.aggregate(count=Count("pk"), oldest=Min("pk"))  # from the index alone: no row is read
    since = rows.filter(pk=found["oldest"]).values_list(line.since, flat=True).first() if found["count"] else None
    url = address(line.url)
    where = f"{url}?{line.query}" if url and line.query else url
    return TodayCount(line.group, str(line.words), found["count"], _moment(since), where)


def _moment(since: date | None) -> datetime | None:
    """A day has been since its midnight."""
    if since is None or isinstance(since, datetime):
        return since
    return timezone.make_aware(datetime.combine(since, time()))


def silent_sources(rights: Rights, sources: Sources) -> list[TodayCount]:
    """Return the data servers that did not answer whoever asked last; asks nobody."""
    owners = {each.card.id: in_language(each.card.owner) for each in sources.configuration.sources}
    url = address("points:sources") if rights.may(Right.SEE_SOURCES) else ""
    return [
        TodayCount(TodayGroup.BROKEN, _("{owner} does not answer").format(owner=owners[source]), None, since, url)
        for source, since in sorted(source_outages.silent_sources(sources).items())
    ]


def unsigned_audit(rights: Rights, now: datetime) -> list[TodayCount]:
    """Return that the audit is not being signed, where an event has waited too long for its checkpoint."""
    if not rights.may(Right.SEE_AUDIT):
        return []
    signed = AuditCheckpoint.objects.order_by("-number").values_list("position", flat=True).first() or 0
    waiting = AuditEvent.objects.filter(position__gt=signed).order_by("position").values_list("at", flat=True).first()
    if waiting is None or now - waiting < UNSIGNED_FOR:
        return []
    words = _("The audit is not being signed: verify it, and look at the worker")
    return [TodayCount(TodayGroup.BROKEN, words, None, waiting, address("audit:list"))]
