"""The language a person chose: by option, else by the environment's locale."""

from __future__ import annotations

from enum import StrEnum

from keiki.foundation.program.language import environment_language


class Language(StrEnum):
    """The languages Keiki speaks."""

    JA = "ja"
    EN = "en"


def chosen() -> Language:
    """The language of the environment: Japanese where the locale says so, else English."""
    return Language(environment_language())
