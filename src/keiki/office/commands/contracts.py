"""Commands about a service contract: apply, link, lose-password, end-service, contract show."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.contradictions import find_contradictions
from keiki.domain.linkage.decision import Blocked
from keiki.domain.linkage.masking import masked
from keiki.domain.linkage.record import LinkedRecord, SourceAnswer, Unavailable
from keiki.domain.linkage.terms import TERMS, Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up, read_present_contact
from keiki.office.audit.lookups import search as search_points
from keiki.office.commands.answer import BLOCKED, NOT_ALLOWED, REFUSED, CommandAnswer, refused
from keiki.office.config.wiring import OfficeServices
from keiki.office.contracts import addressing, queries, services
from keiki.office.contracts.shared_units import with_contracts
from keiki.office.contracts.words import rejection_in_words
from keiki.office.credentials.queries import generations
from keiki.office.delivery.queries import deliveries
from keiki.office.designs.models import Design
from keiki.office.designs.queries import describe as describe_design
from keiki.office.refusal import Refusal
from keiki.office.refusal_codes import CODES
from keiki.office.remote import queries as remote
from keiki.office.remote.models import RemoteCommand
from keiki.office.sources import Hit, SearchKind, SourceUnavailableError
from keiki.office.sources.contact import PERSONAL
from keiki.office.workorders import end_contract
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.queries import describe as describe_order


def apply(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Take an application for route B; the applicant's name is read from standard input, for it is personal."""
    applicant = services.Applicant((given.typed or sys.stdin.readline()).strip(), given.route_b, given.agent)
    contract = services.apply(
        office_services.act(given.by), office_services.sources, SupplyPoint.parse(given.supply_point), applicant
    )
    found = queries.describe(contract)
    if contract.state == ServiceState.REJECTED:
        why = rejection_in_words(contract.rejected_because)
        said = f"申込みは受理されませんでした。{why.ja}", f"rejected: {why.en}"
        return refused("rejected", *said, NOT_ALLOWED, **found)
    return CommandAnswer(found)


