"""Record what came of a visit, from the result that the hand-held device sealed and signed.

A result is taken once; handed in again it changes nothing. It counts only from the device that the order was issued to,
unless that was revoked. What was done in the field is done: a success beats a failure or a cancellation recorded
earlier, and leaves the construction office a follow-up to book the installed units.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from django.db import InterfaceError, OperationalError, transaction

from keiki.domain.designs.lifecycle import DESIGN, DesignEvent, DesignState
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.workorders.lifecycle import WORK_ORDER, WorkOrderEvent, WorkOrderState
from keiki.office.audit.services import Act, record, reread, transition
from keiki.office.contracts import services as contract_services
from keiki.office.credentials import services as credentials
from keiki.office.designs import services as designs
from keiki.office.keys.enrolled_cards import CardChanged, card_of
from keiki.office.keys.models import DeviceRole, EnrolledDevice
from keiki.office.refusal import Refusal
from keiki.office.remote.set_aside import in_words
from keiki.office.support.services import status_on_site
from keiki.protocols.relay.messages import CommandOutcome, VisitResult
from keiki.protocols.relay.wire import open_visit_result
from keiki.protocols.sealing.errors import BadSignature
from keiki.protocols.sealing.identity import Identity

from .models import FollowUp, WorkOrder
from .services import OrderRefused, UnitLine, give_back
from .words import BOOK_INSTALLED_UNITS, LOOK_AT_FAILED_VISIT, RESULT_NOT_RECORDED, SERIALS_DIFFER


class RecordingEffect(StrEnum):
    """What recording a visit's result did."""

    DONE = "done"
    FAILED = "failed"
    REPEATED = "repeated"
    SET_ASIDE = "set_aside"


def _all_offices(_: str) -> bool:
    return True


def record_visit(
    act: Act, identity: Identity, data: bytes, covers: Callable[[str], bool] = _all_offices
) -> tuple[WorkOrder, RecordingEffect]:
    """Verify a sealed visit result and lead order, design, credential and contract on. Idempotent.

    ``covers`` says whether who acts may do so for the order's service office; else there is no such order for them.
    A result that cannot be recorded changes nothing but that the order has something to do: it may be handed in again.
    """
    device, visit = _open(identity, data)
    try:
        return _record(act, device, visit, covers)
    except (OperationalError, InterfaceError, Refusal):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others that were handed in are recorded
        return _set_aside(act, _order(device, visit, covers), error), RecordingEffect.SET_ASIDE


def _set_aside(act: Act, order: WorkOrder, error: Exception) -> WorkOrder:
    """Leave the order something to do: its result could not be recorded, and why."""
    ja, en = in_words(error)
    columns = {
        "task": RESULT_NOT_RECORDED,
        "outdated": [{"subject": "result", "source": "", "ja": ja, "en": en}],
        "created_at": act.at,
        "office": order.office,
        "done_at": None,
    }
    with transaction.atomic():
        FollowUp.objects.update_or_create(work_order=order, defaults=columns)
        record(act, "VisitResultSetAside", order.reference, order.supply_point, trouble=en, trouble_ja=ja)
    return order


def _record(
    act: Act, device: EnrolledDevice, visit: VisitResult, covers: Callable[[str], bool]
) -> tuple[WorkOrder, RecordingEffect]:
    result_id = visit.result.message_id.hex()
    with transaction.atomic():
        order = _order(device, visit, covers)
        if order.result_id == result_id or order.state == WorkOrderState.DONE:
            return order, RecordingEffect.REPEATED
        if visit.result.status:
            status_on_site(act, order.supply_point, visit.result.status, order.office)
        columns = {
            "recorded_at": act.at,
            "result_id": result_id,
            "outcome": visit.result.reason or visit.result.outcome,
            "envelope": None,
        }
        if _proved_generation(order, visit):
            transition(act, order, WORK_ORDER, WorkOrderEvent.RECORD_DONE, "WorkOrderDone", columns=columns)
            _done(act, order, visit)
            return order, RecordingEffect.DONE
        if order.state in (WorkOrderState.FAILED, WorkOrderState.CANCELLED):
            record(act, "VisitFailedAgain", order.reference, order.supply_point, outcome=columns["outcome"])
            WorkOrder.objects.filter(pk=order.pk).update(result_id=result_id)
            return order, RecordingEffect.FAILED
        transition(act, order, WORK_ORDER, WorkOrderEvent.RECORD_FAILED, "WorkOrderFailed", columns=columns)
        failed = {"office": order.office, "task": LOOK_AT_FAILED_VISIT, "created_at": act.at, "outdated": []}
        FollowUp.objects.update_or_create(work_order=order, defaults=failed)
        give_back(act, order, ("訪問作業が成功しませんでした。", "The visit did not succeed."))
        return order, RecordingEffect.FAILED


