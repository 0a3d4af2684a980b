"""How a planner's command says no: the sentence in the chosen language, on standard error, with its exit code.

2 is for what was typed or handed in, 1 for a catalogue that is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from keiki.cli.catalogue_words import say
from keiki.domain.units import CatalogueError, RefusedError
from keiki.foundation.program.language import Language
from keiki.foundation.text.bilingual import Bilingual


class InputError(RefusedError):
    """What a planner typed or handed in and cannot be used."""


class CatalogueRefusedError(Exception):
    """A catalogue that is refused, by the folder that it was asked for by."""

    def __init__(self, folder: str, error: CatalogueError) -> None:
        self.folder, self.problems = folder, error.problems
        super().__init__(f"{folder}: {error}")


@contextmanager
def refusals_in(language: Language) -> Iterator[None]:
    """Turn whatever is refused inside into sentences of ``language`` and an exit."""
    try:
        yield
    except CatalogueRefusedError as error:
        for problem in error.problems:
            typer.echo(f"{error.folder}/{problem.text(language)}", err=True)
        note(say("refused", folder=error.folder, count=len(error.problems)), language)
        raise typer.Exit(1) from None
    except RefusedError as error:
        note(error.sentence, language)
        raise typer.Exit(2) from None


def note(sentence: Bilingual, language: Language) -> None:
    """Say something beside the answer, on standard error."""
    typer.echo(sentence.in_language(language), err=True)
