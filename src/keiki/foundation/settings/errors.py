"""What is wrong with settings, and where: file, line, key, and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from keiki.foundation.settings.toml_lines import KeyPath
from keiki.foundation.text.bilingual import Bilingual


@dataclass(frozen=True, order=True)
class SettingsPlace:
    """A place in a settings file: its name, the line counted from 1, and the key such as ``web.port``.

    The line is 0 and the key empty where there is none to name.
    """

    file: str
    line: int = 0
    key: str = ""

    def __str__(self) -> str:
        line = f"{self.file}:{self.line}" if self.line else self.file
        return f"{line}: {self.key}" if self.key else line


@dataclass(frozen=True)
class SettingsProblem:
    """One thing that is wrong, and where."""

    place: SettingsPlace
    sentence: Bilingual

    @property
    def text(self) -> Bilingual:
        """The place and the sentence."""
        return Bilingual(ja=f"{self.place}: {self.sentence.ja}", en=f"{self.place}: {self.sentence.en}")


class WrongSettingError(ValueError):
    """Settings that are missing or wrong. ``problems`` holds everything found; ``text`` says it, a line for each."""

    def __init__(self, problems: Iterable[SettingsProblem]) -> None:
        self.problems = tuple(problems)
        texts = [problem.text for problem in self.problems]
        self.text = Bilingual(ja="\n".join(text.ja for text in texts), en="\n".join(text.en for text in texts))
        super().__init__(self.text.en)


class WrongValueError(ValueError):
    """A value, or a table, that a rule refuses; the reader adds the place.

    ``key``: which key of the table is meant, such as ``demo.people``, where the rule is one of the whole table.
    ``path``: the same as the reader needs it.
    """

    def __init__(self, *, ja: str, en: str, key: str = "") -> None:
        self.sentence = Bilingual(ja=ja, en=en)
        self.path: KeyPath = tuple(key.split(".")) if key else ()
        super().__init__(en)


@contextmanager
def inside(*path: str | int) -> Iterator[None]:
    """Let what a rule refuses inside the ``with`` stand below ``path``."""
    try:
        yield
    except WrongValueError as error:
        error.path = (*path, *error.path)
        raise
