"""The town of the screens' journeys itself: people get in, and those without a session do not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from screens_town import ScreensTown

from keiki.domain.access import Role

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("screens")]


def test_a_person_of_the_town_is_in_and_a_stranger_is_sent_to_log_in(screens_town: ScreensTown) -> None:
    page = screens_town.page(Role.DESIGNER, language="en")
    page.goto(screens_town.at("/designs/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Designs")
    context = screens_town.browser.new_context()
    stranger = context.new_page()
    answer = stranger.goto(screens_town.at("/designs/"))
    assert answer
    assert "/accounts/log-in/" in answer.url
    context.close()
