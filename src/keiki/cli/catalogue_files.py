"""Catalogues on disk: a folder of TOML files, by path or by the name of one that Keiki ships."""

from __future__ import annotations

import datetime
from pathlib import Path

import typer

from keiki.domain.selection import Selector
from keiki.domain.units import Catalogue, CatalogueError, Value, read_catalogue

SHIPPED = Path(__file__).parents[3] / "catalogues"


def texts_of(folder: str) -> dict[str, str]:
    """Return the texts of a catalogue's files by name; exit with a sentence if there are none."""
    path = Path(folder)
    if not path.is_dir() and (SHIPPED / folder).is_dir():
        path = SHIPPED / folder
    if not path.is_dir():
        raise _failure(f"there is no folder {folder}: give a catalogue's folder, or one of {', '.join(shipped())}")
    files = sorted(path.glob("*.toml"))
    if not files:
        raise _failure(f"{folder} has no .toml files: give a catalogue's folder")
    try:
        return {file.name: file.read_text(encoding="utf-8-sig") for file in files}
    except (OSError, UnicodeDecodeError) as error:
        raise _failure(f"a file of {folder} cannot be read: {error}") from None


def shipped() -> list[str]:
    """The names of the catalogues that Keiki ships."""
    return sorted(path.name for path in SHIPPED.iterdir() if path.is_dir()) if SHIPPED.is_dir() else []


def read(folder: str, on: datetime.date | None = None) -> Catalogue:
    """Read the catalogue in ``folder`` as in effect on a day; exit with file, line and sentence if it is refused."""
    try:
        return read_catalogue(texts_of(folder), on)
    except CatalogueError as error:
        raise refused(folder, error) from None


def compiled(folder: str, on: datetime.date | None = None) -> Selector:
    """Read and compile; exit with file, line and sentence if it is refused."""
    try:
        return Selector.compile(read(folder, on))
    except CatalogueError as error:
        raise refused(folder, error) from None


def refused(folder: str, error: CatalogueError) -> typer.Exit:
    """Print why a catalogue is refused and return the exit."""
    for problem in error.problems:
        typer.echo(f"{folder}/{problem}", err=True)
    count = len(error.problems)
    typer.echo(f"{folder}: refused, {count} problem{'s' if count > 1 else ''}", err=True)
    return typer.Exit(1)


def written(value: Value) -> str:
    """A value as catalogues write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _failure(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(2)