def link(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show what each source says and as of when; a checked contract goes on its way by it."""
    act = office_services.act(given.by)
    point = SupplyPoint.parse(given.supply_point)
    linked = with_contracts(look_up(act, office_services.sources, point, given.because))
    values: dict[str, Any] = {"supply_point": point.number, "sources": [_source(each) for each in linked.answers]}
    values["contradictions"] = _contradictions(linked)
    values["unsearched_units"] = [_both(each) for each in linked.shared.unsearched]
    contract = queries.live_contract(point.number)
    if contract and contract.state == ServiceState.CHECKED:
        decision = services.decide(
            act, contract, linked, office_services.catalogue, office_services.sealer, sources=office_services.sources
        )
        values["way"] = decision.way.value
        values["command"] = remote.describe(decision.command) if decision.command else None
        if isinstance(decision.inputs, Blocked):
            values["problems"] = problems(decision.inputs)
    values["contract"] = queries.describe(contract) if contract else None
    return CommandAnswer(values)


def contact(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show who is in contract, masked; whole only where --whole says so, and the audit keeps which it was."""
    point = SupplyPoint.parse(given.supply_point)
    shown = PERSONAL if given.whole else ()
    act = office_services.act(given.by)
    linked = look_up(act, office_services.sources, point, given.because)
    found = read_present_contact(act, office_services.sources, linked, given.because, shown=shown)
    values = {name: getattr(found, name) for name in PERSONAL}
    return CommandAnswer(
        {"supply_point": point.number, "whole": given.whole, **(values if given.whole else masked(values))}
    )


def search(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Find supply points; what is looked for is read from standard input, for it may be personal."""
    wanted = (given.typed or sys.stdin.readline()).rstrip("\n")
    found = search_points(
        office_services.act(given.by), office_services.sources, SearchKind(given.kind), wanted, given.because
    )
    values = {"kind": found.kind.value, "more": found.more, "hits": [_hit(each) for each in found.hits]}
    if found.unavailable is None:
        return CommandAnswer(values)
    missing = found.unavailable
    error = f"{missing.owner[1]}: {missing.reason[1]}"
    said = {"source": missing.source, "owner": _both(missing.owner), "message": _both(missing.reason)}
    return CommandAnswer({"error": error, "code": CODES[SourceUnavailableError], **said, **values}, REFUSED)


def lose_password(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """The customer lost the password: rewrite it remotely and deliver anew."""
    contract = queries.contract_at(SupplyPoint.parse(given.supply_point).number)
    command = services.lose_password(
        office_services.act(given.by), contract, office_services.sealer, office_services.sources
    )
    return CommandAnswer({"contract": queries.describe(contract), "command": remote.describe(command)})


def confirm_agent(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Note that the contractor confirmed the power of attorney of the agent who applied."""
    contract = queries.contract_at(SupplyPoint.parse(given.supply_point).number)
    addressing.confirm_agent(office_services.act(given.by), office_services.sources, contract)
    return CommandAnswer({"contract": queries.describe(contract)})


def end_service(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """End a contract; what may be in the meter is overwritten with a password that nobody holds."""
    contract = queries.contract_at(SupplyPoint.parse(given.supply_point).number)
    command = end_contract.end(office_services.act(given.by), contract, office_services.sealer, given.because)
    return CommandAnswer(
        {"contract": queries.describe(contract), "command": remote.describe(command) if command else None}
    )


def contract_show(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show everything the office keeps about a supply point: states, never secrets or names."""
    number = SupplyPoint.parse(given.supply_point).number
    return CommandAnswer(
        {
            "supply_point": number,
            "contracts": queries.contracts(number),
            "credentials": generations(number),
            "designs": [describe_design(d) for d in Design.objects.filter(supply_point=number)],
            "work_orders": [describe_order(o) for o in WorkOrder.objects.filter(supply_point=number)],
            "commands": [remote.describe(c) for c in RemoteCommand.objects.filter(supply_point=number)],
            "deliveries": deliveries(number),
        }
    )


def command_show(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show one remote command."""
    number = given.id.upper().removeprefix("C-")
    found = RemoteCommand.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        return refused(
            "no_command",
            f"遠隔指令 {given.id} はありません。contract show で確かめてください",
            f"there is no remote command {given.id}: look at contract show",
        )
    return CommandAnswer(remote.describe(found))


def blocked(inputs: Blocked, error: Refusal) -> CommandAnswer:
    """Say what stands in the way of a decision."""
    values = {"error": str(error), "code": "blocked", "message": _both(error.sentence)}
    return CommandAnswer({**values, "problems": problems(inputs)}, BLOCKED)


def problems(inputs: Blocked) -> list[dict[str, Any]]:
    """Return each problem with its owner, in both languages."""
    return [
        {"code": p.code, "subject": p.subject, "source": p.source, "owner": _both(p.owner), "message": _both(p.message)}
        for p in inputs.problems
    ]


def _hit(hit: Hit) -> dict[str, str]:
    return {"supply_point": hit.point.number, "name": hit.name, "address": hit.address, "office": hit.office}


def _source(answer: SourceAnswer) -> dict[str, Any]:
    """One source's answer: owner, as of when, and its current rows' facts."""
    outcome = answer.outcome
    missing = isinstance(outcome, Unavailable)
    return {
        "source": answer.source.id,
        "owner": _both(answer.source.owner),
        "available": not missing,
        "unavailable_since": outcome.since.isoformat() if isinstance(outcome, Unavailable) else None,
        "reason": _both(outcome.reason) if isinstance(outcome, Unavailable) else None,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "asked_at": answer.asked_at.astimezone(UTC).isoformat(),
        "stale": any(answer.is_stale(row) for row in answer.current_rows()),
        "facts": [
            {"fact": fact.name, "label": _both((TERMS[fact.name].ja, TERMS[fact.name].en)), "value": _plain(fact.value)}
            for row in answer.current_rows()
            for fact in row.facts.values()
        ],
        "rejects": [
            {"row": r.row, "column": r.column, "masked": r.masked, "why": _both(r.reason)} for r in answer.rejects
        ],
    }


def _contradictions(linked: LinkedRecord) -> list[dict[str, Any]]:
    return [
        {
            "rule": found.rule,
            "weight": found.weight.value,
            "message": _both(found.message),
            "facts": [{"fact": f.name, "value": _plain(f.value), "source": f.source} for f in found.facts],
        }
        for found in find_contradictions(linked)
    ]


def _both(text: Text) -> dict[str, str]:
    return {"ja": text[0], "en": text[1]}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)