def _open(identity: Identity, data: bytes) -> tuple[EnrolledDevice, VisitResult]:
    """Open the result with the card of the enrolled hand-held device that signed it.

    Where no card fits and one is not as it was enrolled, that one may be the signer's: it is named.
    """
    nobody: BadSignature | CardChanged = BadSignature()
    for device in EnrolledDevice.objects.filter(role=DeviceRole.HANDHELD, revoked_at=None):
        try:
            return device, open_visit_result(data, identity, card_of(device))
        except BadSignature:
            continue
        except CardChanged as changed:
            nobody = changed
    raise nobody


def _order(device: EnrolledDevice, visit: VisitResult, covers: Callable[[str], bool]) -> WorkOrder:
    """The order of this device that the visit was for: by its number, else by communication unit and generation."""
    found = WorkOrder.objects.select_for_update(of=("self",)).select_related("design__contract", "credential", "device")
    mine = found.filter(device=device)
    named = mine.filter(number=visit.work_order).first()
    if named and covers(named.office):
        return named
    matching = mine.filter(
        credential__unit_number=unit_number(visit.communication_unit or "-"),
        credential__generation=visit.result.generation or 0,
    )
    only = [] if named else list(matching[:2])
    if len(only) != 1 or not covers(only[0].office):
        raise OrderRefused(
            "この結果に当たる作業指示書が、担当の営業所のこの端末にはありません。端末と作業指示書の番号を確かめるか、"
            "作業指示書を発行した営業所に渡してください",
            "the result is for no work order of this device within your service offices: check which device and number "
            "were used, or hand it to the office that issued the order",
            code="no_such_order",
        )
    return only[0]


def _proved_generation(order: WorkOrder, visit: VisitResult) -> bool:
    """Whether the visit proved this order's generation in the meter."""
    return visit.result.outcome is CommandOutcome.SUCCEEDED and visit.result.generation == order.credential.generation


def _done(act: Act, order: WorkOrder, visit: VisitResult) -> None:
    """Take along design, credential, contract and the construction office."""
    design = order.design
    reread(design)
    if design.state == DesignState.ORDERED:
        transition(act, design, DESIGN, DesignEvent.BUILD, "DesignBuilt")
    elif design.state in (DesignState.OPEN, DesignState.REFUSED, DesignState.FINISHED):
        designs.withdraw(act, design, f"built by {order.number} after all")
    if credentials.prove(act, order.credential) is credentials.ProofEffect.PROVED:
        record(act, "PasswordSetOnSite", order.credential.reference, order.supply_point)
        contract_services.proved(act, order.credential)
    found = {
        "communication": visit.communication_unit,
        "metering": visit.metering_unit,
        "option": visit.optional_unit,
    }
    differing = [line["kind"] for line in order.units if _differs(line, found)]
    task = SERIALS_DIFFER if differing else BOOK_INSTALLED_UNITS
    units = [{"kind": kind, "serial": serial} for kind, serial in found.items() if serial]
    columns = {"task": task, "units": units, "created_at": act.at, "office": order.office, "outdated": []}
    FollowUp.objects.update_or_create(work_order=order, defaults=columns)
    record(act, "ConstructionFollowUpOpened", order.reference, order.supply_point, task=task, differing=differing)


def _differs(line: UnitLine, found: dict[str, str | None]) -> bool:
    """Whether the wall holds another serial number than the order said; a unit that was not read says nothing."""
    serial = found.get(line["kind"])
    return bool(serial and line["new_serial"] and unit_number(serial) != unit_number(line["new_serial"]))
