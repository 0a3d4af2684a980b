"""Handing the results of visits to the office: one sealed, signed file for each, carried as the worker likes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keiki.handheld.enrolment import write_durably
from keiki.handheld.journal import Visit
from keiki.handheld.wiring import Device
from keiki.protocols.relay.messages import CommandOutcome, CommandResult, StatusItems, VisitResult
from keiki.protocols.relay.wire import seal_visit_result

SUFFIX = ".visit"
UNSTATED = "UNSTATED"
"""The work order's number in a result whose worker did not state it: the office goes by unit and generation."""


def export(device: Device, folder: Path, again: bool) -> list[Path]:
    """Write the results not yet handed out (``again``: all of them) and return their paths.

    A result keeps its visit's id as message id, so one that is handed out twice counts once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for visit in device.journal.to_export(again):
        path = folder / f"{visit.id}{SUFFIX}"
        result = as_result(visit, with_exchange=device.settings.send_last_exchange)
        write_durably(path, seal_visit_result(result, device.office, device.identity))
        device.journal.note_exported(visit.id, device.clock())
        written.append(path)
    return written


def as_result(visit: Visit, *, with_exchange: bool = False) -> VisitResult:
    """The result of a visit that has ended; without ``with_exchange`` as offices of before that field read it."""
    if visit.ending is None:
        raise ValueError("a visit that has not ended has no result: resume it or give it up")
    items: dict[str, Any] = dict(visit.status)
    if not with_exchange:
        items.pop("last_exchange", None)
    result = CommandResult(
        message_id=bytes.fromhex(visit.id),
        outcome=CommandOutcome(visit.ending.outcome),
        reason=visit.ending.reason,
        generation=visit.ending.held,
        status=StatusItems(**items) if items else None,
        executed_at=visit.ending.executed_at,
    )
    found = visit.found
    return VisitResult(
        result,
        visit.work_order or UNSTATED,
        found.get("communication_unit"),
        found.get("metering_unit"),
        found.get("optional_unit"),
    )
