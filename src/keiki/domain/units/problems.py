"""What is wrong with a catalogue, and where: file, line and a sentence.

A catalogue is refused as a whole: one wrong line is enough. Everything found in one pass is told together, so that an
engineer mends a file once and not ten times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from keiki.foundation.text.bilingual import Bilingual


@dataclass(frozen=True, order=True)
class Position:
    """A place in a catalogue: the name of the file and the line, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class CatalogueProblem:
    """One thing that is wrong, and where."""

    position: Position
    sentence: Bilingual

    def text(self, language: str) -> str:
        """File, line and the sentence in ``language``."""
        return f"{self.position}: {self.sentence.in_language(language)}"

    def __str__(self) -> str:
        return self.text("en")


class CatalogueError(ValueError):
    """A catalogue that is refused. ``problems`` holds every one found, in the order of the files' lines."""

    def __init__(self, problems: Iterable[CatalogueProblem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: (problem.position, problem.sentence.en)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Gathers problems while a catalogue is read; :meth:`stop_if_any` ends a pass."""

    def __init__(self) -> None:
        self.found: list[CatalogueProblem] = []

    def add(self, position: Position, sentence: Bilingual) -> None:
        """Note one more problem."""
        self.found.append(CatalogueProblem(position, sentence))

    def stop_if_any(self) -> None:
        """Raise :class:`CatalogueError` if anything was found so far."""
        if self.found:
            raise CatalogueError(self.found)
