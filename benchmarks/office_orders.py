"""Work orders that can be printed, made by the office's own services from an application on, and people who print them.

The rows of ``office_data.py`` are copies whose barcode opens nothing; a sheet is made only where the owners still name
the customer and the units that the order was made for. So these are real, as many as asked for.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from keiki.bench.servers.allocation import COVERS, IN_STOCK, SERIALS, UNITS
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.services import Act
from keiki.office.config.wiring import OfficeServices
from keiki.office.contracts import services as contract_services
from keiki.office.designs import services as designs
from keiki.office.keys.models import EnrolledDevice
from keiki.office.refusal import Refusal
from keiki.office.sources import ContactError, SourceUnavailableError
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import WorkOrder
from office_data import applied
from people_at_work import Browser, Unsure

SHELF = 60
"""Pieces of each unit in each depot."""
SHEETS = (1, 1, 1, 1, 10)
"""How many sheets somebody prints at once."""


def stock_depots(sources: Path) -> None:
    """Put units into every depot of the allocation server, which has places alone, unless there are some."""
    with closing(sqlite3.connect(sources / "allocation.db")) as server, server:
        if server.execute("SELECT 1 FROM sqlite_master WHERE name = 'zaiko'").fetchone():
            return
        server.execute("CREATE TABLE zaiko (soko TEXT, kata TEXT, seiban TEXT PRIMARY KEY, jotai TEXT)")
        server.execute("CREATE INDEX zaiko_x ON zaiko (soko, kata, jotai)")
        server.execute("CREATE TABLE zaiko_bara (soko TEXT, kata TEXT, suryo INTEGER)")
        number = 0
        for (depot,) in server.execute("SELECT DISTINCT soko FROM tanto_soko ORDER BY soko").fetchall():
            for model in UNITS:
                for _ in range(SHELF):
                    number += 1
                    serial = f"{SERIALS[model[:3]]}{model[4]}9{number:08d}"
                    server.execute("INSERT INTO zaiko VALUES (?, ?, ?, ?)", (depot, model, serial, IN_STOCK))
            server.executemany("INSERT INTO zaiko_bara VALUES (?, ?, 99)", ((depot, cover) for cover in COVERS))


def printable(
    office: OfficeServices, points: list[SupplyPoint], device: EnrolledDevice, day: date, wanted: int
) -> list[str]:
    """Issue ``wanted`` work orders of one service office, at the first points where they can be; their numbers."""
    made: list[str] = []
    for point in points:
        if len(made) == wanted:
            break
        try:
            order = _issued(office, point, device, day)
        except (Refusal, ContactError, SourceUnavailableError):
            continue
        if order is not None:
            made.append(order.number)
    return made


def _issued(office: OfficeServices, point: SupplyPoint, device: EnrolledDevice, day: date) -> WorkOrder | None:
    """Take an application in the customer's own name and go on to the order; ``None`` where nothing is to be built."""
    act = Act("benchmark", datetime.now(UTC))
    linked = office.sources.link(point, act.at)
    if contract_services.office_of(linked) != "hokusetsu":
        return None
    contract = applied(office, act, point)
    decision = contract_services.decide(act, contract, linked, office.catalogue, office.sealer, sources=office.sources)
    if decision.way is not contract_services.Way.DESIGN:
        return None
    design = designs.open_design(act, office.sources, office.catalogue, contract)
    designs.propose(act, office.catalogue, design, design.version)
    if not designs.finish(act, office.sources, office.catalogue, design, design.version).ok:
        return None
    visit = workorders.PlannedVisit(device, day, office.barcode_end(day))
    return workorders.issue(act, office.sources, office.catalogue, office.sealer, design=design, visit=visit)


def print_orders(browser: Browser, numbers: list[str], until: float, think: float, out: Counter[int]) -> None:
    """Be one person: print orders, one or some at once, until the time is over; ``out`` counts statuses."""
    dice = random.Random(str(browser.cookie))
    while time.monotonic() < until:
        try:
            browser.get("/work-orders/")
            chosen = dice.sample(numbers, min(dice.choice(SHEETS), len(numbers)))
            out[browser.post("/work-orders/print/", number=chosen)[0]] += 1
        except Unsure:
            out[0] += 1
        time.sleep(dice.expovariate(1 / think) if think else 0)
