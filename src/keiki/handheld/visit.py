"""Carrying out a visit: check the envelope, match the meter, open, set and prove the password, read the status, close.

The envelope is opened only after the meter at the port gave the serial number that it was sealed for.

Every step is journalled before the next is taken. A visit ends *closed* (the password is proved in the meter) or
*abandoned* (it was refused, and it is known that this visit changed nothing more); otherwise it stays unfinished and
is taken up again by :func:`carry_out`, which asks the meter instead of guessing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from keiki.domain.workorders.visit import VisitEvent, VisitState
from keiki.handheld import memory
from keiki.handheld.journal import Visit, VisitEnd, VisitStep
from keiki.handheld.port import MeterLine
from keiki.handheld.reading import find_units, read_status_items
from keiki.handheld.refusals import DeviceRefusal
from keiki.handheld.wiring import Device
from keiki.protocols.barcode.text import text_to_envelope
from keiki.protocols.meter_port.messages import MeterIdentity, MeterRefusalReason
from keiki.protocols.meter_port.procedure import (
    IntendedMeter,
    MeterCredential,
    MeterWriteOutcome,
    MeterWriteResult,
    drive,
    set_credential,
)
from keiki.protocols.sealing.credential import (
    CredentialContext,
    OpenedCredential,
    open_credential,
    read_context,
    verify_credential,
)
from keiki.protocols.sealing.errors import Expired, NotForThisMeter, SealingError
from keiki.protocols.sealing.message import SealingPurpose

Tell = Callable[[VisitStep], None]


@dataclass(frozen=True)
class VisitConclusion:
    """What came of it: the visit as journalled, and the code of what stands in the way, if anything does."""

    visit: Visit
    trouble: str | None = None


def begin(device: Device, text: str, work_order: str) -> Visit:
    """Begin a visit with what was read from the barcode; the same barcode takes up its unfinished visit.

    Raises :class:`SealingError` where the text is no envelope at all: nothing is journalled then.
    """
    envelope = text_to_envelope(text)
    context = read_context(envelope)
    return device.journal.begin(
        device.random_bytes(16).hex(),
        envelope,
        device.clock(),
        work_order=work_order,
        unit=context.communication_unit,
        generation=context.generation,
        expires=context.expires,
    )


def carry_out(device: Device, visit: Visit, line: MeterLine, tell: Tell) -> VisitConclusion:
    """Carry a visit on from wherever it is, as far as meter and envelope allow."""
    work = _Work(device, visit.id, line, tell)
    if visit.state is VisitState.PROVED:
        return work.close()
    try:
        work.check_envelope()
    except SealingError as refused:
        return work.abandon(refused.code)
    try:
        identity = find_units(line)
        work.match(identity)
        outcome = work.set_password(identity)
    except DeviceRefusal as refused:
        return work.leave(refused.code)
    except NotForThisMeter:
        return work.leave(NotForThisMeter.code)
    except SealingError as refused:
        return work.abandon(refused.code)
    return work.conclude(outcome)


def give_up(device: Device, visit: Visit, tell: Tell) -> VisitConclusion:
    """End an unfinished visit at the worker's word. A proved one is closed instead: what is done is done."""
    work = _Work(device, visit.id, None, tell)
    return work.close() if visit.state is VisitState.PROVED else work.abandon("given_up")


