"""A log-in that ends in the middle of a form loses nothing of what was typed, and sends it for nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from log_in_rig import a_person
from office_cast import Cast
from playwright.sync_api import Browser, Page, expect
from screens_rig import World

from browser import chromium
from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.config import settings as office_settings
from keiki.office.contracts.models import ServiceContract

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("screens")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser. Playwright's own loop runs in this thread, where Django would refuse its database otherwise."""
    with pytest.MonkeyPatch.context() as patch, chromium() as found:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


def log_in(page: Page, server: Any, client: Client) -> None:
    """Give the browser the log-in that ``client`` has, as another tab would."""
    cookie = client.cookies[office_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def typed(page: Page, server: Any, cast: Cast) -> None:
    place = cast.place("already_wireless")
    page.goto(server.url + reverse("contracts:apply"))
    page.locator("[name=supply_point]").fill(place.supply_point)
    page.locator("[name=name]").fill(place.customer.name)


def press(page: Page) -> None:
    page.locator("#content form button").last.click()


def test_what_was_typed_is_sent_after_a_new_log_in_and_not_before(
    page: Page, live_server: Any, committed_cast: Cast
) -> None:
    world = World(committed_cast)
    person = world.person(Role.DESK_OPERATOR)
    log_in(page, live_server, world.client(person, "en"))
    typed(page, live_server, committed_cast)
    page.context.clear_cookies()
    press(page)
    dialog = page.locator("#log-in-ended")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-when=ended]")).to_be_visible()
    assert not ServiceContract.objects.exists()
    name = committed_cast.place("already_wireless").customer.name
    expect(page.locator("[name=name]")).to_have_value(name)
    log_in(page, live_server, world.client(world.person(Role.DESK_OPERATOR, name="somebody"), "en"))
    dialog.locator("button").click()
    press(page)
    expect(dialog.locator("[data-when=another]")).to_be_visible()
    assert not ServiceContract.objects.exists()
    log_in(page, live_server, world.client(person, "en"))
    dialog.locator("button").click()
    press(page)
    page.wait_for_url(re.compile(r"/contracts/\d+/$"))
    assert ServiceContract.objects.count() == 1


def test_a_browser_in_which_nobody_is_logged_in_is_told_so_and_gets_no_token(cast: Cast) -> None:
    assert Client().get(reverse("session")).json() == {"person": "", "token": ""}
    world = World(cast)
    person = world.person(Role.DESK_OPERATOR)
    answer = world.client(person).get(reverse("session"))
    assert answer.json()["person"] == str(person.pk)
    assert answer.json()["token"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_was_typed_before_a_proof_is_in_the_form_after_it(
    page: Page, live_server: Any, committed_cast: Cast
) -> None:
    world = World(committed_cast)
    admin = a_person(world, Role.ADMINISTRATOR, name="boss")
    client = world.client(admin.user, "en")
    world.person(Role.DESIGNER, name="sato")
    log_in(page, live_server, client)
    page.goto(live_server.url + reverse("users:person", args=["sato"]))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0, "username": "boss"}]
    session.save()
    page.locator("[name=because]").fill("moved to another office")
    page.get_by_role("button", name="Deactivate").click()
    page.wait_for_url("**/reauthenticate/**")
    assert "moved" not in page.url
    page.locator("[name=password]").fill(admin.password)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("[name=because]")).to_have_value("moved to another office")
    expect(page.locator("#kept")).to_contain_text("nothing of it was sent")
    assert not AuditEvent.objects.filter(happened="UserDeactivated").exists()
    expect(page.get_by_role("button", name="Deactivate")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("deactivated and logged out")
    assert AuditEvent.objects.filter(happened="UserDeactivated").exists()


def test_a_part_that_htmx_sends_says_that_the_log_in_ended_and_goes_on_after_a_new_one(
    page: Page, live_server: Any, committed_cast: Cast
) -> None:
    world = World(committed_cast)
    person = world.person(Role.DESK_OPERATOR)
    log_in(page, live_server, world.client(person, "en"))
    page.goto(live_server.url + reverse("points:sources"))
    check = page.locator("form[hx-post] button")
    page.context.clear_cookies()
    check.click()
    dialog = page.locator("#log-in-ended")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-when=ended]")).to_be_visible()
    log_in(page, live_server, world.client(person, "en"))
    dialog.locator("button").click()
    check.click()
    expect(page.locator("#checked table")).to_be_visible()
