"""What happened to a design, by whom, from the audit: steps of one person at the units in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.domain.audit.words import happened_in_words
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.shown import actors, reason
from keiki.office.screens.languages import in_language
from keiki.office.screens.parts import Happening, Tone

from .models import Design
from .units import in_order

NEWEST, LINES = 100, 15
CHOSEN = "CombinationChosen"
TONES = {"DesignFinished": Tone.OK, "DesignBuilt": Tone.OK, "DesignRefused": Tone.BAD, "DesignReopened": Tone.WARN}
BY = {"proposal": ("推奨を採用", "proposal taken"), "undo": ("元に戻した", "step taken back")}


def history(design: Design) -> tuple[Happening, ...]:
    """Return the newest happenings, newest first; the whole is in the audit."""
    events = list(AuditEvent.objects.filter(subject=design.reference).order_by("-id")[:NEWEST])
    names = actors(events)
    return tuple(
        Happening(
            in_language(happened_in_words(event.happened)),
            event.at,
            TONES.get(event.happened, Tone.QUIET),
            names[event.by],
            _more(event, steps),
        )
        for event, steps in islice(_folded(events), LINES)
    )


def _folded(events: Iterable[AuditEvent]) -> Iterator[tuple[AuditEvent, int]]:
    """Give the newest of each run of choices that one person made, with how many there were, and all else alone."""
    for (happened, _by), run in groupby(events, key=lambda each: (each.happened, each.by)):
        found = list(run)
        if happened == CHOSEN:
            yield found[0], len(found)
        else:
            yield from ((each, 1) for each in found)


def _more(event: AuditEvent, steps: int) -> str:
    details = event.details
    said_by = BY.get(str(details.get("by", "")))
    parts = [in_language(said_by)] if said_by else []
    if isinstance(details.get("combination"), dict):
        parts.append(" · ".join(in_order(details["combination"]).values()))
    if details.get("broken"):
        parts.append(_("broken: {rules}").format(rules=", ".join(str(rule) for rule in details["broken"])))
    if details.get("because"):
        parts.append(reason(event))
    if steps > 1:
        parts.append(ngettext("{count} step", "{count} steps", steps).format(count=steps))
    return " — ".join(parts)
