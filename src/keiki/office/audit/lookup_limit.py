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
LOOK_UPS = ("SupplyPointLookedUp", "SupplyPointsSearched")
"""What counts, each once: a page with its customer's masked data is one, for every reading of a customer's data comes
with a look at its supply point."""
REACHED, LIFTED = "LookUpLimitReached", "LookUpLimitLifted"


class TooManyLookUps(Refusal):
    """A person looked up as much in an hour as is let through."""

    code = "too_many_look_ups"


class LimitNotLifted(Refusal):
    """The limit of a person is not lifted; says why."""

    code = "limit_not_lifted"


def refuse_too_many(act: Act, limit: int) -> None:
    """Raise :class:`TooManyLookUps` where ``act``'s person made ``limit`` look-ups in the hour before."""
    since = _lifted_at(act.by, act.at - HOUR) or act.at - HOUR
    theirs = AuditEvent.objects.filter(by=act.by, at__gt=since)
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


def stopped(event: AuditEvent, now: datetime) -> bool:
    """Whether the person of this :data:`REACHED` event is stopped still: within the hour, and nobody lifted it."""
    recent = event.happened == REACHED and event.at > now - HOUR
    return recent and _lifted_at(event.by, event.at) is None


def lift(act: Act, event: AuditEvent, because: str) -> None:
    """Let a person who came to the limit go on: what they looked up before counts no more. Nobody does it for themself.

    The limit itself stays: whoever comes to it again is stopped and told of again.
    """
    if act.by == event.by:
        raise LimitNotLifted(
            "自分の制限は自分では解除できません。ほかのセキュリティ責任者に依頼してください",
            "nobody lifts their own limit: ask another security officer",
        )
    if not stopped(event, act.at):
        raise LimitNotLifted(
            "この人はもう制限されていません。何もする必要はありません",
            "this person is not stopped any more: nothing is to be done",
        )
    with transaction.atomic():
        record(act, "LookUpLimitLifted", f"user {event.by}", because=because)


def _lifted_at(person: str, since: datetime) -> datetime | None:
    """Return when the limit was last lifted for a person."""
    lifted = AuditEvent.objects.filter(subject=f"user {person}", happened=LIFTED, at__gt=since)
    return lifted.order_by("-position").values_list("at", flat=True).first()


def reached(now: datetime) -> QuerySet[AuditEvent]:
    """Return that people came to the limit lately."""
    return AuditEvent.objects.filter(happened=REACHED, at__gt=now - SHOWN_FOR)
