"""Whether the time of an answer tells that something exists at another service office.

    PYTHONPATH=src .venv/bin/python benchmarks/office_existence.py FOLDER [--pairs 200]

``FOLDER`` gets a small town's data servers and an office with its SQLite database unless they are there. The screens
are served as in production. Somebody of one service office asks, in an order that a seed draws, for places, serial
numbers and designs of other offices, and for as many that do not exist. For each way to ask are printed both medians
and how often a foreign answer is the slower of two (0.5: the time tells nothing).

Exits 1 where that is further from 0.5 than chance alone explains at three standard deviations.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import random
import re
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from statistics import median

from office_screens import free_port, prepare, served

ELSEWHERE = "elsewhere"


def slower(foreign: list[float], absent: list[float]) -> float:
    """Return in which share of all pairs the foreign answer took longer (Mann-Whitney's U, scaled)."""
    wins = sum((one > other) + 0.5 * (one == other) for one in foreign for other in absent)
    return wins / (len(foreign) * len(absent))


def tolerance(pairs: int) -> float:
    """Return three standard deviations of :func:`slower` where both come from one distribution."""
    return 3 * ((2 * pairs + 1) / (12 * pairs * pairs)) ** 0.5


class Asker:
    """A browser with one person's log-in."""

    def __init__(self, port: int, cookie: dict[str, str]) -> None:
        self._at = f"http://localhost:{port}"
        self._jar = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar), _Stay)
        self._session = f"{cookie['name']}={cookie['value']}"
        page = self._get("/points/")[1]
        self._token = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page)[1].decode()  # type: ignore[index]

    def _get(self, path: str, data: bytes | None = None) -> tuple[int, bytes, str]:
        request = urllib.request.Request(self._at + path, data)
        csrf = "; ".join(f"{each.name}={each.value}" for each in self._jar)
        request.add_header("Cookie", f"{self._session}; {csrf}" if csrf else self._session)
        try:
            with self._open.open(request, timeout=30) as answer:
                return answer.status, answer.read(), answer.headers.get("Location", "")
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers.get("Location", "")

    def page(self, path: str) -> float:
        """Open a page; the seconds that it took."""
        began = time.perf_counter()
        status = self._get(path)[0]
        took = time.perf_counter() - began
        if status != 404:
            raise SystemExit(f"{path} answered {status}")
        return took

    def search(self, text: str) -> float:
        """Type into the search; the seconds until its page is there."""
        sent = {"csrfmiddlewaretoken": self._token, "q": text, "why": "question"}
        to = self._get("/points/", urllib.parse.urlencode(sent).encode())[2]
        began = time.perf_counter()
        self._get(to)
        return time.perf_counter() - began


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""
        return


def questions(servers: Path, pairs: int) -> dict[str, tuple[list[str], list[str]]]:
    """Return for each way to ask what is foreign and what is absent, as many of each."""
    from keiki.office.designs.models import Design

    rows = list(Design.objects.values_list("pk", "supply_point")[:pairs])
    with sqlite3.connect(servers / "construction.db") as database:
        found = database.execute("SELECT 通信製番 FROM 計器工事 WHERE 通信製番 <> '' LIMIT ?", (pairs,))
        serials = [str(row[0]) for row in found]
    numbers = [number for _, number in rows]
    return {
        "supply point": (
            [f"/points/{number}/?ask=1" for number in numbers],
            [f"/points/{number[:12]}{at:010d}/?ask=1" for at, number in enumerate(numbers)],
        ),
        "design": (
            [f"/designs/{pk}/" for pk, _ in rows],
            [f"/designs/{10**6 + pk}/" for pk, _ in rows],
        ),
        "serial number": (serials, [f"{serial[:-6]}{at:06d}" for at, serial in enumerate(serials)]),
    }


def stranger() -> dict[str, str]:
    """Log in somebody of a service office that has no place at all: every place is foreign."""
    from datetime import UTC, datetime

    from django.conf import settings
    from django.test import Client

    from keiki.domain.access import Role
    from keiki.office.users.models import RoleGrant, ServiceOffice, User

    ServiceOffice.objects.get_or_create(code=ELSEWHERE, defaults={"name_ja": "遠方営業所", "name_en": "Elsewhere"})
    user, _ = User.objects.get_or_create(username="stranger", defaults={"name": "佐藤", "password": "!"})
    for role in (Role.DESIGNER, Role.DESK_OPERATOR):
        by = {"granted_by": "benchmark", "granted_at": datetime.now(UTC)}
        RoleGrant.objects.get_or_create(user=user, role=role.value, office=ELSEWHERE, defaults=by)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def measure(asker: Asker, kind: str, both: tuple[list[str], list[str]]) -> tuple[list[float], list[float]]:
    """Ask everything once, in a drawn order; the seconds of foreign and of absent answers."""
    times: tuple[list[float], list[float]] = ([], [])
    drawn = [(side, each) for side in (0, 1) for each in both[side]]
    random.Random(1).shuffle(drawn)
    ask = asker.search if kind == "serial number" else asker.page
    for _, each in drawn[:10]:  # what a process does for the first time
        ask(each)
    for side, each in drawn:
        times[side].append(ask(each))
    return times


def main() -> int:
    """Prepare, serve, ask, compare."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    given.add_argument("--pairs", type=int, default=200)
    options = given.parse_args()
    folder, port = options.folder.resolve(), free_port()
    prepare(folder, 20_000, max(2000, options.pairs), port)
    cookie, asked, good = stranger(), questions(folder / "servers", options.pairs), True
    with served(folder) as _:
        asker = Asker(port, cookie)
        for kind, both in asked.items():
            foreign, absent = measure(asker, kind, both)
            share, limit = slower(foreign, absent), tolerance(min(len(foreign), len(absent)))
            good = good and abs(share - 0.5) <= limit
            line = f"{kind:<16}{median(foreign) * 1000:>8.1f} ms foreign{median(absent) * 1000:>8.1f} ms absent"
            print(f"{line}   slower: {share:.3f} (0.5 within {limit:.3f})")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
