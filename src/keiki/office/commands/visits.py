"""Commands about visits and readings: work orders, read-status, diagnose, deliver."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from keiki.domain.contracts.addressee import AddresseeProblem
from keiki.domain.supply_point import SupplyPoint
from keiki.domain.units import CatalogueError
from keiki.foundation.files.drafts import write_whole
from keiki.foundation.files.opening import read_input
from keiki.office.audit.lookups import look_up
from keiki.office.commands.answer import DONE, CommandAnswer, refused
from keiki.office.config.folder import BadSettings
from keiki.office.config.wiring import OfficeServices
from keiki.office.contracts import reading
from keiki.office.contracts.addressing import ContactUse, NotAddressed, addressee_of
from keiki.office.contracts.queries import live_contract
from keiki.office.contracts.services import delivered, meter_at, office_of
from keiki.office.delivery.queries import describe as describe_delivery
from keiki.office.delivery.services import send_due
from keiki.office.designs.queries import design
from keiki.office.keys.queries import handheld
from keiki.office.remote.queries import describe as describe_command
from keiki.office.remote.services import CommandedMeter
from keiki.office.sources import ConfigurationError
from keiki.office.support import queries as support
from keiki.office.support import services as diagnosis
from keiki.office.workorders import paper, results, services, watching
from keiki.office.workorders.models import FollowUp, WorkOrder
from keiki.office.workorders.queries import describe, work_order

AWAITED = ("回答を待っています", "its answer is awaited")
NOT_ASKED = (
    "read-status で読み取りを依頼するか、現地で読み取ってください",
    "ask for one with read-status, or read it on site",
)
"""Why there is no reading."""


def order_issue(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Issue the work order of a finished design."""
    act = office_services.act(given.by)
    day = date.fromisoformat(given.visit_date) if given.visit_date else act.at.astimezone(office_services.zone).date()
    visit = services.PlannedVisit(handheld(given.device), day, office_services.barcode_end(day))
    order = services.issue(
        act,
        office_services.sources,
        office_services.catalogue,
        office_services.sealer,
        design=design(given.design),
        visit=visit,
    )
    return CommandAnswer(describe(order))


def order_print(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Write the work order as a PDF."""
    order = work_order(given.number)
    act = office_services.act(given.by)
    found = watching.recheck(act, office_services.sources, office_services.catalogue, order)
    sheet = paper.sheet(
        act, office_services.sources, office_services.catalogue, office_services.letterhead, order, linked=found.linked
    )
    services.printed(act, order)
    write_whole(Path(given.out), sheet)
    unconfirmed = list(found.revision.unknown)
    return CommandAnswer({**describe(order), "file": given.out, "bytes": len(sheet), "unconfirmed": unconfirmed})


def order_record(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Record the result of a visit from the file that the hand-held device sealed."""
    data = read_input(Path(given.file))
    order, recorded = results.record_visit(office_services.act(given.by), office_services.identity, data)
    checked = _recheck(office_services, given.by, order) if recorded is results.RecordingEffect.DONE else None
    follow_up = FollowUp.objects.filter(work_order=order).first()
    values: dict[str, Any] = {**describe(order), "recorded": recorded.value}
    values["follow_up"] = {"task": follow_up.task, "units": follow_up.units} if follow_up else None
    values["recheck"] = checked
    return CommandAnswer(values)


def _recheck(office_services: OfficeServices, by: str, order: WorkOrder) -> dict[str, Any]:
    """What the records say after the visit; the result stands whatever that is, or if they cannot be asked."""
    try:
        revision = watching.recheck_visit(
            office_services.act(by), office_services.sources, office_services.catalogue, order
        )
    except (BadSettings, ConfigurationError, CatalogueError) as error:
        return {"holds": None, "why": str(error)}
    return {"holds": revision.holds, "changed": revision.reasons, "unknown": list(revision.unknown)}


def watch(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Look for changes in the data servers and reopen what is no longer right."""
    done = watching.watch(
        office_services.act(given.by), office_services.sources, office_services.catalogue, everything=given.all
    )
    found = {"examined": done.examined, "reopened": done.reopened, "unknown": done.unknown, "gone": done.gone}
    return CommandAnswer({name: list(values) for name, values in found.items()})


def order_cancel(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Cancel a work order."""
    order = work_order(given.number)
    services.cancel(office_services.act(given.by), order, given.because)
    return CommandAnswer(describe(order))


def order_show(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show a work order."""
    return CommandAnswer(describe(work_order(given.number)))


def read_status(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Ask for a remote reading of the communication unit's status."""
    act, point = office_services.act(given.by), SupplyPoint.parse(given.supply_point)
    contract = live_contract(point.number)
    if contract is not None and meter_at(point.number):
        run = reading.read_status(act, contract, office_services.sealer, office_services.sources)
    else:
        if contract is not None:
            addressee_of(act, office_services.sources, contract, ContactUse("status read"))
        linked = look_up(act, office_services.sources, point, "status reading")
        seen = linked.only("seen_communication_serial")
        if seen is None or not seen.value:
            return refused(
                "unit_not_known",
                "どの通信ユニットが付いているか、どの台帳でも分かりません。監視制御の担当に確認してください",
                "nobody knows which communication unit hangs there: ask supervisory control",
            )
        run = diagnosis.ask(
            act, office_services.sealer, CommandedMeter(point.number, str(seen.value), "", office_of(linked))
        )
    if run.command is None:
        raise RuntimeError("a remote reading has a command")
    return CommandAnswer({"run": run.reference, "command": describe_command(run.command)})


def diagnose(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Say what the newest status reading means."""
    number = SupplyPoint.parse(given.supply_point).number
    contract = live_contract(number)
    if contract is not None and contract.addressee_problem:
        raise NotAddressed(AddresseeProblem(contract.addressee_problem), contract.state)
    since = contract.applied_at if contract else None
    run, waiting = support.latest(number, since), support.awaited(number)
    if run is None:
        ja, en = AWAITED if waiting else NOT_ASKED
        return refused(
            "no_reading",
            f"この供給地点の状態はまだ読み取られていません。{ja}",
            f"there is no status reading of this supply point yet: {en}",
        )
    values = support.describe(run, contract.medium if contract else None)
    newer = waiting.reference if waiting and waiting.pk > run.pk else None
    return CommandAnswer({**values, "awaited": newer}, DONE)


def deliver(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Send the letters and e-mails that are due."""
    act = office_services.act(given.by)
    sent = send_due(act, office_services.vault, office_services.senders, delivered)
    return CommandAnswer({"sent": [describe_delivery(each) for each in sent]})
