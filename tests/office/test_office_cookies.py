"""Two offices on one host are apart in a browser: logging in to one is no log-out of the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keiki.office.config.cookies import cookie_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://localhost:8000", "keiki-8000"),
        ("http://localhost:8001", "keiki-8001"),
        ("https://keiki.example", "__Host-keiki"),
        ("https://keiki.example:8443", "__Host-keiki-8443"),
        ("http://localhost", "keiki"),
    ],
)
def test_the_port_is_in_the_name(url: str, name: str) -> None:
    assert cookie_name(url) == name


def test_the_settings_use_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[web]\nurl = "http://localhost:8123"\n')
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from keiki.office.config import settings; print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)",
        ],
        env={**os.environ, "KEIKI_OFFICE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["keiki-8123", "keiki-8123-csrf"]
