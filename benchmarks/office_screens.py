"""How long each screen of the office takes with 20 people at work on 1 million supply points and 100,000 designs.

    PYTHONPATH=src .venv/bin/python benchmarks/office_screens.py FOLDER [--points 1000000] [--designs 100000]

``FOLDER`` gets five data servers (700 MB for a million points) and an office with its SQLite database unless they are
there. The screens are served as in production, by ``keiki office web`` with two processes. Twenty people, each in a
session of their own, open screens in turn with ``--think`` seconds between two of them on average; a request's time is
what its browser waits for the server, queueing included. Printed are median and 95th percentile of each screen, its
ratio to the bar of 150 ms and to a bare answer of the same server (``/alive``) in the same run, and memory.

Exits 1 when a screen's p95 is over 150 ms.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from keiki.bench.snapshots.databases import TABLES, write_databases
from keiki.domain.access import ALL_OFFICES, ROLES, Role
from linkage_lookup import draw

ROOT = Path(__file__).parents[1]
BAR = 0.150
PEOPLE = 20


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


LIMITS = "[access]\nlookups_per_hour = 10000\n"
"""Nobody works as fast as these people; the limit of look-ups would stop them."""


def prepare(folder: Path, points: int, count: int, port: int, settings: str = "") -> list[dict[str, Any]]:
    """Make data servers and office unless they are there; return a session for each person.

    ``settings``: more sections of the office's ``settings.toml``.
    """
    from keiki.office.config.folder import DataFolder
    from keiki.office.config.setup import make_folder
    from keiki.office.config.start import start

    sources = folder / "servers"
    if not all((sources / f"{owner}.db").exists() for owner in TABLES):
        write_databases(sources, points, seed=1, now=datetime.now(UTC), told=lambda owner: print(f"writing {owner}"))
    data = folder / "office"
    data.mkdir(parents=True, exist_ok=True)
    (data / "settings.toml").write_text(
        f'[office]\ncatalogue = "kansai-2015"\nsources = "{sources}/sources.toml"\n'
        f'[web]\nurl = "http://localhost:{port}"\nport = {port}\nworkers = 2\n{LIMITS}{settings}'
    )
    make_folder(data, "office")
    start(data)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from keiki.office.config.wiring import OfficeServices
    from keiki.office.designs.models import Design

    if Design.objects.count() < count:
        _fill(OfficeServices(DataFolder(data)), sources, count)
    return [_session(number) for number in range(PEOPLE)]


def _fill(office: Any, sources: Path, count: int) -> None:
    from django.db import connection

    from keiki.office.audit.services import Act
    from keiki.office.keys import services as key_services
    from keiki.protocols.sealing.identity import Identity
    from office_data import fill, prototypes

    print(f"making {count} designs")
    card = Identity.generate("handheld", "HHD-07").card.to_json()
    device = key_services.enrol(Act("benchmark", datetime.now(UTC)), card, "handheld")
    drawn = sorted(set(draw(sources, count * 6 // 5 + 2000, 7)), key=lambda point: point.number[::-1])
    made = prototypes(office, drawn[-1000:], 40)
    print(f"{len(made)} prototypes")
    taken = {design.supply_point for design in made}
    fill(made, [point for point in drawn if point.number not in taken][:count], device)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _session(number: int) -> dict[str, Any]:
    """Log a person in who may see everything at one service office, and return the cookie."""
    from django.conf import settings
    from django.test import Client

    from keiki.office.users.models import RoleGrant, ServiceOffice, User

    ServiceOffice.objects.get_or_create(code="hokusetsu", defaults={"name_ja": "北摂営業所", "name_en": "Hokusetsu"})
    user, _ = User.objects.get_or_create(username=f"person-{number}", defaults={"name": "佐藤", "password": "!"})
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    for role in (Role.DESIGNER, Role.CONSTRUCTION_CLERK, Role.DESK_OPERATOR, Role.SUPPORT_AGENT, Role.AUDITOR):
        where = "hokusetsu" if ROLES[role].local else ALL_OFFICES
        by = {"granted_by": "benchmark", "granted_at": datetime.now(UTC)}
        RoleGrant.objects.get_or_create(user=user, role=role.value, office=where, defaults=by)
    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def screens() -> dict[str, list[str]]:
    """Return the addresses of each screen, for rows of the service office that the people may see."""
    from django.urls import reverse

    from keiki.office.audit.models import AuditEvent
    from keiki.office.designs.models import Design
    from keiki.office.workorders.models import WorkOrder

    def some(rows: Any, column: str) -> list[Any]:
        return list(rows.order_by("supply_point").values_list(column, flat=True)[:200])

    mine = Design.objects.filter(office="hokusetsu")
    orders = WorkOrder.objects.filter(office="hokusetsu")
    points = some(mine, "supply_point")
    return {
        "bare answer": ["/alive"],
        "today": [reverse("today")],
        "search, by number": [f"{reverse('points:search')}?q={point}" for point in points],
        "supply point": [reverse("points:detail", args=[point]) for point in points],
        "designs": [reverse("designs:list")],
        "designs, all, sorted": [f"{reverse('designs:list')}?state=all&sort=-opened"],
        "designs, page 40": [f"{reverse('designs:list')}?state=all&start=2000"],
        "design desk, open": [reverse("designs:detail", args=[pk]) for pk in some(mine.filter(state="open"), "pk")],
        "design desk, built": [reverse("designs:detail", args=[pk]) for pk in some(mine.filter(state="built"), "pk")],
        "work orders": [reverse("workorders:list")],
        "work orders, all": [f"{reverse('workorders:list')}?state=all&sort=-number"],
        "work order": [reverse("workorders:detail", args=[number]) for number in some(orders, "number")],
        "after visits": [reverse("workorders:follow_ups")],
        "contracts": [reverse("contracts:list")],
        "contract": [reverse("contracts:detail", args=[pk]) for pk in some(mine, "contract_id")],
        "catalogue": [reverse("catalogues:list")],
        "keys": [reverse("keys:list")],
        "users": [reverse("users:people")],
        "audit": [reverse("audit:list")],
        "audit, one design": [f"{reverse('audit:list')}?about=D-{pk}" for pk in some(mine, "pk")],
        "audit, by day": [f"{reverse('audit:list')}?first={datetime.now(UTC).date().isoformat()}"],
        "audit event": [reverse("audit:event", args=[n]) for (n,) in AuditEvent.objects.values_list("position")[:50]],
    }


def work(port: int, cookie: dict[str, Any], asked: dict[str, list[str]], until: float, think: float, out: Any) -> None:
    """Be one person: open screens until the time is over."""
    dice = random.Random(cookie["value"])
    names = list(asked)
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    headers = {"Cookie": f"{cookie['name']}={cookie['value']}", "Accept-Language": "ja"}
    while time.monotonic() < until:
        name = dice.choice(names)
        started = time.monotonic()
        connection.request("GET", dice.choice(asked[name]), headers=headers)
        answer = connection.getresponse()
        answer.read()
        out[name].append((time.monotonic() - started, answer.status))
        time.sleep(dice.expovariate(1 / think) if think else 0)


def memory(pid: int) -> int:
    """Return the resident memory of a process and its children, in MiB."""
    pages = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            if pid in (int(entry.name), int(status[1])):
                pages += int((entry / "statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGESIZE") // 2**20


def run(port: int, cookies: list[dict[str, Any]], seconds: float, think: float) -> dict[str, list[tuple[float, int]]]:
    """Have everybody work for so many seconds; the times and statuses of each screen."""
    asked, until = screens(), time.monotonic() + seconds
    out: dict[str, list[tuple[float, int]]] = defaultdict(list)
    people = [threading.Thread(target=work, args=(port, each, asked, until, think, out)) for each in cookies]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return out


def report(out: dict[str, list[tuple[float, int]]]) -> bool:
    """Print the table; whether every screen meets the bar and answered."""
    bare = median(seconds for seconds, _ in out["bare answer"])
    print(f"{'screen':<24}{'times':>6}{'median':>9}{'p95':>9}{'/ bar':>8}{'/ bare':>8}")
    good = True
    for name in screens():
        times = out[name]
        took = sorted(seconds for seconds, _ in times)
        p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
        wrong = sorted({status for _, status in times if status not in (200, 302)})
        middle = median(took)
        good = good and p95 <= BAR and not wrong
        line = f"{name:<24}{len(took):>6}{middle * 1000:>6.0f} ms{p95 * 1000:>6.0f} ms{p95 / BAR:>7.2f}x"
        print(line + f"{middle / bare:>7.1f}x" + (f"  answered {wrong}" if wrong else ""))
    return good


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve the office in ``folder`` as in production; give the process id."""
    data = folder / "office"
    (data / "web.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "keiki.office", "--data", str(data), "web"]
    with (folder / "web.log").open("wb") as log:
        server = subprocess.Popen(command, stderr=log, stdout=log, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    try:
        while not (data / "web.json").exists():
            time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def main() -> int:
    """Prepare, serve, measure."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    given.add_argument("--points", type=int, default=1_000_000)
    given.add_argument("--designs", type=int, default=100_000)
    given.add_argument("--seconds", type=float, default=90)
    given.add_argument("--think", type=float, default=1.0, help="mean pause between two screens of a person, seconds")
    options = given.parse_args()
    port = free_port()
    folder = options.folder.resolve()
    cookies = prepare(folder, options.points, options.designs, port)
    with served(folder) as server:
        run(port, cookies, min(15, options.seconds), options.think)
        out = run(port, cookies, options.seconds, options.think)
        rate = sum(map(len, out.values())) / options.seconds
        print(json.dumps({"people": PEOPLE, "requests a second": round(rate, 1), "MiB": memory(server)}))
        return 0 if report(out) else 1


if __name__ == "__main__":
    sys.exit(main())
