"""A unit that two supply points claim: nothing is decided about it, and no rewrite goes to it.

The owners are asked for every look-up (``keiki.office.sources.shared_units``); here the office's own live contracts are
added, and a remote rewrite is refused. Both claims may be wrong by an exchange that was recorded at one point only: the
password would be written into the meter of somebody else.
"""

from __future__ import annotations

from dataclasses import replace

from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.linkage.shared_units import SharedUnit, SharedUnits
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import search_unit
from keiki.office.audit.services import Act
from keiki.office.credentials.models import RouteBCredential
from keiki.office.refusal import Refusal
from keiki.office.remote.services import CommandedMeter
from keiki.office.sources import Sources

from .models import ServiceContract
from .queries import live_contract

CONTRACT: Text = ("有効なBルートサービス契約", "live route-B contract")


class UnitAtTwoPoints(Refusal):
    """Another supply point claims the unit, or nobody could say whether one does; nothing was sent."""

    code = "unit_at_two_points"


def with_contracts(linked: LinkedRecord) -> LinkedRecord:
    """Return the record with the units in it that live contracts of other supply points name."""
    own = linked.only("service_office")
    office = str(own.value or "") if own else ""
    units = {str(fact.value) for fact in linked.current("communication_serial")}
    more = tuple(each for unit in sorted(units) for each in _in_contracts(unit, linked.supply_point.number, office))
    return replace(linked, shared=linked.shared.plus(more)) if more else linked


def refuse_shared_unit(act: Act, sources: Sources, meter: CommandedMeter) -> None:
    """Raise :class:`UnitAtTwoPoints` where another supply point claims the meter's communication unit.

    Asks the owners: call it before a transaction begins.
    """
    point, unit = SupplyPoint(meter.supply_point), meter.communication_unit
    asked = search_unit(act, sources, point, unit, "password rewritten", service_office_code=meter.office)
    found = asked.plus(_in_contracts(unit, meter.supply_point, meter.office))
    if found.named:
        raise UnitAtTwoPoints(*_claimed(found))
    if found.silent:
        ja, en = found.silent.words
        raise UnitAtTwoPoints(
            f"通信ユニット {unit} がほかの供給地点にないことを確認できないため、パスワードを送りません。{ja}",
            f"no password is sent to the communication unit {unit}: it may be at another supply point too. {en}",
        )


def _claimed(found: SharedUnits) -> Text:
    words = [each.words for each in found.named]
    return (
        "".join(ja for ja, _ in words)
        + "どちらの記録が正しいか、記録の管理元に確認してください。それまでパスワードを送りません。",
        "no password is sent: "
        + " ".join(en for _, en in words)
        + " Ask the owners of these records which of them is right.",
    )


def _in_contracts(unit: str, supply_point: str, service_office_code: str) -> tuple[SharedUnit, ...]:
    """Return the live contracts at other points whose password is in, or on its way into, the unit ``unit``."""
    others = RouteBCredential.objects.filter(unit_number=unit_number(unit)).exclude(supply_point=supply_point)
    numbers = others.order_by("supply_point").values_list("supply_point", flat=True).distinct()
    contracts = (live_contract(number) for number in numbers)
    return tuple(
        _shared(each, unit, service_office_code) for each in contracts if each and unit_number(unit) in _units_of(each)
    )


def _units_of(contract: ServiceContract) -> set[str]:
    """The numbers of the units that a contract's password is in or on its way into: last proved, and last issued."""
    mine = RouteBCredential.objects.filter(
        supply_point=contract.supply_point, contract_number=contract.contract_number
    ).exclude(unit_number="")
    proved = mine.filter(proved_at__isnull=False).order_by("-generation").first()
    issued = mine.exclude(state=CredentialState.DISCARDED).order_by("-generation").first()
    return {each.unit_number for each in (proved, issued) if each}


def _shared(contract: ServiceContract, unit: str, service_office_code: str) -> SharedUnit:
    near = bool(service_office_code) and contract.office == service_office_code
    point = SupplyPoint(contract.supply_point) if near or not (service_office_code or contract.office) else None
    return SharedUnit("communication_serial", unit, CONTRACT, point, contract.office)
