"""Catalogues on disk: a folder of TOML files, by path or by the name of one that Keiki ships."""

from __future__ import annotations

import datetime
from pathlib import Path

from keiki.catalogues import find_catalogue, shipped_names
from keiki.cli.catalogue_words import say
from keiki.cli.refusals import CatalogueRefusedError, InputError
from keiki.domain.selection import Selector
from keiki.domain.units import Catalogue, CatalogueError, read_catalogue
from keiki.foundation.files.opening import read_input_text
from keiki.foundation.text.spellings import plain
from keiki.planning.words import reason
from keiki.planning.words import say as say_of_files


def texts_of(folder: str) -> dict[str, str]:
    """Return the texts of a catalogue's files by name; InputError if there are none."""
    path = find_catalogue(folder)
    if path is None:
        raise InputError(say("no-folder", folder=folder, shipped=shipped_names()))
    files = sorted(path.glob("*.toml"))
    if not files:
        raise InputError(say("no-toml", folder=folder))
    return {file.name: read_text(file) for file in files}


def read_text(file: Path) -> str:
    """Return the text of a UTF-8 file, or raise InputError with its name and why it cannot be read."""
    try:
        return read_input_text(file)
    except OSError as error:
        raise InputError(say_of_files("unreadable", file=file, why=reason(error))) from None
    except UnicodeDecodeError:
        raise InputError(say_of_files("not-utf8", file=file)) from None


def day(text: str | None) -> datetime.date | None:
    """Return the day that was typed; InputError if it is none."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(plain(text))
    except ValueError:
        raise InputError(say("wrong-day", text=text)) from None


def read(folder: str, on: datetime.date | None = None) -> Catalogue:
    """Read the catalogue in ``folder`` as in effect on a day; CatalogueRefusedError if it is refused."""
    try:
        return read_catalogue(texts_of(folder), on)
    except CatalogueError as error:
        raise CatalogueRefusedError(folder, error) from None


def compiled(folder: str, on: datetime.date | None = None) -> Selector:
    """Read and compile; CatalogueRefusedError if it is refused."""
    try:
        return Selector.compile(read(folder, on))
    except CatalogueError as error:
        raise CatalogueRefusedError(folder, error) from None
