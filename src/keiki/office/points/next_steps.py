"""What is to be done next at a supply point: the contract's next step, and the design's and the work order's in it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from keiki.domain.access import Right, Rights
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.contracts import next_steps as contract_steps
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs.models import Design
from keiki.office.remote.models import RemoteCommand
from keiki.office.screens.moments import day
from keiki.office.screens.parts import NextStep, Tone
from keiki.office.workorders.models import WorkOrder

from . import addresses
from .queries import Dossier


def next_step(kept: Dossier, number: str, rights: Rights, today: date) -> NextStep:
    """Return the one thing to do next at the supply point ``number``."""
    contract = kept.live
    if contract is None:
        url = addresses.address("contracts:apply", point=number) if rights.may(Right.TAKE_APPLICATIONS) else ""
        why = _("No contract for route B is live here.")
        return NextStep(_("Take an application for route B"), why, _("Take an application"), url)
    first = contract_steps.addressee_step(contract, rights)
    if first is not None:
        return first
    order = kept.order
    if order is not None and order.state in (WorkOrderState.ISSUED, WorkOrderState.PRINTED):
        return _order(order, rights, today)
    if contract.state == ServiceState.DESIGNING and rights.may(Right.SEE_DESIGNS, contract.office):
        return _design(contract, kept.live_design, rights)
    deliveries = [each for each in kept.deliveries if each.credential.contract_number == contract.contract_number]
    return contract_steps.next_step(contract, rights, _commands(kept, contract), deliveries)


def _commands(kept: Dossier, contract: ServiceContract) -> list[RemoteCommand]:
    mine = contract.contract_number
    return [each for each in kept.commands if each.credential and each.credential.contract_number == mine]


def _design(contract: ServiceContract, design: Design | None, rights: Rights) -> NextStep:
    may = rights.may(Right.MAKE_DESIGNS, contract.office)
    if design is None:
        url = addresses.address("designs:open", contract.pk) if may else ""
        return NextStep(_("Open a design"), _("New units are needed here."), _("Open a design"), url, post=True)
    url = addresses.design(design)
    if design.state == DesignState.FINISHED:
        may = rights.may(Right.ISSUE_ORDERS, contract.office)
        why = _("{design} is finished and has no work order yet.").format(design=design.reference)
        url = addresses.address("workorders:issue", design.pk) if may else ""
        return NextStep(_("Issue the work order"), why, _("Issue the work order"), url)
    tone = Tone.WARN if design.reopened_because or design.state == DesignState.REFUSED else Tone.INFO
    why = _("{design} is open.").format(design=design.reference)
    if design.state == DesignState.REFUSED:
        why = _("The gate refused {design}.").format(design=design.reference)
    elif design.reopened_because:
        why = _("{design} was reopened, for the records changed.").format(design=design.reference)
    return NextStep(_("Finish the design"), why, _("Go on with the design"), url if may else "", tone)


def _order(order: WorkOrder, rights: Rights, today: date) -> NextStep:
    url, late = addresses.order(order), order.visit_date < today
    if order.state == WorkOrderState.ISSUED:
        may = rights.may(Right.PRINT_ORDERS, order.office)
        why = _("{order} is for {day}.").format(order=order.number, day=day(order.visit_date))
        tone = Tone.WARN if late else Tone.INFO
        return NextStep(_("Print the work order"), why, _("Go to the work order"), url if may else "", tone)
    if order.visit_date > today:
        return NextStep(_("Wait for the visit on {day}").format(day=day(order.visit_date)), order.number)
    may = rights.may(Right.RECORD_RESULTS, order.office)
    why = _("The visit of {order} was due on {day}.").format(order=order.number, day=day(order.visit_date))
    tone = Tone.WARN if late else Tone.INFO
    url = addresses.address("workorders:record") if may else ""
    return NextStep(_("Record the visit's result"), why, _("Record the result"), url, tone)
