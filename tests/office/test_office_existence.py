"""What belongs to another service office is answered like what does not exist: the same status, the same bytes.

Two hundred pairs: every address and operation that takes a row, and every way to look for a place, each called for
something of another office and for something that never was. The question, the form's token and the minute of the day
are taken out. What they have in common in time is measured by ``benchmarks/office_existence.py``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from api_rig import CALLS, Call, System, system
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import ELSEWHERE, HERE, World, addresses, samples

from keiki.domain.access import ROLES, Role
from keiki.domain.supply_point import SupplyPoint
from keiki.office.api.description import OPERATIONS
from keiki.office.api.operations import Operation
from keiki.office.audit.models import AuditEvent
from keiki.office.credentials.models import RouteBCredential
from keiki.office.designs.models import Design
from keiki.office.points.services import ask as ask_owners
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.results import record_visit
from keiki.office.workorders.services import OrderRefused

TOKEN = re.compile(
    rb'class="as-of">[^<]*|name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|"x-csrftoken": ?"\w+"'
)
SEALED = re.compile(rb"([?&]s=)[\w%-]+")
"""The question of a search, sealed."""
SAMPLED = [
    each
    for each in addresses()
    if each.has_values and each.declared and each.declared.right and each.declared.right.local
]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture(autouse=True)
def _quick_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are no matter here."""
    monkeypatch.setattr("keiki.office.audit.lookups.BEAT_SECONDS", 0.001)


@pytest.fixture
def stranger(world: World) -> Client:
    """Somebody of every role, at another service office."""
    return world.client(world.person(*ROLES, office=ELSEWHERE, name="stranger"))


def absent(value: Any) -> Any:
    """A value as long as this one, which nothing has."""
    if isinstance(value, int):
        return int("9" * len(str(value)))
    return re.sub(r"[0-9](?=[0-9-]*$)", "9", value) if value.count("-") else f"{value[:-6]}987654"


@dataclass
class Pair:
    """One question about something foreign, and the same about something absent."""

    ask: Callable[[str], HttpResponseBase]
    foreign: str
    absent: str

    def answers(self) -> list[tuple[int, dict[str, str], bytes]]:
        return [self._plain(self.ask(each), each) for each in (self.foreign, self.absent)]

    @staticmethod
    def _plain(answer: HttpResponseBase, question: str) -> tuple[int, dict[str, str], bytes]:
        assert not answer.streaming
        body = SEALED.sub(rb"\1", TOKEN.sub(b"", answer.content))  # type: ignore[attr-defined]
        path = answer.wsgi_request.path  # type: ignore[attr-defined]
        place = path.partition(f"/{question}/")[0]  # of an act, whose page leads back to what it was for
        spelled = {path: "/?", f"{place}/{question}/": "/?/", question: "?" * len(question)}
        if re.fullmatch("[0-9]{22}", question):
            spelled[str(SupplyPoint(question))] = "?"
        # a short key stands in its address alone; elsewhere the same digits are a status or an encoding
        spelled = {text: instead for text, instead in spelled.items() if not (text.isdecimal() and len(text) < 6)}
        headers = {name: value for name, value in answer.items() if name != "Content-Length"}
        for text, instead in spelled.items():
            body = body.replace(text.encode(), instead.encode())
            headers = {name: value.replace(text, instead) for name, value in headers.items()}
        headers = {name: SEALED.sub(rb"\1", value.encode()).decode() for name, value in headers.items()}
        headers["Content-Length"] = str(len(answer.content))  # type: ignore[attr-defined]
        return answer.status_code, headers, body


def towns(world: World) -> list[Any]:
    """Every place of the town that the stranger's office does not have."""
    return [each for each in world.cast.town if each.office == "北摂"]


def number_of_nothing(number: str) -> str:
    return f"{number[:12]}9876543210"


def screens(world: World, stranger: Client) -> Iterator[Pair]:
    """Every address that names a row, called as its sample does."""
    for each in SAMPLED:
        with transaction.atomic():
            world.kept.clear()
            sample = samples()[each.name](world)
            key, value = next(iter(sample.kwargs.items()))
            method = stranger.get if each.declared and "GET" in each.declared.methods else stranger.post
            yield Pair(partial(_called, method, each.name, key, sample.data), str(value), str(absent(value)))
            transaction.set_rollback(True)


def _called(method: Any, name: str, key: str, data: Any, wanted: str) -> Any:
    return method(reverse(name, kwargs={key: wanted}), data)


def operations(world: World, caller: System) -> Iterator[Pair]:
    """Every operation that names a row in its address or its body."""
    for each in OPERATIONS:
        with transaction.atomic():
            call = CALLS[each.id](world)
            body = call.body if isinstance(call.body, dict) else {}
            named = dict(call.values) or {key: body[key] for key in ("contract", "design") if key in body}
            for key, value in named.items():
                yield Pair(partial(_operated, caller, each, call, key), value, str(absent(value)))
            transaction.set_rollback(True)


def _operated(caller: System, each: Operation, call: Call, key: str, wanted: str) -> Any:
    if key in call.values:
        return caller.call(each, Call({key: wanted}, call.query, call.body))
    return caller.call(each, Call(body={**call.body, key: wanted}))


