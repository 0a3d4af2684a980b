"""Logging in at a real browser: a first password, an authenticator app, recovery codes, a passkey, the fresh proof."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from screens_town import WINDOW, ScreensTown

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("screens")]

USERNAME, PASSWORD = "nakamura", "a long sentence about meters"


@pytest.fixture
def context(screens_town: ScreensTown) -> Iterator[BrowserContext]:
    made = screens_town.browser.new_context(locale="en-GB", viewport=WINDOW)  # type: ignore[arg-type]
    yield made
    made.close()


def code(secret: str, step: int) -> str:
    """What an authenticator app with this secret shows at a step of 30 seconds (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def no_barrier(page: Page) -> None:
    """Nothing that axe finds on this page keeps anybody from using it."""
    found = Axe().run(page).response["violations"]
    assert not [(each["id"], node["html"][:200]) for each in found for node in each["nodes"]], page.url


def log_in(page: Page, town: ScreensTown) -> None:
    page.goto(town.at("/users/"))
    no_barrier(page)
    page.get_by_label("Log-in name").fill(USERNAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_the_first_administrator_logs_in_with_totp_then_with_a_passkey(
    screens_town: ScreensTown, context: BrowserContext
) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}"
    screens_town.office("create-admin", "--username", USERNAME, "--name", "中村 由美", typed=typed)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)

    log_in(page, screens_town)
    expect(page.get_by_role("heading", level=1)).to_have_text("二要素認証")
    page.get_by_role("button", name="English").first.or_(page.locator("summary")).first.click()
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="Set up", exact=True).click()
    no_barrier(page)
    secret = page.locator("#secret").inner_text()
    step = int(time.time()) // 30
    page.get_by_label("Code").fill(code(secret, step - 1))
    page.get_by_role("button", name="Set up").click()
    page.locator("#recovery-codes li").first.wait_for()
    recovery = page.locator("#recovery-codes li").all_inner_texts()
    assert len(recovery) == 10
    no_barrier(page)

    page.goto(screens_town.at("/accounts/log-out/"))
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    log_in(page, screens_town)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    no_barrier(page)
    page.get_by_label("Code").fill(code(secret, step))
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/users/$"))

    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(screens_town.at("/accounts/second-factor/keys/add/"))
    no_barrier(page)
    page.get_by_label("Name of the passkey").fill("notebook")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    for path in ("second-factor/", "second-factor/keys/", "second-factor/totp/deactivate/", "password/"):
        page.goto(screens_town.at(f"/accounts/{path}"))
        no_barrier(page)

    page.goto(screens_town.at("/accounts/log-out/"))
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(re.compile("^(?!.*log-in).*$"))
    page.goto(screens_town.at("/users/"))
    expect(page.get_by_role("link", name=USERNAME)).to_be_visible()

    page.goto(screens_town.at("/accounts/second-factor/keys/reauthenticate/?next=/users/add/"))
    no_barrier(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/users/add/$"))
    happened = {
        each["happened"]
        for each in screens_town.office("audit", "list", "--limit", "200")["events"]
        if each["by"] == USERNAME
    }
    assert {"LoggedIn", "LoggedOut", "SecondFactorAdded"} <= happened
    assert not errors, "the browser refuses nothing of these pages"
