"""Work orders as sheets of A4 that a worker uses at the meter: who, what, with which units and which device.

Name and address are asked of their owner for this sheet and kept nowhere else; that somebody looked is audited. The
barcode is the sealed envelope; neither password nor authentication ID is on the sheet in any other form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.domain.units import Unit
from keiki.office.audit.services import Act
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.contracts.addressing import ContactUse, addressee_of
from keiki.office.paper import Letterhead, qr_symbol, typeset
from keiki.office.sources import Sources
from keiki.protocols.barcode.text import envelope_to_text

from .erasure import sealed_envelope
from .models import WorkOrder
from .services import UnitLine

SHOWN = ("name", "postcode", "address")
TEMPLATE = Path(__file__).with_name("work_order.typ")
MODULE_MM = 0.62


def sheet(
    act: Act,
    sources: Sources,
    catalogue: OfficeCatalogue,
    head: Letterhead,
    order: WorkOrder,
    *,
    linked: LinkedRecord | None = None,
) -> bytes:
    """Return the work order's PDF: the same bytes for the same order and customer."""
    return sheets([content(act, sources, catalogue, head, order, linked=linked)])


def sheets(contents: Sequence[Mapping[str, Any]]) -> bytes:
    """Return one PDF with a sheet for each of these orders' contents."""
    return typeset(TEMPLATE, {"orders": list(contents)})


def content(
    act: Act,
    sources: Sources,
    catalogue: OfficeCatalogue,
    head: Letterhead,
    order: WorkOrder,
    *,
    linked: LinkedRecord | None = None,
) -> Mapping[str, Any]:
    """Return what stands on an order's sheet; the look at the customer's data is recorded.

    ``linked`` is what the owners say now; without it they are asked. Raises what
    :func:`~keiki.office.contracts.addressing.addressee_of` raises: no sheet names another than the contract's customer;
    and :class:`OrderRefused` where the envelope for its barcode is erased or over.
    """
    envelope = sealed_envelope(order, act.at)
    point = SupplyPoint(order.supply_point)
    use = ContactUse("work order printed", order.reference, SHOWN)
    contact = addressee_of(act, sources, order.design.contract, use, linked)
    drawn, size = qr_symbol(envelope_to_text(envelope))
    installed = {line["kind"]: line["old"] for line in order.units}
    chosen = {line["kind"]: line["new"] for line in order.units}
    return {
        "number": order.number,
        "office": {"name": head.name, "phone": head.phone},
        "visit_date": head.day(datetime.combine(order.visit_date, time(), head.zone)),
        "issued": head.minute(order.issued_at),
        "valid_until": head.minute(order.expires_at - timedelta(minutes=1)),
        "customer": {"name": contact.name, "postcode": contact.postcode, "address": contact.address},
        "supply_point": str(point),
        "device": order.device.name,
        "units": [_unit(catalogue, line) for line in order.units],
        "live_line_work": catalogue.live_line_work(chosen, installed),
        "qr": {"svg": drawn, "mm": size * MODULE_MM, "quiet": 4 * MODULE_MM},
        "design": order.design.reference,
        "catalogue": f"{order.design.catalogue} {order.design.catalogue_version}",
    }


def _unit(catalogue: OfficeCatalogue, line: UnitLine) -> Mapping[str, Any]:
    """One unit as it is drawn: what hangs there and what shall hang there."""
    kind = catalogue.catalogue.kinds[line["kind"]]
    units = catalogue.catalogue.units
    return {
        "kind": kind.names["ja"],
        "action": line["action"],
        "old": _side(units.get(line["old"]), line["old"], line["old_serial"], kind.names["ja"]),
        "new": _side(units.get(line["new"]), line["new"], line["new_serial"], kind.names["ja"]),
    }


def _side(unit: Unit | None, unit_id: str, serial: str, kind: str) -> dict[str, Any]:
    name = unit.names["ja"].removeprefix(kind).strip() if unit else "カタログにないユニット"
    return {"id": unit_id, "name": name, "serial": serial, "there": unit is None or unit.stocked}
