"""What happened to a design, by whom, from the audit."""

from __future__ import annotations

from django.utils.translation import gettext as _

from keiki.domain.audit.words import happened_in_words
from keiki.office.access.models import User
from keiki.office.audit.models import AuditEvent
from keiki.office.screens.languages import said
from keiki.office.screens.parts import Happening, Tone

from .models import Design

NEWEST = 30
TONES = {"DesignFinished": Tone.OK, "DesignBuilt": Tone.OK, "DesignRefused": Tone.BAD, "DesignReopened": Tone.WARN}
BY = {"proposal": ("推奨を採用", "proposal taken"), "undo": ("元に戻した", "step taken back")}


def history(design: Design) -> tuple[Happening, ...]:
    """Return the newest happenings, newest first."""
    events = list(AuditEvent.objects.filter(subject=design.reference).order_by("-id")[:NEWEST])
    names = dict(User.objects.filter(username__in={each.by for each in events}).values_list("username", "name"))
    return tuple(
        Happening(
            said(happened_in_words(event.happened)),
            event.at,
            TONES.get(event.happened, Tone.QUIET),
            names.get(event.by) or event.by,
            _more(event),
        )
        for event in events
    )


def _more(event: AuditEvent) -> str:
    details = event.details
    said_by = BY.get(str(details.get("by", "")))
    parts = [said(said_by)] if said_by else []
    if isinstance(details.get("combination"), dict):
        parts.append(" · ".join(str(unit) for unit in details["combination"].values()))
    if details.get("broken"):
        parts.append(_("broken: {rules}").format(rules=", ".join(str(rule) for rule in details["broken"])))
    if details.get("because"):
        parts.append(str(details["because"]))
    return " — ".join(parts)
