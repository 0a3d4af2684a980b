"""People at work on the office's screens, as browsers would be: what they sent, what was answered, what the audit kept.

Each takes applications, decides their way, rewrites passwords, reads statuses, opens pages and ends contracts. An act
counts as done only where the answer led to its contract.
"""

from __future__ import annotations

import http.client
import random
import re
import secrets
import threading
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from keiki.domain.access import Grant, Role

EVENTS = {
    "apply": "ServiceApplied",
    "rewrite": "PasswordLost",
    "end": "ServiceEndRequested",
}
"""The event that each act leaves. A rewrite or an end that is asked for again, after one that was not answered well,
leaves a command alone."""
COMMAND_OF = {*EVENTS.values(), "PasswordSettingStarted"}
"""The events that a command's act leaves beside it the first time."""


class Unsure(Exception):  # noqa: N818 - an outcome
    """No answer came: the act was done or not."""


@dataclass
class Browser:
    """One person's session; keeps cookies and the form token."""

    port: int
    cookie: dict[str, str]
    token: str = ""

    def get(self, path: str) -> tuple[int, str]:
        """Open a page; its status and text."""
        status, text, _ = self._send("GET", path, "")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return status, text

    def post(self, path: str, **values: str | list[str]) -> tuple[int, str]:
        """Send a form; the status and where it led."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **values}, doseq=True)
        status, _, place = self._send("POST", path, body)
        return status, place

    def _send(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookie.items()),
            "Origin": f"http://localhost:{self.port}",
            "Accept-Language": "en",
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            raise Unsure from None
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookie[key] = rest.partition(";")[0]
        return answer.status, text, answer.getheader("Location") or ""


@dataclass
class Tally:
    """What was sent and what was answered, by act and place."""

    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    unsure: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, point: str, status: int | None, place: str = "") -> bool:
        """Count one act at a supply point, which led to ``place``; whether it was done.

        ``status`` is None where no answer came. What leads elsewhere than to the contract, as to the log-in, was not
        done.
        """
        with self.lock:
            self.sent[act, point] += 1
            if status is None:
                self.unsure += 1
                return False
            done = status in (302, 303) and re.fullmatch(r"/contracts/\d+/", place) is not None
            self.statuses[act, f"{status} to {place.partition('?')[0]}" if place and not done else str(status)] += 1
            self.done[act, point] += done
            return done


@dataclass
class Person:
    """Somebody at the desk, with the places they look after."""

    browser: Browser
    places: list[tuple[str, str]]
    dice: random.Random
    tally: Tally
    contracts: dict[str, str] = field(default_factory=dict)

    def work(self, until: float) -> None:
        """Do one thing after another until the time is over."""
        while time.monotonic() < until:
            try:
                self._one_thing()
            except Unsure:
                time.sleep(1)
            time.sleep(self.dice.expovariate(1.0))

    def _one_thing(self) -> None:
        point, name = self.dice.choice(self.places)
        if self.dice.random() < 0.5:
            self.browser.get(self.dice.choice(["/", "/contracts/", "/designs/", "/work-orders/", f"/points/{point}/"]))
        address = self.contracts.get(point)
        if address is None:
            self._apply(point, name)
            return
        act = self.dice.choice(["decide", "rewrite", "rewrite", "read-status", "end"])
        if act == "end" and self.dice.random() < 0.7:
            return
        status, _ = self.browser.get(address)
        if status != 200:
            return
        if act == "end":
            self._act("end", point, f"/points{address}end", because="the customer cancels")
            return
        self._act(act, point, f"{address}{act}")

    def _apply(self, point: str, name: str) -> None:
        self.browser.get("/contracts/apply/")
        try:
            status, place = self.browser.post("/contracts/apply/", supply_point=point, name=name, medium="wireless")
        except Unsure:
            self.tally.note("apply", point, None)
            raise
        if self.tally.note("apply", point, status, place):
            self.contracts[point] = place
        else:
            self._find(point)

    def _find(self, point: str) -> None:
        """Look for a contract that an application without an answer may have made."""
        _, text = self.browser.get(f"/points/{point}/")
        found = re.search(r'href="(/contracts/\d+/)"', text)
        if found:
            self.contracts[point] = found[1]

    def _act(self, act: str, point: str, address: str, **values: str) -> None:
        try:
            status, place = self.browser.post(address, **values)
        except Unsure:
            self.tally.note(act, point, None)
            raise
        if self.tally.note(act, point, status, place) and act == "end":
            self.contracts.pop(point, None)


def people(port: int, count: int) -> list[Browser]:
    """Make people with the desk's roles, each logged in and just proved, and return their browsers."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.test import Client
    from django.urls import reverse

    from keiki.office.audit.services import Act
    from keiki.office.users.models import ServiceOffice, User
    from keiki.office.users.people.services import give

    password, made = secrets.token_urlsafe(24), []
    stored = make_password(password)
    for number in range(count):
        user, _ = User.objects.get_or_create(username=f"person-{number}", defaults={"name": "佐藤", "password": stored})
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        for role in (Role.DESK_OPERATOR, Role.DESIGNER, Role.SUPPORT_AGENT):
            for office in ServiceOffice.objects.values_list("code", flat=True):
                give(Act("benchmark", datetime.now(UTC)), user, Grant(role, office))
        client = Client(headers={"host": f"localhost:{port}"}, REMOTE_ADDR=f"127.0.0.{number + 2}")
        client.post(reverse("account_login"), {"login": user.username, "password": password})
        name = settings.SESSION_COOKIE_NAME
        made.append(Browser(port, {name: client.cookies[name].value}))
    return made


def kept_acts() -> dict[str, Counter[str]]:
    """Count what the audit has of each kind of act, by supply point; ``again``: commands that were asked for again."""
    from keiki.office.audit.models import AuditEvent

    kept: dict[str, Counter[str]] = {name: Counter() for name in (*EVENTS, "again")}
    acts = {event: act for act, event in EVENTS.items()}
    begun: set[tuple[Any, ...]] = set()
    rows = AuditEvent.objects.filter(happened__in=[*COMMAND_OF, "CommandQueued"]).order_by("position")
    for row in rows.iterator():
        same = (row.at, row.by, row.supply_point)
        if row.happened in acts:
            kept[acts[row.happened]][row.supply_point] += 1
        if row.happened in COMMAND_OF:
            begun.add(same)
        elif row.details["kind"] == "rewrite_password" and same not in begun:
            kept["again"][row.supply_point] += 1
    return kept


def compared(tally: Tally) -> tuple[dict[str, int], dict[str, int]]:
    """Return which acts the audit lacks, and which it has more often than they were sent."""
    lost: dict[str, int] = {}
    doubled: dict[str, int] = {}
    kept = kept_acts()
    for act, point in tally.sent:
        if act not in EVENTS:
            continue
        again = kept["again"][point] if act != "apply" else 0
        if tally.done[act, point] > kept[act][point] + again:
            lost[f"{act} {point}"] = tally.done[act, point] - kept[act][point] - again
        if kept[act][point] > tally.sent[act, point]:
            doubled[f"{act} {point}"] = kept[act][point] - tally.sent[act, point]
    for point in kept["again"]:
        sent = tally.sent["rewrite", point] + tally.sent["end", point]
        left = kept["rewrite"][point] + kept["end"][point] + kept["again"][point]
        if left > sent:
            doubled[f"command {point}"] = left - sent
    return lost, doubled