class _Work:
    """One visit being carried out on one line."""

    def __init__(self, device: Device, visit: str, line: MeterLine | None, tell: Tell) -> None:
        self._device, self._id, self._line, self._tell = device, visit, line, tell

    @property
    def visit(self) -> Visit:
        return self._device.journal.visit(self._id)

    def record(self, event: str, ending: VisitEnd | None = None) -> None:
        self._tell(self._device.journal.record(self._id, VisitEvent(event), self._device.clock(), ending))

    def check_envelope(self) -> CredentialContext:
        """Make every check that needs no meter: form, purpose, recipient, signature, expiry. Nothing is opened."""
        device = self._device
        return verify_credential(
            self._envelope, device.identity, device.office, device.clock(), purpose=SealingPurpose.BARCODE
        )

    def match(self, identity: MeterIdentity) -> None:
        """Keep which units hang here; raise :class:`NotForThisMeter` where the envelope is for another."""
        self._device.journal.note_found(self._id, found_serials(identity))
        context = self.check_envelope()
        other_place = identity.supply_point and identity.supply_point != context.supply_point
        if identity.communication_serial != context.communication_unit or other_place:
            raise NotForThisMeter
        if self.visit.state is VisitState.READY:
            self.record(VisitEvent.FIND_METER)

    def set_password(self, identity: MeterIdentity) -> MeterWriteOutcome:
        """Open the envelope for the meter at the port and put the password in: the only place with plaintext."""
        self.record(VisitEvent.OPEN_ENVELOPE if self.visit.state is VisitState.READY else VisitEvent.TAKE_UP)
        opened = self._open(identity.communication_serial, identity.supply_point or None)
        target = IntendedMeter(identity.communication_serial, opened.context.supply_point)
        try:
            credential = MeterCredential(opened.context.generation, opened.authentication_id, opened.password)
            procedure = set_credential(target, credential, self._device.random_bytes)
            return drive(procedure, self._meter.ask, self.record)
        finally:
            opened = credential = procedure = None  # type: ignore[assignment]
            memory.sweep()

    def conclude(self, outcome: MeterWriteOutcome) -> VisitConclusion:
        """Turn the procedure's outcome into the visit's."""
        if outcome.result is MeterWriteResult.SUCCEEDED:
            return self.close()
        if outcome.result is MeterWriteResult.WRONG_METER:
            return self.leave("not_for_this_meter")
        if outcome.result is MeterWriteResult.UNREACHABLE or outcome.reason is None:
            return self.leave("unreachable")
        visit = self.visit
        write_was_refused = visit.state is VisitState.WRITING
        if visit.unsure and not write_was_refused and outcome.reason is not MeterRefusalReason.OLDER_GENERATION:
            return self.leave(outcome.reason.value)
        return self.end(VisitEnd("refused", outcome.reason.value, outcome.generation or None, self._device.clock()))

    def close(self) -> VisitConclusion:
        """Read the status if the meter answers, and close a visit whose password is proved."""
        visit = self.visit
        if self._line is not None and not visit.status:
            with suppress(DeviceRefusal):
                items = read_status_items(self._line, visit.unit, self._device.clock)
                self._device.journal.note_status(self._id, items)
        proved_at = next(step.at for step in reversed(visit.steps) if step.event is VisitEvent.PROVE)
        self.record(VisitEvent.CLOSE, VisitEnd("succeeded", "", visit.generation, proved_at))
        return VisitConclusion(self.visit)

    def abandon(self, reason: str) -> VisitConclusion:
        """End the visit without the meter. Where a write may have taken effect, the result says *unsure*."""
        outcome, reason = ("unreachable", "unsure") if self.visit.unsure else ("refused", reason)
        return self.end(VisitEnd(outcome, reason, None, self._device.clock()))

    def end(self, ending: VisitEnd) -> VisitConclusion:
        """End the visit without success."""
        self.record(VisitEvent.ABANDON, ending)
        return VisitConclusion(self.visit, ending.reason)

    def leave(self, trouble: str) -> VisitConclusion:
        """Leave the visit unfinished, to be taken up again."""
        visit = self.visit
        return VisitConclusion(visit, "unsure" if visit.unsure and trouble == "unreachable" else trouble)

    def _open(self, unit: str, supply_point: str | None) -> OpenedCredential:
        return open_credential(
            self._envelope,
            self._device.identity,
            self._device.office,
            self._device.clock(),
            purpose=SealingPurpose.BARCODE,
            communication_unit=unit,
            supply_point=supply_point,
        )

    @property
    def _envelope(self) -> bytes:
        """The sealed envelope; :class:`Expired` where it was erased when its time was over."""
        envelope = self.visit.envelope
        if envelope is None:
            raise Expired
        return envelope

    @property
    def _meter(self) -> MeterLine:
        if self._line is None:
            raise RuntimeError("this work was begun without a port")
        return self._line


def found_serials(identity: MeterIdentity) -> dict[str, str]:
    """The units found at a port, as the journal keeps them; a unit that is not there is left out."""
    found = {
        "communication_unit": identity.communication_serial,
        "communication_model": identity.communication_model,
        "metering_unit": identity.metering_serial,
        "optional_unit": identity.option_serial,
    }
    return {name: text for name, text in found.items() if text}