def points(world: World, stranger: Client, caller: System) -> Iterator[Pair]:
    """Every way to ask for a place by its number."""

    def page(name: str) -> Callable[[str], Any]:
        return lambda number: stranger.get(reverse(name, args=[number]))

    def customer(number: str) -> Any:
        return stranger.post(reverse("points:customer", args=[number]), {"reason": "a question"})

    def applied(number: str) -> Any:
        data = {"supply_point": number, "applicant": "山田　太郎", "medium": "wireless", "by_agent": ""}
        return stranger.post(reverse("contracts:apply"), data)

    def called(path: str) -> Callable[[str], Any]:
        return lambda number: caller.get(path.format(number), {"because": "a question"})

    def application(number: str) -> Any:
        return caller.post("applications", {"supply_point": number, "applicant": "山田　太郎", "medium": "wireless"})

    every = (page("points:detail"), page("points:record"), customer, applied, application)
    for place in towns(world)[:12]:
        for ask in (*every, called("supply-points/{}"), called("supply-points/{}/customer")):
            yield Pair(ask, place.supply_point, number_of_nothing(place.supply_point))


def searches(world: World, stranger: Client) -> Iterator[Pair]:
    """Everything that people type to find a place."""

    def typed(text: str) -> Any:
        sent = stranger.post(reverse("points:search"), {"q": text, "why": "question"})
        return stranger.get(sent.headers["Location"])

    for place in towns(world)[:20]:
        yield Pair(typed, place.supply_point, number_of_nothing(place.supply_point))
        yield Pair(typed, place.customer.number, absent(place.customer.number))
        yield Pair(typed, place.installed.communication_serial, absent(place.installed.communication_serial))
        yield Pair(typed, place.customer.address, place.customer.address.replace("丁目", "龘龘"))
    order = world.cast.order(world.cast.finished_design("plain"))
    for reference in (order.number, order.design.reference, order.design.contract.reference, "C-1", "R-1"):
        yield Pair(typed, reference, absent(reference))


@pytest.mark.timeout(400)
def test_two_hundred_answers_about_the_foreign_are_those_about_the_absent(world: World, stranger: Client) -> None:
    caller = system(world, office=ELSEWHERE)
    count, different = 0, []
    for make in (
        lambda: screens(world, stranger),
        lambda: operations(world, caller),
        lambda: points(world, stranger, caller),
        lambda: searches(world, stranger),
    ):
        for pair in make():
            foreign, nothing = pair.answers()
            if foreign != nothing:
                different.append((pair, foreign, nothing))
            count += 1
    assert [_difference(*each) for each in different] == []
    assert count >= 200
    assert {each.office for each in (*Design.objects.all(), *WorkOrder.objects.all())} == {HERE}


def test_a_result_for_another_offices_order_is_for_no_order(world: World) -> None:
    cast = world.cast
    order = cast.order(cast.finished_design("plain"))
    said = []
    for covers in (lambda office: office == ELSEWHERE, lambda office: False):
        with pytest.raises(OrderRefused) as refused:
            record_visit(cast.act(), cast.office, cast.visit(order), covers)
        said.append(refused.value.sentence)
    result = cast.visit(order)
    WorkOrder.objects.filter(pk=order.pk).update(number="W-999999-9")
    RouteBCredential.objects.filter(pk=order.credential_id).update(communication_unit="another", unit_number="ANOTHER")
    with pytest.raises(OrderRefused) as refused:
        record_visit(cast.act(), cast.office, result)
    assert {*said, refused.value.sentence} == {said[0]}


def test_a_serial_number_that_finds_nothing_costs_the_same_questions(
    world: World, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(sources: Any, point: SupplyPoint, at: Any) -> Any:
        asked.append(point.number)
        return ask_owners(sources, point, at)

    monkeypatch.setattr("keiki.office.points.services.ask", counted)
    place = towns(world)[0]
    for serial in (place.installed.communication_serial, absent(place.installed.communication_serial)):
        before = len(asked), AuditEvent.objects.count()
        sent = stranger.post(reverse("points:search"), {"q": serial, "why": "question"})
        stranger.get(sent.headers["Location"])
        assert (len(asked) - before[0], AuditEvent.objects.count() - before[1]) == (1, 1 + len(_kinds(serial)) - 1)
    assert asked[0] == place.supply_point != asked[1]


def test_a_silent_owner_is_told_for_both(world: World, stranger: Client) -> None:
    place = towns(world)[0]
    world.cast.servers["customer"].down()
    serials = (place.installed.communication_serial, absent(place.installed.communication_serial))

    def typed(text: str) -> Any:
        sent = stranger.post(reverse("points:search"), {"q": text, "why": "question"})
        return stranger.get(sent.headers["Location"])

    pair = Pair(typed, *serials)
    foreign, nothing = pair.answers()
    assert foreign == nothing, _difference(pair, foreign, nothing)
    assert "どの営業所の供給地点か確かめられません".encode() in foreign[2]


def test_who_has_every_office_is_told_how_many_there_are(world: World) -> None:
    """The limit is for people of one office; who reaches all is told of more."""
    place = towns(world)[0]
    auditor = world.client(world.person(Role.DESK_OPERATOR, office="*", name="all-offices"))
    sent = auditor.post(reverse("points:search"), {"q": place.installed.communication_serial, "why": "question"})
    answer = auditor.get(sent.headers["Location"])
    assert answer.headers["Location"].startswith(f"/points/{place.supply_point}/")


def _difference(pair: Pair, foreign: Any, nothing: Any) -> str:
    lines = difflib.unified_diff(foreign[2].decode().splitlines(), nothing[2].decode().splitlines(), lineterm="", n=0)
    return "\n".join([f"{pair.foreign}: {foreign[0]} and {nothing[0]}", *lines])


def _kinds(text: str) -> tuple[Any, ...]:
    from keiki.office.points.recognition import SearchedText, recognise

    wanted = recognise(text)
    assert isinstance(wanted, SearchedText)
    return wanted.kinds
