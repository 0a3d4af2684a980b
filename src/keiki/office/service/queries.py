"""Ask about service contracts."""

from __future__ import annotations

from typing import Any

from keiki.domain.service.lifecycle import ServiceState
from keiki.office.refusal import Refusal

from .models import ServiceContract
from .words import rejection_in_words

OVER = (ServiceState.ENDED, ServiceState.REJECTED)


class NoContract(Refusal):
    """There is no live route-B contract at the supply point."""


def live_contract(supply_point: str) -> ServiceContract | None:
    """Return the contract that is neither ended nor rejected."""
    return ServiceContract.objects.filter(supply_point=supply_point).exclude(state__in=OVER).first()


def contract_at(supply_point: str) -> ServiceContract:
    """Return the live contract, or raise :class:`NoContract`."""
    contract = live_contract(supply_point)
    if contract is None:
        raise NoContract(
            "この供給地点には有効なBルートサービス契約がありません。先に申込みを受け付けてください",
            "there is no live route-B contract at this supply point: take an application first",
        )
    return contract


def contracts(supply_point: str) -> list[dict[str, Any]]:
    """Return every contract of a supply point, oldest first, as plain values."""
    return [describe(each) for each in ServiceContract.objects.filter(supply_point=supply_point)]


def describe(contract: ServiceContract) -> dict[str, Any]:
    """Return one contract as plain values."""
    return {
        "id": contract.reference,
        "supply_point": contract.supply_point,
        "office": contract.office,
        "medium": contract.medium,
        "by_agent": contract.by_agent,
        "state": contract.state,
        "applied_at": contract.applied_at.isoformat(),
        "rejected_because": rejection_in_words(contract.rejected_because)[1],
    }
