"""From Today to a supply point by keyboard: the office's part at once, the owners' by itself, and no word of the search
in any address."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from screens_town import ScreensTown

from keiki.domain.access import Role

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("screens")]


def no_barrier(page: Page) -> None:
    found = Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


def test_a_clerk_searches_by_keyboard_and_the_page_fills_itself(screens_town: ScreensTown) -> None:
    place = screens_town.place("voltage")
    page = screens_town.page(Role.DESK_OPERATOR, language="en")
    page.goto(screens_town.at("/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    no_barrier(page)
    page.keyboard.press("/")
    page.keyboard.type(place.customer.address[:6])
    page.keyboard.press("Enter")
    expect(page.get_by_text("taken for: part of the address")).to_be_visible()
    assert place.customer.address[:3] not in unquote(page.url)
    page.goto(screens_town.at(f"/points/{place.supply_point}/?why=question"))
    expect(page.locator("#record .source").first).to_be_visible()
    expect(page.locator("#record svg.drawing")).to_be_visible()
    expect(page.locator("#record").get_by_text(place.installed.communication_serial).first).to_be_visible()
    assert place.customer.name not in page.content()
    no_barrier(page)
    page.get_by_text("Show it whole").first.click()
    page.get_by_label("Why you need to see it").fill("the customer is on the phone")
    page.keyboard.press("Enter")
    expect(page.locator("#customer").get_by_text(place.customer.name)).to_be_visible()
    page.reload()
    expect(page.locator("#record .source").first).to_be_visible()
    assert place.customer.name not in page.content()


def test_without_scripts_a_link_asks_the_owners(screens_town: ScreensTown) -> None:
    place = screens_town.place("workshop")
    screens_town.page(Role.DESK_OPERATOR, language="en").close()
    cookies = screens_town.contexts[-1].cookies()
    context = screens_town.browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(cookies)  # type: ignore[arg-type] # what one window gives the other takes
    page = context.new_page()
    page.goto(screens_town.at(f"/points/{place.supply_point}/"))
    expect(page.locator("#record .source").first).to_be_visible()
    context.close()


def test_an_application_is_taken_and_its_way_decided_by_keyboard(screens_town: ScreensTown) -> None:
    place = screens_town.place("contract_grew")
    page = screens_town.page(Role.DESK_OPERATOR, language="ja")
    page.goto(screens_town.at(f"/points/{place.supply_point}/"))
    page.keyboard.press("n")
    expect(page.get_by_label("供給地点特定番号")).to_have_value(place.supply_point)
    page.get_by_label("申込者の氏名").fill(place.customer.name)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("申込者を確認しました")
    no_barrier(page)
    page.keyboard.press("n")
    expect(page.locator("#messages")).to_contain_text("設計担当が引き継ぎます")
    assert place.customer.name not in page.content()
