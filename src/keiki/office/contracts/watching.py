"""Look whether the customers of live contracts are still there, so that a move-out is seen without anybody asking.

A round looks at the contracts whose supply points the owners named, at those whose customer is gone (the record may be
put right), and at :data:`MOST` of those that were not looked at for longest: a move-out that was entered weeks ahead
comes into force without any change in the records. Every act that sends something asks for itself besides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from keiki.domain.contracts.addressee import AddresseeProblem, check_contract, check_customer
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.services import Act, record
from keiki.office.sources import ContactError, Sources, SourceUnavailableError

from .addressing import accepted, note
from .customer_marks import mark_of
from .models import ServiceContract
from .queries import OVER

MOST = 1000
LOOK_AGAIN = timedelta(hours=6)
"""How long a look lasts where every owner says what changed."""
ONLY_TO_CONFIRM = (None, AddresseeProblem.AGENT_UNCONFIRMED)
"""What the records of contracts say where the contract itself is in force."""


@dataclass(frozen=True)
class ContractRound:
    """How many contracts were looked at, those whose customer was found gone, and the sources that could not tell."""

    examined: int
    gone: tuple[str, ...]
    silent: frozenset[str]


def any_live() -> bool:
    """Whether there is a contract to look at."""
    return _live().exists()


def watch_contracts(
    act: Act,
    sources: Sources,
    named: Collection[str] | None,
    look: Callable[[SupplyPoint], LinkedRecord],
    *,
    everything: bool = False,
) -> ContractRound:
    """Look at the contracts that are due; ``named`` are the points that changed (``None``: any may have)."""
    examined: list[int] = []
    gone: list[str] = []
    silent: set[str] = set()
    for contract in list(_live()) if everything else _due(act, named):
        before = contract.addressee_problem
        linked = look(SupplyPoint(contract.supply_point))
        silent |= {each.source.id for each in linked.answers if isinstance(each.outcome, Unavailable)}
        owner = linked.owner("contract_number")
        if owner is None or isinstance(owner.outcome, Unavailable):
            break  # nobody else's customer can be confirmed now either
        _look_at(act, sources, contract, linked)
        examined.append(contract.pk)
        if contract.addressee_problem and not before:
            gone.append(contract.reference)
    _note_round(act, examined, gone, silent)
    return ContractRound(len(examined), tuple(gone), frozenset(silent))


def _note_round(act: Act, examined: list[int], gone: list[str], silent: set[str]) -> None:
    """Keep that these contracts were looked at, by the watch and before nobody's eyes."""
    if not examined:
        return
    with transaction.atomic():
        for at in range(0, len(examined), 500):
            ServiceContract.objects.filter(pk__in=examined[at : at + 500]).update(addressee_checked_at=act.at)
        seen, unknown = len(examined), sorted(silent)
        record(act, "ContractsWatched", "watch", why="watch", contracts=seen, gone=gone, unknown=unknown)


def _live() -> QuerySet[ServiceContract]:
    return ServiceContract.objects.exclude(state__in=(*OVER, ServiceState.ENDING))


def _due(act: Act, named: Collection[str] | None) -> list[ServiceContract]:
    first = _live().filter(~Q(addressee_problem="") | Q(supply_point__in=list(named or ())))
    rest = _live().filter(addressee_problem="").order_by(F("addressee_checked_at").asc(nulls_first=True), "id")
    if named is not None:
        rest = rest.filter(Q(addressee_checked_at=None) | Q(addressee_checked_at__lte=act.at - LOOK_AGAIN))
    return list({each.pk: each for each in (*first, *rest[:MOST])}.values())


def _look_at(act: Act, sources: Sources, contract: ServiceContract, linked: LinkedRecord) -> None:
    """Note what the records say of one contract's customer; what they cannot tell changes nothing."""
    kept = accepted(contract)
    problem = check_contract(kept, linked)
    if problem not in ONLY_TO_CONFIRM:
        note(act, contract, problem)
        return
    try:
        contact = sources.contact(linked.supply_point, contract.contract_number)
    except (ContactError, SourceUnavailableError):
        return
    mark = mark_of(contact.customer_number)
    note(act, contract, check_customer(kept, mark), mark)
