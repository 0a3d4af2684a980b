"""Write audit events, and make state changes that cannot happen without one.

:func:`record` refuses outside a transaction, so that an event and what it tells of are kept or lost together.
:func:`transition` is the only way a row of the office changes its state: lifecycle table, row and event in one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from django.db import connection, models, transaction

from keiki.domain.audit import event as chained
from keiki.domain.audit.lines import plain
from keiki.domain.lifecycle import Lifecycle
from keiki.office.refusal import Refusal

from .models import AuditEvent

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


@dataclass(frozen=True)
class Act:
    """Who acts, when (an aware datetime), and from where as far as is known. Every service takes one.

    ``roles`` are those that a person held when they acted: the audit keeps them, for they may be others tomorrow.
    """

    by: str
    at: datetime
    origin: str = ""
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise ValueError("an act has a name: say who acts")
        if self.at.tzinfo is None:
            raise ValueError("an act's time has a zone")


class Changed(Refusal):
    """Another act changed the row first; nothing of this one was kept."""

    code = "changed"

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"{subject} は、その間にほかの人が変更しました。内容を見直してから、もう一度行ってください",
            f"{subject} was changed by someone else meanwhile: look at it again and repeat",
        )


class LifecycleRow(Protocol):
    """A row with a lifecycle."""

    pk: Any
    state: str
    supply_point: str

    @property
    def reference(self) -> str:
        """What people call the row, for example ``D-12``."""


def record(act: Act, happened: str, subject: str, supply_point: str = "", **details: Any) -> AuditEvent:
    """Add the event ``happened`` (past tense) about ``subject``, chained to the last one. Only inside a transaction.

    The database lets one transaction at a time write (ADR 0951), so positions have no gap and no two events the same.
    Details are kept as :func:`~keiki.domain.audit.lines.plain` makes them: a fraction becomes its text.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event is written in the transaction of what it tells of")
    if act.roles:
        details = {**details, "roles": list(act.roles)}
    last = AuditEvent.objects.order_by("-position").values_list("position", "hash").first()
    position, previous = (last[0] + 1, last[1]) if last else (1, chained.GENESIS)
    event = chained.RecordedEvent(position, act.at, act.by, act.origin, happened, subject, supply_point, plain(details))
    return AuditEvent.objects.create(
        position=position,
        at=act.at,
        by=act.by,
        origin=act.origin,
        happened=happened,
        subject=subject,
        supply_point=supply_point,
        details=dict(event.details),
        previous=previous,
        hash=event.hash_after(previous),
    )


def reread(row: models.Model) -> None:
    """Read ``row`` again inside the transaction that decides by its state; what was read before it may be old.

    The database lets one transaction at a time write (ADR 0951), so what is read here stays so until the end of it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a state that is decided by is read in the transaction that writes")
    row.refresh_from_db()


def reason_in_both(because: str, because_ja: str) -> dict[str, Any]:
    """Return the details of a reason: in both languages where the office writes it, as it was typed otherwise."""
    return {"because": because, **({"because_ja": because_ja} if because_ja and because_ja != because else {})}


def transition(
    act: Act,
    row: LifecycleRow,
    lifecycle: Lifecycle[State, Event],
    event: Event,
    happened: str,
    *,
    columns: dict[str, Any] | None = None,
    expected: dict[str, Any] | None = None,
    **details: Any,
) -> None:
    """Lead ``row`` through ``event`` of its lifecycle, set ``columns`` with it and record ``happened``.

    Raises :class:`~keiki.domain.lifecycle.IllegalTransition` where the table has no such step and :class:`Changed`
    where the row is no longer in the state it was read in, or not as ``expected`` says (a version); in both cases
    nothing is written.
    """
    before = type(lifecycle.initial)(row.state)
    after = lifecycle.after(before, event)
    kept: type[models.Model] = type(row)  # type: ignore[assignment]
    with transaction.atomic():
        values = {"state": after.value, **(columns or {})}
        if not kept._default_manager.filter(pk=row.pk, state=before.value, **(expected or {})).update(**values):
            raise Changed(row.reference)
        record(act, happened, row.reference, row.supply_point, before=before.value, after=after.value, **details)
    for name, value in values.items():
        setattr(row, name, value)
