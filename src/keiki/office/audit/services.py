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

from keiki.domain.lifecycle import Lifecycle

from .models import AuditEvent

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


@dataclass(frozen=True)
class Act:
    """Who acts, and when (an aware datetime). Every service takes one."""

    by: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise ValueError("an act has a name: say who acts")
        if self.at.tzinfo is None:
            raise ValueError("an act's time has a zone")


class Changed(Exception):  # noqa: N818 - what happened to the row
    """Another act changed the row first; nothing of this one was kept."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"{subject} was changed by someone else meanwhile: look at it again and repeat")


class Kept(Protocol):
    """A row with a lifecycle."""

    pk: Any
    state: str
    supply_point: str

    @property
    def reference(self) -> str:
        """What people call the row, for example ``D-12``."""


def record(act: Act, happened: str, subject: str, supply_point: str = "", **details: Any) -> AuditEvent:
    """Add the event ``happened`` (past tense) about ``subject``. Only inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event is written in the transaction of what it tells of")
    return AuditEvent.objects.create(
        at=act.at, by=act.by, happened=happened, subject=subject, supply_point=supply_point, details=details
    )


def transition(
    act: Act,
    row: Kept,
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
