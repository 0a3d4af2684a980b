"""What people look at on the screens stays on the screens: nothing personal is left in the office's files.

A desk operator takes an application, searches by address and customer number, and sees a customer whole; a stranger and
a broken address are turned away. Then every file of the office and its logs, and what the system shows of the process
that serves the screens, is searched for the customers' names, addresses, telephone numbers and e-mail addresses.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from screens_town import ELSEWHERE, ScreensTown

from files_on_disk import files_in
from keiki.bench.town.place import Place
from keiki.domain.access import Role

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.xdist_group("screens")]


def canaries(place: Place) -> set[bytes]:
    """What only the customer system may hold, as it might be written anywhere."""
    customer = place.customer
    texts = {customer.name, customer.name.replace("\u3000", ""), customer.kana, customer.address, customer.phone}
    texts |= {customer.email, customer.name.replace("\u3000", " ")}
    return {form.encode() for text in texts for form in (text, json.dumps(text).strip('"'))}


def search(page: Page, town: ScreensTown, text: str) -> None:
    page.goto(town.at("/"))
    page.get_by_label("供給地点を探す").first.fill(text)
    with page.expect_navigation():  # after the office said that this person is still logged in
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def test_nothing_personal_is_left_behind(screens_town: ScreensTown) -> None:
    town, place, other = screens_town, screens_town.place("flat_plc_route_b"), screens_town.place("workshop")
    operator = town.page(Role.DESK_OPERATOR, username="canary-operator")
    operator.goto(town.at("/contracts/apply/"))
    operator.get_by_label("供給地点特定番号").fill(place.supply_point)
    operator.get_by_label("申込者の氏名").fill(place.customer.name)
    operator.keyboard.press("Enter")
    expect(operator.locator("#messages")).not_to_be_empty()
    for text in (place.customer.address, place.customer.number, place.customer.address[:9]):
        search(operator, town, text)
    operator.goto(town.at(f"/points/{place.supply_point}/?why=question"))
    operator.get_by_text("伏せずに表示する").first.click()
    operator.get_by_label("表示が必要な理由").fill("電話での問合せ")
    operator.keyboard.press("Enter")
    expect(operator.get_by_text(place.customer.name).first).to_be_visible()
    stranger = town.page(Role.DESK_OPERATOR, office=ELSEWHERE, username="canary-stranger")
    search(stranger, town, other.customer.address)
    stranger.goto(town.at(f"/points/{other.supply_point}/"))
    assert other.customer.name not in stranger.content()
    stranger.goto(town.at(f"/designs/?q={other.customer.name}&state=%00"))

    wanted = canaries(place) | canaries(other)
    kept = [each for each in files_in(town.folder) if town.folder / "servers" not in each[0].parents]
    assert any(path.name == "office.sqlite3" for path, _ in kept)
    found = {(path.name, canary.decode()) for path, data in kept for canary in wanted if canary in data}
    assert found == set()
    served = json.loads((town.data / "web.json").read_text())["pid"]
    children = Path(f"/proc/{served}/task/{served}/children").read_text().split()
    for process in (served, *children):
        for shown in ("cmdline", "environ"):
            told = Path(f"/proc/{process}/{shown}").read_bytes()
            assert not [canary for canary in wanted if canary in told]
