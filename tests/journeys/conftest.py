"""One town with screens for the journeys of a module.

Not of the whole run: while Playwright's browser is there its event loop runs in this thread, and no test with a loop of
its own can.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from screens_town import ScreensTown, opened

from browser import chromium


@pytest.fixture(scope="module")
def journeys_browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory, journeys_browser: Browser) -> Iterator[ScreensTown]:
    with opened(tmp_path_factory.mktemp("screens"), journeys_browser) as town:
        yield town


@pytest.fixture
def screens_town(_town: ScreensTown) -> Iterator[ScreensTown]:
    """The town; whoever came in by a browser leaves at the test's end."""
    yield _town
    _town.leave()
