"""Issue a work order, cancel it, and note that it was printed.

Issuing reserves the units by serial number, bears the credential, seals it to the worker's device for the very
communication unit that will hang there, and takes design and contract along: one transaction, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.db import transaction

from keiki.domain.contracts.lifecycle import SERVICE, ServiceEvent, ServiceState
from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.designs.lifecycle import DESIGN, DesignEvent, DesignState
from keiki.domain.linkage.decision import Blocked
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.domain.workorders.lifecycle import WORK_ORDER, WorkOrderEvent
from keiki.office.audit.lookups import look_up
from keiki.office.audit.services import Act, reason_in_both, record, reread, transition
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.contracts.addressing import ContactUse, addressee_of
from keiki.office.contracts.services import inputs_for
from keiki.office.contracts.shared_units import refuse_shared_unit
from keiki.office.credentials import services as credentials
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.designs.revision import reopen_revised, revise
from keiki.office.keys.enrolled_cards import card_of
from keiki.office.keys.models import EnrolledDevice
from keiki.office.refusal import Refusal
from keiki.office.remote.services import CommandedMeter, Sealer
from keiki.office.sources import Sources
from keiki.protocols.sealing.message import SealingPurpose

from .models import FollowUp, ReservedUnit, WorkOrder

SERIAL_TERMS = {"communication": "communication_serial", "metering": "metering_serial", "option": "option_serial"}


class OrderRefused(Refusal):
    """No work order is issued; says why and what to do."""

    code = "order_refused"


class UnitLine(TypedDict):
    """One unit of a work order: what hangs there, what shall hang there, and whether it is kept or replaced."""

    kind: str
    action: str
    old: str
    old_serial: str
    new: str
    new_serial: str


@dataclass(frozen=True)
class PlannedVisit:
    """When who goes: the device that is to be used, the day, and when the barcode ends."""

    device: EnrolledDevice
    day: date
    expires_at: datetime


def issue(
    act: Act, sources: Sources, catalogue: OfficeCatalogue, sealer: Sealer, *, design: Design, visit: PlannedVisit
) -> WorkOrder:
    """Issue the work order of a finished design."""
    if visit.expires_at <= act.at:
        raise OrderRefused(
            "訪問日が過ぎています。今日以降の日を選んでください",
            "the day of the visit is over: choose today or later",
            code="visit_day_over",
        )
    linked = look_up(act, sources, SupplyPoint(design.supply_point), f"work order of {design.reference}")
    if design.state == DesignState.FINISHED:
        _refuse_if_outdated(act, catalogue, design, linked)
    addressee_of(act, sources, design.contract, ContactUse("work order issued", design.reference), linked)
    with transaction.atomic():
        transition(act, design, DESIGN, DesignEvent.ORDER, "DesignOrdered")
        units = _units(sources, catalogue, design, linked)
        unit = next(line["new_serial"] for line in units if line["kind"] == "communication")
        contract = design.contract
        refuse_shared_unit(
            act, sources, CommandedMeter(design.supply_point, unit, contract.contract_number, contract.office)
        )
        reread(contract)
        if contract.state != ServiceState.SETTING:
            transition(act, contract, SERVICE, ServiceEvent.SET_PASSWORD, "PasswordSettingStarted", way="visit")
        credential = credentials.create_credential(act, sealer.vault, design.supply_point, contract.contract_number)
        target = credentials.EnvelopeTarget(SealingPurpose.BARCODE, card_of(visit.device), unit, visit.expires_at)
        envelope = credentials.issue(act, sealer.vault, sealer.identity, credential, target)
        order = WorkOrder.objects.create(
            number=f"W-{design.pk:06d}-{design.work_orders.count() + 1}",
            design=design,
            supply_point=design.supply_point,
            office=design.office,
            device=visit.device,
            credential=credential,
            envelope=envelope,
            units=units,
            visit_date=visit.day,
            issued_at=act.at,
            expires_at=visit.expires_at,
        )
        _reserve(order, units, design.depot)
        record(act, "WorkOrderIssued", order.reference, order.supply_point, device=visit.device.key_id)
    return order


def _refuse_if_outdated(act: Act, catalogue: OfficeCatalogue, design: Design, linked: LinkedRecord) -> None:
    """Reopen a design whose answer is no longer right, and issue nothing from records that cannot be decided from."""
    revision = revise(catalogue, design, linked)
    if not revision.holds:
        reopen_revised(act, design, revision, linked)
        ja, en = revision.words
        raise OrderRefused(
            f"設計の前提が変わったため、{design.reference} を設計中に戻しました。{ja}内容を確かめてください",
            f"{design.reference} is open again, for what it was decided from changed: {en} Look at it",
            code="decided_from_changed",
        )
    inputs = inputs_for(design.contract, linked)
    if isinstance(inputs, Blocked):
        raise designs.CannotDecide(inputs)


def printed(act: Act, order: WorkOrder) -> None:
    """Note that the order was printed (again)."""
    with transaction.atomic():
        transition(act, order, WORK_ORDER, WorkOrderEvent.PRINT, "WorkOrderPrinted")


def cancel(act: Act, order: WorkOrder, because: str, because_ja: str = "") -> None:
    """Cancel an order: its units go back, its credential is discarded and its design is open again.

    ``because_ja``: the reason in Japanese, where the office itself writes it and nobody typed it.
    """
    both = reason_in_both(because, because_ja)
    with transaction.atomic():
        transition(
            act,
            order,
            WORK_ORDER,
            WorkOrderEvent.CANCEL,
            "WorkOrderCancelled",
            columns={"envelope": None},
            **both,
        )
        give_back(act, order, (because_ja or because, because))
        reread(order.credential)
        if order.credential.state in (CredentialState.BORN, CredentialState.ISSUED):
            credentials.discard(act, order.credential, because, because_ja)


def close_follow_up(act: Act, follow_up: FollowUp) -> None:
    """Note that what followed a visit is done; once."""
    order = follow_up.work_order
    with transaction.atomic():
        if FollowUp.objects.filter(pk=follow_up.pk, done_at=None).update(done_at=act.at):
            record(act, "ConstructionFollowUpDone", order.reference, order.supply_point, task=follow_up.task)


def give_back(act: Act, order: WorkOrder, because: Text) -> None:
    """Release the reserved units and bring design and contract back to designing, with the reason for the designer."""
    ja, en = because
    order.reserved.filter(released_at=None).update(released_at=act.at)
    design = order.design
    reread(design)
    reread(design.contract)
    if design.state == DesignState.ORDERED:
        designs.reopen(act, design, en, reasons=[{"ja": ja, "en": en}])
    if design.contract.state == ServiceState.SETTING:
        transition(act, design.contract, SERVICE, ServiceEvent.NEED_UNITS, "UnitsNeeded", **reason_in_both(en, ja))


def _units(sources: Sources, catalogue: OfficeCatalogue, design: Design, linked: LinkedRecord) -> list[UnitLine]:
    """Set each installed unit against the chosen one, and find a serial number for every unit to be built in."""
    chosen: Mapping[str, str] = design.combination or {}
    lines = []
    for kind, new in chosen.items():
        old = design.installed.get(kind, "")
        old_serial = _installed_serial(linked, kind)
        if old == new:
            lines.append(
                UnitLine(kind=kind, action="keep", old=old, old_serial=old_serial, new=new, new_serial=old_serial)
            )
            continue
        stocked = catalogue.unit(new).stocked
        serial = _free_serial(sources, design.depot, new) if stocked and kind in SERIAL_TERMS else ""
        action = "replace" if stocked else "remove"
        lines.append(UnitLine(kind=kind, action=action, old=old, old_serial=old_serial, new=new, new_serial=serial))
    return lines


def _free_serial(sources: Sources, depot: str, unit: str) -> str:
    """The first serial number in the depot's stock that no other order has reserved."""
    reserved = ReservedUnit.objects.filter(depot=depot, unit=unit, released_at=None).values_list("serial", flat=True)
    taken = {unit_number(serial) for serial in reserved}
    for serial in sources.serials(depot, unit):
        if unit_number(str(serial)) not in taken:
            return str(serial)
    raise OrderRefused(
        f"計器倉庫 {depot} に {unit} の在庫がありません。手配するか、別の組合せを選んでください",
        f"the depot {depot} has no {unit} left: order it there, or choose another combination",
        code="out_of_stock",
    )


def _installed_serial(linked: LinkedRecord, kind: str) -> str:
    fact = linked.only(SERIAL_TERMS[kind]) if kind in SERIAL_TERMS else None
    return str(fact.value) if fact and fact.value else ""


def _reserve(order: WorkOrder, units: list[UnitLine], depot: str) -> None:
    ReservedUnit.objects.bulk_create(
        ReservedUnit(work_order=order, depot=depot, slot=line["kind"], unit=line["new"], serial=line["new_serial"])
        for line in units
        if line["action"] == "replace" and line["new_serial"]
    )
