"""How the memory of the screens' processes goes while 20 people work.

    PYTHONPATH=src .venv/bin/python benchmarks/office_memory.py FOLDER [--minutes 30] [--engine postgresql]

``FOLDER`` gets data servers and an office unless they are there. ``--engine postgresql`` has the office on a PostgreSQL
server of its own, which is made anew and gone at the end. The screens are served as in production, with two processes
that answer. Of twenty people sixteen open screens in turn as in ``office_screens.py``; four print work orders, one or
ten at once. Printed is each process's resident memory, minute by minute, beside requests and prints so far.

Exits 1 where a process grew by more than 5 % between minute 10 and the end, is over 450 MB, or ended; where a screen
answered otherwise than with a page, or more than one print in fifty was refused (as it is where a data server takes
too long). A run of under 15 minutes prints the same and judges no growth.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from linkage_lookup import draw
from linkage_servers import Server
from office_screens import PEOPLE, free_port, prepare, screens, served, work
from people_at_work import Browser

LIMIT_MB = 450
GROWTH = 1.05
SETTLED_MINUTES = 10
PRINTING = 4
ORDERS = 40


def resident(parent: int) -> dict[int, int]:
    """Return the resident memory of each process that ``parent`` started, in MB, by process id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            pages = int((entry / "statm").read_text().split()[1])
        except OSError:
            continue
        if int(status[1]) == parent and pages * os.sysconf("SC_PAGESIZE") > 50_000_000:
            found[int(entry.name)] = pages * os.sysconf("SC_PAGESIZE") // 10**6
    return found


@contextmanager
def database(engine: str) -> Iterator[str]:
    """Give the section of the settings for this engine; a PostgreSQL server runs meanwhile."""
    if engine == "sqlite":
        yield ""
        return
    home = Path(tempfile.mkdtemp(prefix="office-memory-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    server = Server("office", home)
    try:
        login = f'host = "127.0.0.1"\nport = {server.port}\nname = "postgres"\nuser = "keiki"\n'
        yield f'[database]\nengine = "postgresql"\n{login}'
    finally:
        server.stop()
        shutil.rmtree(home)


def orders(folder: Path) -> list[str]:
    """Issue work orders that can be printed; their numbers."""
    from keiki.office.audit.services import Act
    from keiki.office.config.folder import DataFolder
    from keiki.office.config.wiring import OfficeServices
    from keiki.office.designs.models import Design
    from keiki.office.keys import services as key_services
    from keiki.protocols.sealing.identity import Identity
    from office_orders import printable, stock_depots

    stock_depots(folder / "servers")
    office = OfficeServices(DataFolder(folder / "office"))
    card = Identity.generate("handheld", f"HHD-{datetime.now(UTC):%H%M%S}").card.to_json()
    device = key_services.enrol(Act("benchmark", datetime.now(UTC)), card, "handheld")
    taken = set(Design.objects.values_list("supply_point", flat=True))
    drawn = [point for point in draw(folder / "servers", ORDERS * 50, 11) if point.number not in taken]
    made = printable(office, list(dict.fromkeys(drawn)), device, office.today, ORDERS)
    print(f"{len(made)} work orders to print")
    return made


def main() -> int:
    """Prepare, serve, let people work, look once a minute, judge."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    given.add_argument("--minutes", type=int, default=30)
    given.add_argument("--points", type=int, default=20_000)
    given.add_argument("--designs", type=int, default=2_000)
    given.add_argument("--think", type=float, default=1.0, help="mean pause between two screens of a person, seconds")
    given.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the office's database")
    options = given.parse_args()
    with database(options.engine) as section:
        return 0 if run(options, section) else 1


def run(options: argparse.Namespace, section: str) -> bool:
    """Prepare, serve and let people work on one database; whether all is well."""
    port, folder = free_port(), options.folder.resolve()
    cookies = prepare(folder, options.points, options.designs, port, section)
    from office_orders import print_orders

    numbers, asked = orders(folder), screens()
    out: dict[str, list[tuple[float, int]]] = defaultdict(list)
    prints: Counter[int] = Counter()
    every: list[dict[int, int]] = []
    with served(folder) as server:
        began = time.monotonic()
        until = began + options.minutes * 60
        people = [
            threading.Thread(target=work, args=(port, each, asked, until, options.think, out))
            for each in cookies[: PEOPLE - PRINTING]
        ]
        for each in cookies[PEOPLE - PRINTING :]:
            browser = Browser(port, {each["name"]: each["value"]})
            args = (browser, numbers, until, options.think * 10, prints)
            people.append(threading.Thread(target=print_orders, args=args))
        for person in people:
            person.start()
        for minute in range(options.minutes + 1):
            time.sleep(max(0.0, began + minute * 60 - time.monotonic()))
            every.append(resident(server))
            done = f"{sum(map(len, out.values())):>6} requests, {sum(prints.values()):>4} prints"
            print(f"minute {minute:>2}: {done}, MB {every[-1]}", flush=True)
        for person in people:
            person.join()
    statuses = Counter(status for times in out.values() for _, status in times)
    print(f"screens answered {dict(statuses)}, prints {dict(prints)}")
    return (
        judged(every) and set(statuses) <= {200, 302} and set(prints) <= {200, 409} and prints[409] * 50 < prints[200]
    )


def judged(every: list[dict[int, int]]) -> bool:
    """Say whether no process ended or is over the limit, and none grew after it had settled."""
    last = every[-1]
    good = max(last.values()) <= LIMIT_MB and set(every[min(1, len(every) - 1)]) == set(last)
    if len(every) > SETTLED_MINUTES + 5:
        settled = every[SETTLED_MINUTES]
        good = good and all(last[pid] <= GROWTH * settled.get(pid, 0) for pid in last)
    return good


if __name__ == "__main__":
    sys.exit(main())
