"""The gallery in a browser, under the office's own content policy: no barrier that axe finds, nothing the policy stops,
room at every width, and the keys."""

from __future__ import annotations

from collections.abc import Iterator

import look_samples
import pytest
from axe_playwright_python.sync_playwright import Axe
from look_server import served
from playwright.sync_api import Browser, Page, expect

from browser import chromium

pytestmark = pytest.mark.slow

LANGUAGES = ("ja", "en")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the pages are served, each under its language."""
    pages = {}
    for language in LANGUAGES:
        request = look_samples.samples(language)["request"]
        pages[f"/{language}/gallery"] = look_samples.gallery(language)
        pages[f"/{language}/error"] = look_samples.render("errors/409.html", {"request": request}, language)
        pages[f"/{language}/500"] = look_samples.render("errors/500.html", {}, language)
    with served(pages) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page whose console must stay silent: the browser says there what the policy stopped."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("which", ["gallery", "error", "500"])
def test_axe_finds_no_barrier(page: Page, address: str, which: str, theme: str, language: str) -> None:
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark")  # the forced theme wins
    page.add_init_script(f"localStorage.setItem('keiki-theme', '{theme}')")
    page.goto(f"{address}/{language}/{which}")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    if which == "gallery":
        page.click("details.menu summary")
    found = Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 1024, 820, 768])
def test_nothing_is_wider_than_the_window_and_every_control_can_be_hit(
    page: Page, address: str, language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{language}/gallery")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate("""() => [...document.querySelectorAll('button, summary, select, input:not([type=hidden])')]
        .filter(e => e.checkVisibility())
        .map(e => [e.outerHTML, (e.matches('[type=checkbox], [type=radio]') ? e.labels[0] : e).getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)""")
    assert small == []


def test_slash_goes_to_the_search_and_the_question_mark_lists_the_keys(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()  # typed into the search
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()


def test_g_and_a_letter_go_to_a_section(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.evaluate("document.querySelector('[data-key=w]').setAttribute('href', '#orders')")
    page.keyboard.press("g")
    page.keyboard.press("w")
    assert page.url.endswith("#orders")


def test_keys_of_one_letter_can_be_switched_off(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.click("details.menu summary")
    page.click("[data-keys-choice=off]")
    page.reload()
    for key in ("/", "?", "j"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("#keys")).not_to_be_visible()


def test_the_units_of_the_drawing_are_walked_by_arrows_and_opened(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.locator("[data-unit=communication]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-unit=metering]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.url.endswith("#unit")


def test_sorting_changes_the_list_alone_and_keeps_the_place(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.evaluate("window.same = true; document.querySelector('#table').dataset.old = '1'")
    page.locator("#table-date").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#table[data-old]")).to_have_count(0)
    expect(page.locator("#table tbody tr")).to_have_count(6)
    expect(page.locator("#table-date")).to_be_focused()
    assert page.evaluate("window.same") is True
    assert page.url.endswith("?sort=date")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Hokusetsu" not in kept  # no page is kept in the browser


def test_a_code_is_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/en/gallery")
    page.click(".copy")
    expect(page.locator(".copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == look_samples.POINT
    context.close()


def test_work_that_takes_long_is_said_in_words(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/slow", lambda route: None)
    page.goto(f"{address}/ja/gallery")
    page.evaluate("void htmx.ajax('GET', '/slow', {target: '#table'})")
    expect(page.locator("#progress")).to_have_text("読込中…")
    page.close()


def test_j_and_k_walk_the_rows_and_enter_opens_one(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.locator("tbody .row-link").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(page.locator("tbody .row-link").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#w1")


def test_a_dialog_opens_from_its_link_and_closes(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.click("[data-opens=withdraw]")
    expect(page.locator("#withdraw")).to_be_visible()
    page.click("#withdraw [data-closes]")
    expect(page.locator("#withdraw")).not_to_be_visible()


def test_a_theme_is_chosen_and_kept(page: Page, address: str) -> None:
    page.goto(f"{address}/en/gallery")
    page.click("details.menu summary")
    page.click("[data-theme-choice=dark]")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 27)"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (409, '<div class="notice tone-bad"><p>R2 is broken.</p></div>', "R2 is broken."),
        (500, "oops", "The server could not do that."),
        (0, "", "The server did not answer."),
    ],
)
def test_a_failed_request_is_said_in_words(browser: Browser, address: str, status: int, body: str, said: str) -> None:
    page = browser.new_page()
    act = "**/act"
    if status:
        page.route(act, lambda route: route.fulfill(status=status, body=body, content_type="text/html"))
    else:
        page.route(act, lambda route: route.abort())
    page.goto(f"{address}/en/gallery")
    page.evaluate("htmx.ajax('GET', '/act', {target: '#table'}).catch(() => 0)")
    expect(page.locator("#messages")).to_contain_text(said)
    expect(page.locator("#table tbody tr")).to_have_count(6)
    page.close()


def test_leaving_with_unsent_entries_asks_first(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{address}/en/gallery")
    page.fill("[name=notes]", "typed")
    page.goto(f"{address}/ja/gallery")
    assert asked == ["beforeunload"]
    page.goto(f"{address}/en/gallery")
    assert asked == ["beforeunload"]
    page.close()
