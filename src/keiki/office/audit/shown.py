"""An event of the audit in the reader's words: who, about what, and why; for the audit's pages and for histories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model

from keiki.domain.audit.details import value_in_words
from keiki.domain.audit.lines import canonical
from keiki.domain.audit.parties import actor_in_words, subject_in_words
from keiki.office.screens.languages import in_language

from .models import AuditEvent

IN_JAPANESE = "_ja"
"""How the name of a detail ends that says another detail in Japanese; it is shown in that one's place."""


def detail(name: str, value: Any, details: dict[str, Any]) -> str:
    """Return a detail in words; what stands for itself as it is kept."""
    words = value_in_words(name, value, details)
    if words is not None:
        return in_language(words)
    return value if isinstance(value, str) else canonical({"": value}).decode()[4:-1]


def reason(event: AuditEvent) -> str:
    """Return why it happened, else for what purpose; empty where nothing of it is kept."""
    name = "because" if event.details.get("because") else "why"
    return detail(name, event.details.get(name) or "", event.details)


def about(event: AuditEvent) -> str:
    """Return what the event is about."""
    return in_language(subject_in_words(event.subject))


def actors(events: Iterable[AuditEvent]) -> dict[str, str]:
    """Return by what their events keep what those are called now who acted: people by name, processes in words."""
    by = {each.by for each in events}
    people = dict(get_user_model().objects.filter(username__in=by).values_list("username", "name"))
    return {each: people.get(each) or in_language(actor_in_words(each)) for each in by}
