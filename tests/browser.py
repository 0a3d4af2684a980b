"""The browser of the tests: Debian's Chromium, found or installed, driven by Playwright; nothing outside is reached."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from engines import Absent, installed, without

PACKAGES = "chromium fonts-noto-cjk"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""For a Chromium that runs as root on a machine without screen or network."""


def chromium_program() -> Path | None:
    """Return Debian's Chromium, if it is there."""
    found = shutil.which("chromium")
    return Path(found) if found else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a running browser. Without one the test is skipped with a plain line; in CI it fails."""
    try:
        program = installed(chromium_program, PACKAGES)
    except Absent as absent:
        without(absent)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=QUIET)
        try:
            yield browser
        finally:
            browser.close()
