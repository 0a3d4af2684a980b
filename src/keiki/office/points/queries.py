"""What the office itself keeps about a supply point, within a person's rights; always as many queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from keiki.domain.access import Right, Rights
from keiki.domain.designs.lifecycle import DesignState
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.queries import OVER
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery
from keiki.office.designs.models import Design
from keiki.office.remote.models import RemoteCommand
from keiki.office.support.models import DiagnosisRun
from keiki.office.workorders.models import WorkOrder

Row = TypeVar("Row", bound=models.Model)
OVER_DESIGNS = (DesignState.BUILT, DesignState.WITHDRAWN)


@dataclass(frozen=True)
class Dossier:
    """The rows about one supply point, oldest first; generations and deliveries are those of the contracts shown."""

    contracts: tuple[ServiceContract, ...]
    designs: tuple[Design, ...]
    orders: tuple[WorkOrder, ...]
    commands: tuple[RemoteCommand, ...]
    generations: tuple[RouteBCredential, ...]
    deliveries: tuple[Delivery, ...]
    readings: tuple[DiagnosisRun, ...]

    @property
    def offices(self) -> frozenset[str]:
        """The service offices of the rows."""
        rows: tuple[Any, ...] = (*self.contracts, *self.designs, *self.orders, *self.commands, *self.readings)
        return frozenset(str(row.office) for row in rows)

    @property
    def live(self) -> ServiceContract | None:
        """The contract that is neither ended nor rejected."""
        return next((each for each in reversed(self.contracts) if each.state not in OVER), None)

    @property
    def live_design(self) -> Design | None:
        """The design that is neither built nor withdrawn."""
        return next((each for each in reversed(self.designs) if each.state not in OVER_DESIGNS), None)

    @property
    def order(self) -> WorkOrder | None:
        """The newest work order of the live design."""
        design = self.live_design
        return next((each for each in reversed(self.orders) if design and each.design_id == design.pk), None)


def dossier(number: str, rights: Rights) -> Dossier:
    """Return what is kept about the supply point ``number`` (22 digits) within these rights."""
    contracts = _rows(ServiceContract.objects.all(), number, rights, Right.SEE_CONTRACTS)
    numbers = {each.contract_number for each in contracts}
    generations = RouteBCredential.objects.filter(supply_point=number, contract_number__in=numbers)
    deliveries = Delivery.objects.filter(credential__supply_point=number, credential__contract_number__in=numbers)
    orders = WorkOrder.objects.select_related("design", "device", "credential", "follow_up")
    return Dossier(
        contracts=contracts,
        designs=_rows(Design.objects.all(), number, rights, Right.SEE_DESIGNS),
        orders=_rows(orders, number, rights, Right.SEE_ORDERS),
        commands=_rows(RemoteCommand.objects.select_related("credential"), number, rights, Right.SEE_CONTRACTS),
        generations=tuple(generations.order_by("generation")) if numbers else (),
        deliveries=tuple(deliveries.select_related("credential").order_by("id")) if numbers else (),
        readings=_rows(DiagnosisRun.objects.select_related("command__outbox"), number, rights, Right.SEE_DIAGNOSES),
    )


def _rows(rows: models.QuerySet[Row], number: str, rights: Rights, right: Right) -> tuple[Row, ...]:
    reach = rights.reach(right)
    if not reach:
        return ()
    found = rows.filter(supply_point=number).order_by("id")
    return tuple(found if reach.everywhere else found.filter(office__in=sorted(reach.offices)))
