"""``--version``, the same for every program that is made with typer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from keiki import __version__


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"keiki {__version__}\n")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
]
"""Annotates the one parameter of a program's callback."""


def add_version_option(app: typer.Typer) -> None:
    """Give the whole program the option ``--version``."""

    @app.callback()
    def program(version: VersionOption = False) -> None:
        pass

    program.__doc__ = app.info.help if isinstance(app.info.help, str) else None
