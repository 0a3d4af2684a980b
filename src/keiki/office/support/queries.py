"""Ask for diagnoses, in plain values and both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import get_current_timezone

from keiki.foundation.text.bilingual import Bilingual

from .models import DiagnosisRun
from .services import explain


def latest(supply_point: str, since: datetime | None = None) -> DiagnosisRun | None:
    """Return the newest run that found something; ``since`` leaves out what was asked for before."""
    found = DiagnosisRun.objects.filter(supply_point=supply_point, read_at__isnull=False)
    if since is not None:
        found = found.filter(asked_at__gte=since)
    return found.order_by("-read_at", "-id").first()


def awaited(supply_point: str) -> DiagnosisRun | None:
    """Return the newest run that still waits for its answer."""
    return DiagnosisRun.objects.filter(supply_point=supply_point, read_at=None).order_by("-id").first()


def describe(run: DiagnosisRun, medium: str | None) -> dict[str, Any]:
    """Return a finished run with its words."""
    found = explain(run, medium)
    exchange = found.exchange(get_current_timezone())
    return {
        "id": run.reference,
        "supply_point": run.supply_point,
        "office": run.office,
        "diagnosis": found.id.value,
        "ok": found.ok,
        "how": run.how,
        "at": found.at.isoformat(),
        "last_exchange": found.last_exchange.isoformat() if found.last_exchange else None,
        "silent": found.silent,
        "exchange": _both(exchange) if exchange else None,
        "message": _both(found.message),
        "lamps": [
            {"id": lamp.id, "name": _both(lamp.name), "state": lamp.state, "word": _both(lamp.word), "good": lamp.good}
            for lamp in found.lamps
        ],
        "causes": [_both(words) for words in found.causes],
        "todo": [_both(words) for words in found.todo],
        "notes": [_both(words) for words in found.notes],
    }


def _both(words: Bilingual) -> dict[str, str]:
    return {"ja": words.ja, "en": words.en}
