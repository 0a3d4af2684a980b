"""Calls of the audit's screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction
from screens_rig import Sample, World

from keiki.office.audit import verifications
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act, record


def _verification(world: World) -> Sample:
    return Sample({"number": verifications.ask(Act("tanaka", world.cast.now)).pk})


def _event(_: World) -> Sample:
    return Sample({"position": AuditEvent.objects.order_by("position").values_list("position", flat=True)[0]})


def _lift(world: World) -> Sample:
    if "stopped" not in world.kept:
        with transaction.atomic():
            stopped = record(Act("tanaka", datetime.now(UTC)), "LookUpLimitReached", "user tanaka", limit=500)
        world.kept["stopped"] = stopped.position
    return Sample({"position": world.kept["stopped"]}, {"because": "a day of many questions"}, expects=(302,))


def _take_away(world: World) -> Sample:
    return Sample(expects=(200,))


SAMPLES: dict[str, Callable[[World], Sample]] = {
    "audit:list": lambda _: Sample(),
    "audit:event": _event,
    "audit:lift_limit": _lift,
    "audit:verify": lambda _: Sample(expects=(302,)),
    "audit:verification": _verification,
    "audit:take_away": _take_away,
}
