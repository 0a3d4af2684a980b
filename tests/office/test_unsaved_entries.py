"""What a person typed is not lost when a form is not accepted now: it is in the form again, once, for them."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from log_in_rig import Person, a_person
from office_cast import Cast
from screens_rig import Address, World, addresses, samples

from keiki.domain.access import ROLES, Role
from keiki.office.screens import unsaved_entries
from keiki.office.users.models import OfficeSession

SENSITIVE = [
    each for each in addresses() if each.declared and each.declared.sensitive and "POST" in each.declared.methods
]
HOST = "http://testserver"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def shown(page: str) -> dict[str, list[str]]:
    """What the page has for its form."""
    found = re.search(r'<script id="kept-entries" type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else {}


def proved_long_ago(client: Client, minutes: float = 6) -> None:
    session = client.session
    for each in session["account_authentication_methods"]:
        each["at"] = time.time() - 60 * minutes
    session.save()


def prove(client: Client) -> None:
    proved_long_ago(client, 0)


@pytest.mark.parametrize("address", SENSITIVE, ids=lambda each: each.name)
def test_what_was_typed_before_the_proof_is_on_the_page_after_it(address: Address, world: World) -> None:
    sample = samples()[address.name](world)
    client = world.as_(*ROLES)
    url = reverse(address.name, kwargs=sample.kwargs)
    proved_long_ago(client)
    asked = client.post(url, sample.data)
    page = re.sub(r".*next=", "", asked.headers["Location"]).replace("%2F", "/")
    assert "typed" not in asked.headers["Location"]
    prove(client)
    typed = {name: [str(value)] for name, value in sample.data.items()}
    answer = client.get(page)
    assert answer.status_code == 200, page
    assert shown(answer.content.decode()) == (typed if any(sample.data.values()) else {})
    assert not shown(client.get(page).content.decode()), "it is shown once"


def an_administrator(world: World) -> Person:
    admin = a_person(world, Role.ADMINISTRATOR, second_factor=True, name="boss")
    admin.logs_in()
    return admin


def typed_too_late(world: World) -> tuple[Person, str]:
    """An administrator who sent a reason for letting somebody go, and must prove first that it is them."""
    admin, _ = an_administrator(world), world.person(Role.DESIGNER, name="sato")
    proved_long_ago(admin.client)
    page = reverse("users:person", args=["sato"])
    data = {"because": "moved to 堺", "password": "typed in the wrong place"}
    admin.client.post(reverse("users:deactivate", args=["sato"]), data, headers={"referer": f"{HOST}{page}"})
    return admin, page


def test_it_is_sealed_where_it_lies_and_holds_no_secret(world: World) -> None:
    admin, page = typed_too_late(world)
    kept = admin.client.session[unsaved_entries.KEY]
    assert "moved" not in kept
    for row in Session.objects.all():
        assert "moved" not in str(row.get_decoded())
    assert shown(admin.client.get(page).content.decode()) == {"because": ["moved to 堺"]}


def test_it_is_kept_half_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, page = typed_too_late(world)
    monkeypatch.setattr(unsaved_entries, "KEPT_SECONDS", -1)
    assert not shown(admin.client.get(page).content.decode())
    assert unsaved_entries.KEY not in admin.client.session


def test_another_page_and_a_part_of_the_page_leave_it_there(world: World) -> None:
    admin, page = typed_too_late(world)
    assert not shown(admin.client.get(reverse("users:people")).content.decode())
    admin.client.get(page, headers={"hx-request": "true"})
    assert shown(admin.client.get(page).content.decode())


def test_a_log_in_that_ended_keeps_it_for_its_person_only(world: World) -> None:
    clerk = a_person(world, Role.DESK_OPERATOR, name="clerk")
    other = a_person(world, Role.DESK_OPERATOR, name="other")
    apply = reverse("contracts:apply")
    for who in (clerk, other):
        clerk.logs_in()
        OfficeSession.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
        sent = clerk.client.post(apply, {"name": "北山 花子"}, headers={"referer": f"{HOST}{apply}"})
        assert sent.headers["Location"] == f"{reverse('account_login')}?next={apply.replace('/', '%2F')}"
        who.client = clerk.client
        who.logs_in()
        found = shown(who.client.get(apply).content.decode())
        assert found == ({"name": ["北山 花子"]} if who is clerk else {})


def test_what_was_refused_is_in_the_form_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from keiki.office.users.people import services

    def refuse(*_: Any, **__: Any) -> None:
        raise services.PeopleRefused("いまはできません。あとで", "not now: later")

    monkeypatch.setattr(services, "deactivate", refuse)
    admin, _ = an_administrator(world), world.person(Role.DESIGNER, name="sato")
    page, act = reverse("users:person", args=["sato"]), reverse("users:deactivate", args=["sato"])
    refused = admin.client.post(act, {"because": "moved"}, headers={"referer": f"{HOST}{page}"})
    assert refused.status_code == 409
    assert f'href="{page}"' in refused.content.decode()
    assert "入力した内容はフォームに戻っています" in refused.content.decode()
    assert shown(admin.client.get(page).content.decode()) == {"because": ["moved"]}


def test_only_the_log_in_asks_for_a_secret() -> None:
    """A declared screen that asked for one would have to keep it out of what is kept."""
    source = Path(unsaved_entries.__file__).parents[1]
    asking = {
        path.name
        for path in [*source.rglob("*.py"), *source.rglob("*.html")]
        if re.search(r"PasswordInput|type=.password", path.read_text())
    }
    assert asking == set(), "those that ask are the log-in library's"
