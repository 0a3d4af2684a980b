"""An office with many rows for the benchmark of its screens: designs, contracts, work orders and their audit.

A few designs are made by the office's own services, as they are made every day; the rest are copies of them at other
supply points of the same data servers, in states as a busy year leaves them. The audit is chained as it always is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from keiki.domain.audit import event as chained
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.config.wiring import OfficeServices
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.credentials.models import RouteBCredential
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.keys.models import EnrolledDevice
from keiki.office.refusal import Refusal
from keiki.office.sources import ContactError, SourceUnavailableError
from keiki.office.workorders.models import FollowUp, WorkOrder

STATES = (("built", 62), ("ordered", 12), ("finished", 6), ("open", 10), ("refused", 3), ("withdrawn", 7))
"""States of a year's designs, in hundredths."""
OFFICES = (("hokusetsu", 70), ("senshu", 30))
BROKEN = {"rule": "R4", "ja": "契約と合いません。", "en": "It does not suit the contract.", "kinds": []}
BATCH = 5_000
UNDER_WAY = {"built": "active", "ordered": "setting", "withdrawn": "ended"}


def prototypes(office: OfficeServices, points: list[SupplyPoint], wanted: int) -> list[Design]:
    """Make ``wanted`` designs through the office's services, at the first points where they can be made."""
    made: list[Design] = []
    act = Act("benchmark", datetime.now(UTC))
    for point in points:
        if len(made) == wanted:
            break
        try:
            with transaction.atomic():
                contract = applied(office, act, point)
                design = designs.open_design(act, office.sources, office.catalogue, contract)
                designs.propose(act, office.catalogue, design, design.version)
        except (Refusal, ContactError, SourceUnavailableError):
            continue
        made.append(design)
    return made


def applied(office: OfficeServices, act: Act, point: SupplyPoint) -> ServiceContract:
    """Take an application in the name of the customer who is in contract there; raises what reading it raises."""
    number = office.sources.link(point, act.at).only("contract_number")
    contact = office.sources.contact(point, str(number.value) if number else "")
    return contract_services.apply(act, office.sources, point, contract_services.Applicant(contact.name, "wireless"))


def fill(made: list[Design], points: list[SupplyPoint], device: EnrolledDevice) -> None:
    """Copy the designs ``made`` to ``points``, one at each, with contracts, work orders and audit events."""
    dice, now = random.Random(1), datetime.now(UTC)
    kept = [model_to_dict(design, exclude=["id", "contract"]) for design in made]
    with transaction.atomic():
        last = AuditEvent.objects.order_by("-position").first()
        position, before = (last.position, last.hash) if last else (0, chained.GENESIS)
        for start in range(0, len(points), BATCH):
            batch = points[start : start + BATCH]
            rows = list(_designs(batch, kept, dice, now, start))
            _orders(rows, device, now)
            position, before = _events(rows, position, before)


def _designs(
    points: list[SupplyPoint], kept: list[dict[str, Any]], dice: random.Random, now: datetime, start: int
) -> Iterator[Design]:
    states = dice.choices([name for name, _ in STATES], [share for _, share in STATES], k=len(points))
    offices = dice.choices([name for name, _ in OFFICES], [share for _, share in OFFICES], k=len(points))
    contracts = ServiceContract.objects.bulk_create(
        ServiceContract(
            supply_point=point.number,
            contract_number=f"K{start + number:010d}",
            medium="wireless",
            state=UNDER_WAY.get(state, "designing"),
            applied_at=now - timedelta(days=dice.uniform(0, 365)),
            office=office,
        )
        for number, (point, state, office) in enumerate(zip(points, states, offices, strict=True))
    )
    rows = []
    for contract, state, values in zip(contracts, states, islice(cycle(kept), len(contracts)), strict=True):
        over = state in ("finished", "ordered", "built")
        row = {**values, "state": state, "opened_at": contract.applied_at, "supply_point": contract.supply_point}
        row |= {"office": contract.office, "finished_at": contract.applied_at if over else None}
        row["broken"] = [dict(BROKEN)] if state == "refused" else []
        rows.append(Design(contract=contract, **row))
    return iter(Design.objects.bulk_create(rows))


def _orders(rows: list[Design], device: EnrolledDevice, now: datetime) -> None:
    ordered = [row for row in rows if row.state in ("ordered", "built")]
    credentials = RouteBCredential.objects.bulk_create(
        RouteBCredential(
            supply_point=row.supply_point,
            generation=1,
            contract_number=row.contract.contract_number,
            id_since=1,
            state="delivered" if row.state == "built" else "issued",
            communication_unit=f"TCR{row.pk:09d}",
            born_at=row.opened_at,
        )
        for row in ordered
    )
    orders = WorkOrder.objects.bulk_create(
        WorkOrder(
            number=f"W-{row.pk:06d}-1",
            design=row,
            supply_point=row.supply_point,
            office=row.office,
            state="done" if row.state == "built" else "printed" if row.pk % 2 else "issued",
            device=device,
            credential=credential,
            envelope=b"\0" * 400,
            units=[
                {"kind": kind, "action": "keep", "old": unit, "old_serial": "", "new": unit, "new_serial": ""}
                for kind, unit in (row.combination or {}).items()
            ],
            visit_date=(row.opened_at + timedelta(days=7)).date(),
            issued_at=row.opened_at,
            expires_at=row.opened_at + timedelta(days=21),
        )
        for row, credential in zip(ordered, credentials, strict=True)
    )
    FollowUp.objects.bulk_create(
        FollowUp(
            work_order=order,
            office=order.office,
            task="book_installed_units",
            created_at=order.issued_at,
            done_at=None if order.pk % 20 == 0 else now,
        )
        for order in orders
        if order.state == "done"
    )


def _events(rows: list[Design], position: int, before: str) -> tuple[int, str]:
    """Add three events for each design, chained to what is there."""
    written = []
    for row in rows:
        for happened in ("DesignOpened", "CombinationChosen", "DesignFinished"):
            position += 1
            event = chained.RecordedEvent(
                position, row.opened_at, "suzuki", "10.0.0.7", happened, f"D-{row.pk}", row.supply_point, {}
            )
            hash_ = event.hash_after(before)
            written.append(
                AuditEvent(
                    position=position,
                    at=event.at,
                    by=event.by,
                    origin=event.origin,
                    happened=happened,
                    subject=event.subject,
                    supply_point=event.supply_point,
                    previous=before,
                    hash=hash_,
                )
            )
            before = hash_
    AuditEvent.objects.bulk_create(written)
    return position, before
