"""The language of the environment that a program was started in."""

from __future__ import annotations

import os


def environment_language() -> str:
    """Return ``ja`` where the locale says so, else ``en``."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if locale.startswith("ja") else "en"
