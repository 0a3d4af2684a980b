"""Sentences that people read, in every language at once.

A refusal is raised far from whoever reads it, so it carries its text in each of :data:`LANGUAGES`; only the command
line or the screen picks one. All sentences of a room stand in one table, for a translator to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from keiki.foundation.text.bilingual import Bilingual

LANGUAGES = ("ja", "en")
Texts = Mapping[str, str]
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` in the place of the ``{placeholders}`` of a message."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


class SentenceTable:
    """The sentences of one room: by code, both texts with ``{placeholders}``."""

    def __init__(self, texts: Mapping[str, Bilingual]) -> None:
        self.texts = texts

    def __call__(self, code: str, **values: object) -> Bilingual:
        """Say ``code``; a list of values is joined by commas, a truth is ``true``, a value may be bilingual itself.

        KeyError for a code that is not in the table.
        """
        return self.texts[code].format(**{name: _value_text(value) for name, value in values.items()})


def _value_text(value: object) -> Bilingual | str:
    if isinstance(value, Bilingual):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Iterable) and not isinstance(value, str):
        listed = [_value_text(one) for one in value]
        ja, en = (", ".join(_in(one, language) for one in listed) for language in LANGUAGES)
        return Bilingual(ja=ja, en=en)
    return str(value)


def _in(said: Bilingual | str, language: str) -> str:
    return said.in_language(language) if isinstance(said, Bilingual) else said


class RefusedError(ValueError):
    """Something that is refused, with the sentence that says what is wrong, why, and what to do."""

    def __init__(self, sentence: Bilingual) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)
