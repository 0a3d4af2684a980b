"""Ask for a reading of the status at a contract's meter: for its own customer, while they are in contract there."""

from __future__ import annotations

from keiki.office.audit.services import Act
from keiki.office.remote.services import Sealer
from keiki.office.sources import Sources
from keiki.office.support import services as support
from keiki.office.support.models import DiagnosisRun

from .addressing import ContactUse, addressee_of
from .models import ServiceContract
from .services import ServiceRefused, meter_at


def read_status(act: Act, contract: ServiceContract, sealer: Sealer, sources: Sources) -> DiagnosisRun:
    """Queue a reading of the communication unit that holds the contract's credential.

    Raises :class:`~.addressing.NotAddressed` where the customer is not, or not certainly, the one of the contract, and
    :class:`~.services.ServiceRefused` where no credential of the contract has left for a meter yet.
    """
    meter = meter_at(contract.supply_point)
    if meter is None:
        raise ServiceRefused(
            "この契約の認証情報は、まだ計器へ送られていません。設定が済んでから状態を読んでください",
            "no credential of this contract has left for a meter yet: read the status once it is set",
        )
    addressee_of(act, sources, contract, ContactUse("status read"))
    return support.ask(act, sealer, meter)
