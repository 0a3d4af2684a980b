"""Every error says its true cause and leads back to where the person was; reloading an act's address does too."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from log_in_rig import a_person
from office_cast import Cast
from screens_rig import Address, World, addresses, samples

from keiki.domain.access import ROLES, Role
from keiki.office.config import settings as office_settings

ACTS = [each for each in addresses() if each.declared and "GET" not in each.declared.methods]
HOST = "http://testserver"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def links(answer: HttpResponse) -> list[str]:
    return re.findall(r'<a class="button[^"]*" href="([^"]*)"', answer.content.decode())


@pytest.mark.parametrize("address", ACTS, ids=lambda each: each.name)
def test_a_reload_of_an_act_leads_to_a_page(address: Address, world: World) -> None:
    sample = samples()[address.name](world)
    client = world.as_(*ROLES)
    led = client.get(reverse(address.name, kwargs=sample.kwargs))
    assert led.status_code == 302
    page = client.get(led.headers["Location"])
    assert page.status_code == 200
    assert "フォームから送信されたものだけを受け付けます" in page.content.decode()


@pytest.mark.parametrize("status", [403, 404])
def test_an_error_leads_back_to_the_page_before(world: World, status: int) -> None:
    client, page = world.as_(Role.DESIGNER, language="en"), reverse("designs:list")
    wrong = reverse("audit:list") if status == 403 else "/nowhere/"
    answer = client.get(wrong, headers={"referer": f"{HOST}{page}?state=open"})
    assert answer.status_code == status
    assert links(answer)[0] == f"{page}?state=open"
    for strange in ("https://evil.example/", f"{HOST}{wrong}", f"{HOST}/nowhere/else/"):
        assert links(client.get(wrong, headers={"referer": strange}))[0] == "/"


def test_a_method_that_no_page_sends_is_answered_in_words(world: World) -> None:
    answer = world.as_(Role.DESIGNER, language="en").put(reverse("designs:list"))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert "cannot be read" in answer.content.decode()


def test_a_form_of_no_log_in_says_which_cause_it_has(world: World) -> None:
    """Without cookies; with a cookie of no log-in; from before the present log-in; from another site."""
    act, page = reverse("contracts:apply"), {"referer": f"{HOST}{reverse('contracts:apply')}"}
    strict = {"enforce_csrf_checks": True, "headers": {"accept-language": "en"}}
    nobody = Client(**strict)  # type: ignore[arg-type]
    answer = nobody.post(act, {"name": "x"}, headers=page)
    assert (answer.status_code, answer.headers["Keiki-Log-In"]) == (403, "ended")
    assert "sent no cookie" in answer.content.decode()
    assert links(answer) == [f"{reverse('account_login')}?next={act}"]
    nobody.cookies[office_settings.CSRF_COOKIE_NAME] = "x" * 32
    assert "Your log-in has ended" in nobody.post(act, {"name": "x"}, headers=page).content.decode()

    someone = a_person(world, Role.DESK_OPERATOR)
    someone.logs_in()
    strictly = Client(**strict)  # type: ignore[arg-type]
    strictly.cookies = someone.client.cookies
    old = strictly.post(act, {"name": "北山", "csrfmiddlewaretoken": "a" * 64}, headers=page)
    assert "現在のログインより前に開かれた" in old.content.decode()
    assert old.headers["Keiki-Log-In"] == "older"
    assert "北山" in strictly.get(act).content.decode(), "what was typed is in the form again"
    elsewhere = strictly.post(act, {"name": "x"}, headers={"origin": "https://evil.example"})
    assert "ページから送信されたものではありません" in elsewhere.content.decode()
    assert not strictly.get(act).content.decode().count("kept-entries")


def test_a_part_of_a_page_is_told_the_same_as_a_notice_and_stays(world: World) -> None:
    act = reverse("points:check")
    htmx = {"hx-request": "true", "hx-current-url": f"{HOST}{reverse('points:sources')}"}
    for client in (
        Client(headers={"accept-language": "en"}),
        Client(enforce_csrf_checks=True, headers={"accept-language": "en"}),
    ):
        answer = client.post(act, headers=htmx)
        assert answer.status_code == 403
        assert "HX-Redirect" not in answer.headers
        assert answer.headers["Keiki-Log-In"] == "ended"
        text = answer.content.decode()
        assert text.lstrip().startswith('<div class="notice')
        assert "still in this page: log in in a new tab" in text
