"""Ask for a status reading, take it in, and say what it means: the same words for a remote reading and one on site."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from keiki.domain.diagnosis import (
    Diagnosis,
    NotReadable,
    ReadingMethod,
    RouteBMedium,
    StatusReport,
    diagnose,
)
from keiki.domain.remote.lifecycle import CommandState
from keiki.foundation.status_items import read_states
from keiki.office.audit.services import Act, record
from keiki.office.remote import services as remote
from keiki.office.remote.models import RemoteCommand
from keiki.protocols.relay.messages import CommandOutcome, CommandResult, StatusItems

from .models import DiagnosisRun, ReadingMethodChoice


def ask(act: Act, sealer: remote.Sealer, meter: remote.CommandedMeter) -> DiagnosisRun:
    """Ask for a remote reading of the status, or share the one that is still awaited of this very unit."""
    with transaction.atomic():
        open_ = _awaited(act, meter)
        if open_ is not None:
            record(act, "StatusReadingShared", open_.reference, open_.supply_point)
            return open_
        command = remote.read_status(act, sealer, meter)
        return DiagnosisRun.objects.create(
            supply_point=meter.supply_point,
            office=meter.office,
            how=ReadingMethodChoice.REMOTE,
            command=command,
            asked_at=act.at,
        )


def _awaited(act: Act, meter: remote.CommandedMeter) -> DiagnosisRun | None:
    """Return the newest reading of the unit whose answer may still come."""
    return DiagnosisRun.objects.filter(
        supply_point=meter.supply_point,
        read_at=None,
        command__communication_unit=meter.communication_unit,
        command__state__in=[CommandState.QUEUED, CommandState.SENT],
        command__expires_at__gt=act.at,
    ).last()


def status_read(act: Act, command: RemoteCommand, result: CommandResult) -> None:
    """Take the answer to a remote reading. *Unreachable* is a finding of its own; *refused* finds nothing."""
    run = DiagnosisRun.objects.get(command=command)
    if result.outcome is CommandOutcome.UNREACHABLE:
        _find(act, run, NotReadable(datetime.fromtimestamp(result.executed_at, UTC), ReadingMethod.REMOTE))
    elif result.status:
        _find(act, run, _report(result.status, ReadingMethod.REMOTE), result.status)


def status_on_site(act: Act, supply_point: str, status: StatusItems, service_office_code: str) -> DiagnosisRun:
    """Take a reading that the hand-held device made during a visit that ``office`` sent."""
    with transaction.atomic():
        run = DiagnosisRun.objects.create(
            supply_point=supply_point, office=service_office_code, how=ReadingMethodChoice.ON_SITE, asked_at=act.at
        )
        _find(act, run, _report(status, ReadingMethod.ON_SITE), status)
    return run


def explain(run: DiagnosisRun, medium: str | None) -> Diagnosis:
    """Say what a finished run means, for a unit whose route B runs over ``medium``."""
    if run.read_at is None:
        raise ValueError("the run has no answer yet")
    how = ReadingMethod(run.how)
    if run.report is None:
        return diagnose(NotReadable(run.read_at, how), None)
    report = StatusReport(
        **read_states(run.report),
        read_at=run.read_at,
        how=how,
        last_exchange=run.last_exchange_at,
    )
    return diagnose(report, RouteBMedium(medium) if medium else None)


def _find(act: Act, run: DiagnosisRun, seen: StatusReport | NotReadable, items: StatusItems | None = None) -> None:
    run.diagnosis = diagnose(seen, None).id
    if isinstance(seen, StatusReport):
        run.read_at, run.last_exchange_at = seen.read_at, seen.last_exchange
    else:
        run.read_at = seen.asked_at
    if items:
        run.report = items.words()
    run.save(update_fields=["diagnosis", "read_at", "report", "last_exchange_at"])
    record(act, "StatusDiagnosed", run.reference, run.supply_point, diagnosis=run.diagnosis, how=run.how)


def _report(items: StatusItems, how: ReadingMethod) -> StatusReport:
    return StatusReport(
        **items.states(),
        read_at=datetime.fromtimestamp(items.read_at, UTC),
        how=how,
        last_exchange=None if items.last_exchange is None else datetime.fromtimestamp(items.last_exchange, UTC),
    )
