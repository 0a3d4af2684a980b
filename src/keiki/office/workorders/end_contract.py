"""End a contract from wherever it is: the visit that is on its way is called off before the contract ends."""

from __future__ import annotations

from django.db import transaction

from keiki.domain.designs.lifecycle import DESIGN, DesignEvent, DesignState
from keiki.office.audit.services import Act
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.remote.models import RemoteCommand
from keiki.office.remote.services import Sealer

from .queries import open_orders
from .services import cancel


def end(act: Act, contract: ServiceContract, sealer: Sealer, because: str) -> RemoteCommand | None:
    """Cancel open work orders, withdraw open designs, then end the contract.

    Raises :class:`~keiki.office.contracts.shared_units.UnitAtTwoPoints`, and then nothing was done.
    """
    contract_services.check_unit(act, contract, sealer)
    with transaction.atomic():
        for order in open_orders(contract.supply_point):
            cancel(act, order, because)
        for design in Design.objects.filter(contract=contract):
            if DesignEvent.WITHDRAW in DESIGN.allowed(DesignState(design.state)):
                designs.withdraw(act, design, because)
        contract.refresh_from_db()
        return contract_services.end(act, contract, sealer, because)
