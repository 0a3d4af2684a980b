"""How many look-ups one person makes in an hour at most: whoever collects customers' data is stopped, and told of.

The limit is far above a day's work. The first refusal of an hour is an event of its own, which *Today* shows to who
may see the audit until it is a day old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from keiki.office.refusal import Refusal

from .models import AuditEvent
from .services import Act, record

HOUR, SHOWN_FOR = timedelta(hours=1), timedelta(days=1)
LOOK_UPS = ("CustomerDataRead", "SupplyPointLookedUp", "SupplyPointsSearched")
REACHED = "LookUpLimitReached"


class TooManyLookUps(Refusal):
    """A person looked up as much in an hour as is let through."""

    code = "too_many_look_ups"


def refuse_too_many(act: Act, limit: int) -> None:
    """Raise :class:`TooManyLookUps` where ``act``'s person made ``limit`` look-ups in the hour before."""
    theirs = AuditEvent.objects.filter(by=act.by, at__gt=act.at - HOUR)
    made = theirs.filter(happened__in=LOOK_UPS).order_by().values_list("pk", flat=True)[:limit]
    if len(made) < limit:
        return
    with transaction.atomic():
        if not theirs.filter(happened=REACHED).exists():
            record(act, "LookUpLimitReached", f"user {act.by}", limit=limit)
    raise TooManyLookUps(
        f"1時間の照会の上限({limit}件)に達しました。時間をおいてやり直してください。"
        "業務に必要な場合は、セキュリティ責任者に相談してください",
        f"you have looked up {limit} supply points or customers within an hour, which is the limit: go on later, and "
        "tell your security officer if your work needs more",
    )


def reached(now: datetime) -> QuerySet[AuditEvent]:
    """Return that people came to the limit lately."""
    return AuditEvent.objects.filter(happened=REACHED, at__gt=now - SHOWN_FOR)
