"""The language a person chose: by option, else by the environment's locale."""

from __future__ import annotations

import os
from enum import StrEnum


class Language(StrEnum):
    """The languages Keiki speaks."""

    JA = "ja"
    EN = "en"


def chosen() -> Language:
    """The language of the environment: Japanese where the locale says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Language.JA if locale.startswith("ja") else Language.EN
