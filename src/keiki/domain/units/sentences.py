"""Sentences that people read, in every language at once.

A refusal is raised far from whoever reads it, so it carries a code, values and its text in each of :data:`LANGUAGES`;
only the command line or the screen picks one. All sentences of a room stand in one table, for a translator to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LANGUAGES = ("ja", "en")
Texts = Mapping[str, str]
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` in the place of the ``{placeholders}`` of a message."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


@dataclass(frozen=True)
class Sentence:
    """A sentence with its ``values`` (a value may be a sentence itself). As a ``str`` it is the English text."""

    code: str
    values: tuple[tuple[str, str | Sentence], ...]
    _texts: Texts = field(repr=False, compare=False)

    def text(self, language: str) -> str:
        """The sentence in ``language``."""
        said = {name: value.text(language) if isinstance(value, Sentence) else value for name, value in self.values}
        return fill(self._texts[language], said)

    def __str__(self) -> str:
        return self.text("en")


class Sayings:
    """The sentences of one room: by code, the Japanese and the English text with ``{placeholders}``."""

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        self.texts: Mapping[str, Texts] = {
            code: dict(zip(LANGUAGES, both, strict=True)) for code, both in texts.items()
        }

    def __call__(self, code: str, **values: object) -> Sentence:
        """Say ``code``; a list of values is joined by commas, a truth is ``true``.

        KeyError for a code that is not in the table.
        """
        return Sentence(code, tuple((name, _said(value)) for name, value in values.items()), self.texts[code])


def _said(value: object) -> str | Sentence:
    if isinstance(value, Sentence):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(_said(one)) for one in value)
    return str(value)


class RefusedError(ValueError):
    """Something that is refused, with the sentence that says what is wrong, why, and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))
