"""The first page after the log-in."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.access import Right
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import age
from keiki.office.screens.parts import CountLink, Tone
from keiki.office.screens.refusals import REFUSALS
from keiki.office.screens.request import OfficeRequest
from keiki.office.sentences import sentence_of

from .lines import TodayGroup
from .queries import TodayCount, counted, silent_sources, unsigned_audit

TONES = {TodayGroup.BROKEN: Tone.BAD, TodayGroup.LATE: Tone.WARN, TodayGroup.WAITING: Tone.INFO}


def today(request: OfficeRequest) -> HttpResponse:
    """Show what waits, what is late and what is broken, as far as the person's rights reach."""
    now, rights = timezone.now(), request.rights
    lines = counted(rights, now) + unsigned_audit(rights, now)
    troubles: list[str] = []
    if rights.may(Right.SEE_POINTS) or rights.may(Right.SEE_SOURCES):
        try:
            lines += silent_sources(rights, request.office_services.sources)
        except REFUSALS as error:
            troubles.append(in_language(sentence_of(error)))
    groups = [
        {"name": name, "tallies": _tallies(lines, group, now), "notices": _notices(lines, group, now)}
        for group, name in (
            (TodayGroup.BROKEN, _("Broken")),
            (TodayGroup.LATE, _("Late")),
            (TodayGroup.WAITING, _("Waiting for you")),
        )
    ]
    shown = [each for each in groups if each["tallies"] or each["notices"]]
    context = {"groups": shown, "troubles": troubles}
    return render(request, "today/today.html", context)


def _tallies(lines: list[TodayCount], group: TodayGroup, now: datetime) -> list[CountLink]:
    return [
        CountLink(each.words, each.count, TONES[group], each.url, _since(each, now))
        for each in lines
        if each.group is group and each.count is not None
    ]


def _notices(lines: list[TodayCount], group: TodayGroup, now: datetime) -> list[dict[str, str]]:
    return [
        {"words": each.words, "since": _since(each, now), "url": each.url}
        for each in lines
        if each.group is group and each.count is None
    ]


def _since(line: TodayCount, now: datetime) -> str:
    if line.since is None:
        return ""
    words = _("since {when}") if line.count is None else _("the oldest since {when}")
    return words.format(when=age(line.since, now))
