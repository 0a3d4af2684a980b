"""From the search to a finished design without a mouse; wrong turns are refused and taken back on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from screens_town import ScreensTown

from keiki.domain.access import Role

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("screens")]


@pytest.fixture
def silent(screens_town: ScreensTown) -> Iterator[list[str]]:
    """What browsers said of errors or of a policy that was broken: nothing, at the end."""
    said: list[str] = []
    yield said
    assert said == []


def listened(page: Page, said: list[str]) -> Page:
    page.on("console", lambda message: said.append(message.text) if "409" not in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


def version(page: Page, number: int) -> None:
    expect(page.locator("#desk-form [name=version]")).to_have_value(str(number))


def chosen(page: Page, unit: str) -> None:
    expect(page.locator("#desk .drawing-unit-id").filter(has_text=unit)).to_be_visible()


def test_search_to_finished_design_by_keyboard(screens_town: ScreensTown, silent: list[str]) -> None:
    screens_town.apply("apply_renewable")
    screens_town.office("link", "--supply-point", screens_town.point("apply_renewable"))
    page = listened(screens_town.page(Role.DESIGNER, username="key-designer", language="en"), silent)

    page.goto(screens_town.at("/designs/"))
    page.keyboard.press("/")
    page.keyboard.type(screens_town.point("apply_renewable"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Open a design")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text(re.compile("Design D-[0-9]+"))
    number = page.locator("h1").inner_text().removeprefix("Design ")
    version(page, 1)

    page.keyboard.press("g")
    page.keyboard.press("d")
    page.get_by_label("D-number or supply point").focus()
    page.keyboard.type(screens_town.point("apply_renewable")[:9])
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"[?&]q=0"))  # until then the keys would go to the list as it was, of one row, too
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("#content").focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    version(page, 1)

    page.keyboard.press("p")
    version(page, 2)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#desk-picked")).to_have_value("3W60-2B")
    for _ in range(3):  # faster than the answers come
        page.keyboard.press("ArrowUp")
    version(page, 5)
    chosen(page, "3W60-1N")
    expect(page.locator("a[data-unit=metering]")).to_be_focused()
    expect(page.locator(".check.tone-bad")).to_have_count(4)
    assert "R3 route B as applied for" in (page.locator("a[data-unit=metering]").get_attribute("aria-label") or "")

    page.keyboard.press("f")
    expect(page.locator("#desk-finish")).to_be_focused()
    expect(page.locator("#desk-blocked")).to_contain_text("4 rules are broken")
    version(page, 5)

    page.keyboard.press("z")
    version(page, 6)
    chosen(page, "3W60-1B")
    page.keyboard.press("r")
    version(page, 7)
    chosen(page, "3W60-2B")
    expect(page.locator(".check.tone-bad")).to_have_count(0)

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Make the smallest repair")
    page.keyboard.press("Escape")
    page.locator("#desk-picked").focus()
    page.keyboard.press("z")  # a key typed in a field is no key of the desk
    version(page, 7)
    page.locator("#desk-undo").focus()

    page.keyboard.press("f")
    expect(page.locator(".next-step")).to_contain_text("Issue the work order")
    expect(page.locator("#desk-state")).to_have_text("finished")
    assert screens_town.office("design", "show", "--design", number)["state"] == "finished"


def test_the_gate_refuses_in_place_what_somebody_presses_without_scripts(screens_town: ScreensTown) -> None:
    screens_town.apply("contract_grew")
    screens_town.office("design", "open", "--supply-point", screens_town.point("contract_grew"))
    first = screens_town.page(Role.DESIGNER, username="plain-designer", language="en")
    cookies = first.context.cookies()
    context = screens_town.browser.new_context(java_script_enabled=False, locale="en-GB")
    screens_town.contexts.append(context)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(screens_town.at("/designs/?q=" + screens_town.point("contract_grew")))
    page.locator("tbody a").click()
    page.locator("a[data-unit=metering]").click()
    page.locator("#desk-picked").select_option("2W30-1B")
    page.get_by_role("button", name="Use this unit").click()
    expect(page.locator(".check.tone-bad")).not_to_have_count(0)
    page.locator("#desk-finish").click(force=True)
    expect(page.get_by_role("alert")).to_contain_text("The gate refused the design")
    page.get_by_role("button", name="Take the proposal").click()
    page.locator("#desk-finish").click()
    expect(page.locator(".next-step")).to_contain_text("Issue the work order")


def test_of_two_designers_the_second_sees_what_the_first_did(screens_town: ScreensTown, silent: list[str]) -> None:
    screens_town.apply("voltage")
    number = screens_town.office("design", "open", "--supply-point", screens_town.point("voltage"))["id"]
    address = screens_town.at(f"/designs/{number.removeprefix('D-')}/")
    first = listened(screens_town.page(Role.DESIGNER, username="first", name="鈴木"), silent)
    second = listened(screens_town.page(Role.DESIGNER, username="second", language="en"), silent)
    first.goto(address)
    second.goto(address)
    first.keyboard.press("p")
    version(first, 2)
    second.keyboard.press("ArrowDown")
    expect(second.get_by_role("alert")).to_contain_text("鈴木 changed this design meanwhile")
    version(second, 2)
    assert second.inner_text("#messages") == ""
    second.keyboard.press("ArrowDown")
    version(second, 3)


@pytest.mark.parametrize(("language", "theme"), [("ja", "light"), ("en", "dark")])
def test_axe_finds_no_barrier_at_the_desk(screens_town: ScreensTown, language: str, theme: str) -> None:
    name = {"ja": "workshop", "en": "plain"}[language]
    screens_town.apply(name)
    number = screens_town.office("design", "open", "--supply-point", screens_town.point(name))["id"]
    page = screens_town.page(Role.DESIGNER, username=f"axe-{language}", language=language, theme=theme)
    page.goto(screens_town.at(f"/designs/{number.removeprefix('D-')}/"))
    page.keyboard.press("ArrowDown")
    version(page, 2)
    page.keyboard.press("l")
    expect(page.get_by_role("alert")).to_be_visible()
    for where in ("", "/designs/?state=all"):
        if where:
            page.goto(screens_town.at(where))
        for width in (820, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_a_log_in_that_ended_is_said_beside_the_desk_and_keeps_it_whole(screens_town: ScreensTown) -> None:
    screens_town.apply("flat_plc", medium="plc")
    number = screens_town.office("design", "open", "--supply-point", screens_town.point("flat_plc"))["id"]
    page = screens_town.page(Role.DESIGNER, username="gone")
    page.goto(screens_town.at(f"/designs/{number.removeprefix('D-')}/"))
    page.locator("a[data-unit=option]").click()
    expect(page.locator("#desk-right")).to_have_attribute("href", re.compile("unit=cover"))
    page.reload()
    expect(page.locator("a[data-unit=option]")).to_have_attribute("aria-current", "true")
    page.context.clear_cookies(name=re.compile(r"^keiki(-\d+)?$"))  # as when the session ended on the server
    page.keyboard.press("ArrowDown")
    ended = page.locator("#log-in-ended")
    expect(ended).to_be_visible()
    expect(ended.locator("a[href*='/accounts/log-in/']")).to_be_visible()
    expect(page.locator("a[data-unit=option]")).to_have_attribute("aria-current", "true")
    shown = screens_town.office("design", "show", "--design", number)
    assert shown["combination"] is None
