"""Every page of the office as a browser shows it, from the URL table: no barrier that axe finds, nothing that the
policy stops, no page wider than its window, in both languages and themes. A new screen needs no line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Literal, TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from look_server import served
from office_cast import Cast
from playwright.sync_api import Browser
from screens_rig import Address, World, addresses, samples

from browser import chromium
from keiki.domain.access import ROLES

pytestmark = pytest.mark.slow

Found = TypeVar("Found")
Theme = Literal["light", "dark"]
PAGES = [each for each in addresses() if each.declared and "GET" in each.declared.methods and each.name in samples()]
VIEWS: list[tuple[str, Theme, int]] = [("ja", "light", 1280), ("en", "dark", 820)]


class Looker:
    """A browser in a thread of its own, since its event loop and the database do not go together."""

    def __init__(self, pool: ThreadPoolExecutor, browser: Browser) -> None:
        self._pool, self._browser = pool, browser

    def __call__(self, look: Callable[[Browser], Found]) -> Found:
        return self._pool.submit(look, self._browser).result(timeout=90)


@pytest.fixture(scope="module")
def looker() -> Iterator[Looker]:
    with ThreadPoolExecutor(1) as pool:
        stack = ExitStack()
        browser = pool.submit(stack.enter_context, chromium()).result(timeout=60)
        yield Looker(pool, browser)
        pool.submit(stack.close).result(timeout=60)


@pytest.mark.parametrize("address", PAGES, ids=lambda each: each.name)
def test_a_page_has_no_barrier_and_fits(address: Address, cast: Cast, looker: Looker) -> None:
    world = World(cast)
    sample = samples()[address.name](world)
    url = reverse(address.name, kwargs=sample.kwargs)
    pages = {}
    for language in ("ja", "en"):
        answer = world.as_(*ROLES, language=language).get(url, sample.data)
        assert answer.status_code in sample.expects
        text = b"".join(answer).decode("utf-8") if answer.headers["Content-Type"].startswith("text/html") else ""
        if text.lstrip().lower().startswith("<!doctype"):
            assert f'<html lang="{language}">' in text
            pages[f"/{language}"] = text
    if pages:
        with served(pages) as base:
            assert looker(lambda browser: _wrong(browser, base)) == []


def _wrong(browser: Browser, base: str) -> list[str]:
    return [each for view in VIEWS for each in _wrong_in(browser, base, *view)]


def _wrong_in(browser: Browser, base: str, language: str, theme: Theme, width: int) -> list[str]:
    wrong: list[str] = []
    page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 900})
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.goto(f"{base}/{language}")
    for each in Axe().run(page).response["violations"]:
        wrong += [f"{each['id']}: {node['html'][:200]} ({language}, {theme})" for node in each["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        wrong.append(f"{wide} px too wide for {width} px ({language})")
    page.close()
    return wrong
