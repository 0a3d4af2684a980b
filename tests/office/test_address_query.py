"""A screen says what of its address it does not know, and no page leads to an address of which that would be said."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import resolve, reverse
from office_cast import Cast
from screens_rig import Address, World, addresses, samples

from keiki.domain.access import ROLES, Role
from keiki.office.screens.routes import declared_by

PAGES = [each for each in addresses() if each.declared and "GET" in each.declared.methods and each.name in samples()]
NOTE = "このアドレスの次の部分は"


@pytest.mark.parametrize("address", PAGES, ids=lambda each: each.name)
def test_a_page_says_what_it_ignores_and_leads_to_what_others_know(address: Address, cast: Cast) -> None:
    world = World(cast)
    sample = samples()[address.name](world)
    answer = world.as_(*ROLES).get(reverse(address.name, kwargs=sample.kwargs), {**sample.data, "strange": "1"})
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        return
    page = b"".join(answer).decode()
    if "<!doctype" in page.lower():
        assert NOTE in page
        assert "strange" in page
    for link in re.findall(r'href="([^"]*\?[^"]+)"', page):
        parts = urlsplit(html.unescape(link))
        declared = declared_by(resolve(parts.path).func) if parts.path else address.declared
        if declared and declared.query is not None:
            assert {name for name, _ in parse_qsl(parts.query)} - {"strange"} <= set(declared.query), link


def test_a_doubled_filter_is_said_and_a_file_with_a_strange_one_is_refused(cast: Cast) -> None:
    client, url = World(cast).as_(Role.DESIGNER, language="en"), reverse("designs:list")
    assert "stand there twice: state." in client.get(f"{url}?state=open&state=refused").content.decode()
    assert "stand there twice" not in client.get(f"{url}?state=open&sort=number&start=0").content.decode()
    refused = client.get(f"{url}?stat=open&format=csv")
    assert refused.status_code == 400
    assert "stand there twice: stat. Nothing was taken away" in refused.content.decode()
    assert client.get(f"{url}?state=open&format=csv").headers["Content-Type"].startswith("text/csv")


def test_a_long_name_is_cut_and_is_no_markup(cast: Cast) -> None:
    client = World(cast).as_(Role.DESIGNER)
    page = client.get("/", {"<script>" + "x" * 500: "1"}).content.decode()
    (note,) = re.findall(r'notice-what">.*?(このアドレス.*?)</p>', page, re.DOTALL)
    assert "&lt;script&gt;xxx" in note
    assert "x" * 41 not in note
