"""The health of the data servers: which did not answer last, and a check of all on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.office.audit.acting import act_of
from keiki.office.audit.source_outages import silent_sources
from keiki.office.screens.languages import in_language
from keiki.office.screens.parts import Tone
from keiki.office.screens.request import OfficeRequest
from keiki.office.sources.health import Health, check_sources


@dataclass(frozen=True)
class UncheckedServer:
    """A data server before it was checked: its owner, and since when it has not answered."""

    name: str
    owner: str
    failing_since: datetime | None


@dataclass(frozen=True)
class CheckedServer:
    """A data server as the check found it. ``findings`` are sentences; values of rows are in none."""

    name: str
    owner: str
    tone: Tone
    word: str
    rows: int | None
    newest: datetime | None
    findings: tuple[str, ...]
    took: str


def sources(request: OfficeRequest) -> HttpResponse:
    """Show which data servers there are, and which did not answer the last look-up."""
    sources = request.office_services.sources
    failing = silent_sources(sources)
    servers = [
        UncheckedServer(each.card.id, in_language(each.card.owner), failing.get(each.card.id))
        for each in sources.configuration.sources
    ]
    return render(request, "points/sources.html", {"servers": servers})


def check(request: OfficeRequest) -> HttpResponse:
    """Survey every data server now; takes as long as the slowest, at most half a minute."""
    at = act_of(request).at
    found = check_sources(request.office_services.sources.configuration, at, cache=request.office_services.drops)
    context = {"checked": [_checked(each) for each in found], "at": at, "ill": _unusable_owners(found)}
    template = "points/sources_checked.html" if request.htmx else "points/sources.html"
    return render(request, template, context)


def _unusable_owners(found: Sequence[Health]) -> str:
    owners = [in_language(each.owner) for each in found if not each.usable]
    return _("Not to be decided from: {owners}").format(owners=", ".join(owners)) if owners else ""


def _checked(found: Health) -> CheckedServer:
    if not found.reachable:
        tone, word = Tone.BAD, _("not reachable")
    elif found.well:
        tone, word = Tone.OK, _("in order")
    elif found.usable:
        tone, word = Tone.QUIET, _("reachable, rows not read")
    else:
        tone, word = Tone.WARN, _("not to be decided from")
    return CheckedServer(
        name=found.source,
        owner=in_language(found.owner),
        tone=tone,
        word=word,
        rows=found.rows if found.surveyed else None,
        newest=found.newest,
        findings=tuple(_findings(found)),
        took=f"{found.took:.1f} s",
    )


def _findings(found: Health) -> list[str]:
    said_ = [in_language(found.reason)] if any(found.reason) else []
    if found.stale:
        words = ngettext("{count} row is too old.", "{count} rows are too old.", found.stale)
        said_.append(words.format(count=found.stale))
    if found.ahead:
        words = ngettext("{count} row lies in the future.", "{count} rows lie in the future.", found.ahead)
        said_.append(words.format(count=found.ahead))
    said_ += [in_language(warning) for warning in found.warnings]
    for each in found.findings:
        words = ngettext("{column}: {count} row with {shape}. ", "{column}: {count} rows with {shape}. ", each.rows)
        said_.append(words.format(column=each.column, count=each.rows, shape=each.masked) + in_language(each.example))
    return said_
