"""Ask about service contracts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.remote.contradiction import ContradictionState
from keiki.domain.remote.lifecycle import CommandState
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.refusal import Refusal
from keiki.office.remote.models import CommandKind, ContradictingResult, RemoteCommand, SetAsideMessage

from .models import ServiceContract
from .words import rejection_in_words

OVER = (ServiceState.READABLE, ServiceState.ENDED, ServiceState.REJECTED)
"""Nothing more is done with such a contract; *readable* only waits for a session's time to be over."""
DESIGN_OVER = (DesignState.BUILT, DesignState.WITHDRAWN)
"""Nothing more is done with such a design."""


class NoContract(Refusal):
    """There is no live route-B contract at the supply point."""

    code = "no_contract"


def live_contract(supply_point: str) -> ServiceContract | None:
    """Return the contract that is neither over nor rejected."""
    return ServiceContract.objects.filter(supply_point=supply_point).exclude(state__in=OVER).first()


def next_at_point(contract: ServiceContract) -> ServiceContract | None:
    """Return the contract that was applied for next at the same supply point, rejected applications left out."""
    later = ServiceContract.objects.filter(supply_point=contract.supply_point, applied_at__gt=contract.applied_at)
    return later.exclude(state=ServiceState.REJECTED).order_by("applied_at").first()


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
        "agent_confirmed": contract.agent_confirmed_at is not None if contract.by_agent else None,
        "addressee_problem": contract.addressee_problem or None,
        "state": contract.state,
        "applied_at": contract.applied_at.isoformat(),
        "readable_until": contract.readable_until.isoformat() if contract.readable_until else None,
        "rejected_because": rejection_in_words(contract.rejected_because).en,
    }


def unanswered(rows: QuerySet[ServiceContract] | None = None) -> QuerySet[ServiceContract]:
    """Return, of ``rows``, the contracts whose last rewrite did not reach the meter or was refused: they wait for
    another one."""
    rewrites = RemoteCommand.objects.filter(supply_point=OuterRef("supply_point"), kind=CommandKind.REWRITE_PASSWORD)
    last = Subquery(rewrites.order_by("-id").values("state")[:1])
    failed = [CommandState.UNKNOWN, CommandState.UNREACHABLE, CommandState.REFUSED]
    found = ServiceContract.objects.all() if rows is None else rows
    setting = found.filter(state__in=[ServiceState.SETTING, ServiceState.ENDING])
    failing = RemoteCommand.objects.filter(kind=CommandKind.REWRITE_PASSWORD, state__in=failed).values("supply_point")
    return setting.filter(supply_point__in=failing).annotate(last_rewrite=last).filter(last_rewrite__in=failed)


def customer_gone(rows: QuerySet[ServiceContract] | None = None) -> QuerySet[ServiceContract]:
    """Return, of ``rows``, the live contracts whose customer is gone by the records: they are to be ended."""
    found = ServiceContract.objects.all() if rows is None else rows
    return found.exclude(addressee_problem="").exclude(state__in=(*OVER, ServiceState.ENDING))


def agent_unconfirmed(rows: QuerySet[ServiceContract] | None = None) -> QuerySet[ServiceContract]:
    """Return, of ``rows``, the live contracts that an agent applied for and the contractor has not confirmed."""
    found = ServiceContract.objects.all() if rows is None else rows
    return found.filter(by_agent=True, agent_confirmed_at=None).exclude(state__in=(*OVER, ServiceState.ENDING))


def to_decide(rows: QuerySet[ServiceContract] | None = None) -> QuerySet[ServiceContract]:
    """Return, of ``rows``, the checked contracts whose way can be decided: nothing else comes first."""
    return _addressed(rows).filter(state=ServiceState.CHECKED)


def undesigned(rows: QuerySet[ServiceContract] | None = None) -> QuerySet[ServiceContract]:
    """Return, of ``rows``, the contracts that need new units and have no live design."""
    live = FilteredRelation("designs", condition=~Q(designs__state__in=DESIGN_OVER))
    return _addressed(rows).alias(live_design=live).filter(state=ServiceState.DESIGNING, live_design__isnull=True)


def live_design(contract: ServiceContract) -> Any:
    """Return the contract's live design, or ``None``."""
    return contract.designs.exclude(state__in=DESIGN_OVER).first()


def _addressed(rows: QuerySet[ServiceContract] | None) -> QuerySet[ServiceContract]:
    """Leave out the contracts whose customer is gone, or that wait for a power of attorney: each counts elsewhere."""
    found = ServiceContract.objects.all() if rows is None else rows
    return found.filter(addressee_problem="").exclude(by_agent=True, agent_confirmed_at=None)


def overdue(now: datetime, rows: QuerySet[RemoteCommand] | None = None) -> QuerySet[RemoteCommand]:
    """Return, of ``rows``, the commands whose time is over without an answer and that nobody called expired yet."""
    found = RemoteCommand.objects.all() if rows is None else rows
    return found.filter(state__in=[CommandState.QUEUED, CommandState.SENT], expires_at__lte=now)


def contradicting() -> QuerySet[ContradictingResult]:
    """Return the results that contradict what is recorded and that nobody decided about yet."""
    return ContradictingResult.objects.filter(state=ContradictionState.OPEN)


def set_aside() -> QuerySet[SetAsideMessage]:
    """Return the answers that could not be applied and that nobody settled yet."""
    return SetAsideMessage.objects.filter(settled_at=None)


def contradicted(rows: QuerySet[RemoteCommand]) -> QuerySet[RemoteCommand]:
    """Return, of ``rows``, the commands with a result that somebody has to decide about."""
    return rows.filter(Exists(contradicting().filter(command=OuterRef("pk"))))


def with_office(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Add to deliveries the service ``office`` of the contract that they are for."""
    mine = ServiceContract.objects.filter(
        supply_point=OuterRef("credential__supply_point"), contract_number=OuterRef("credential__contract_number")
    )
    return deliveries.annotate(office=Subquery(mine.order_by("-id").values("office")[:1]))


def troubled(rows: QuerySet[Delivery] | None = None) -> QuerySet[Delivery]:
    """Return, of ``rows``, the letters and e-mails that were not accepted and are tried again."""
    found = with_office(Delivery.objects.all()) if rows is None else rows
    return found.filter(state=DeliveryState.WAITING).exclude(trouble="")
