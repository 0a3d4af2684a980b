"""``keiki catalogue``: verify a catalogue before it is published, and see what a new one changes."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from rich.console import Console

from keiki.catalogues import shipped_names
from keiki.cli.catalogue_answers import differences, show_answers, show_proof
from keiki.cli.catalogue_files import compiled, day, read
from keiki.cli.catalogue_words import say
from keiki.cli.refusals import CatalogueRefusedError, refusals_in
from keiki.domain.selection import (
    Selector,
    Verification,
    compare,
    comparison_in_values,
    periods,
    verification_in_values,
)
from keiki.domain.units import CatalogueError, check_succession, written
from keiki.foundation.files.csv_cells import csv_line
from keiki.foundation.program.language import Language, chosen

app = typer.Typer(help="Verify, compare and list catalogues of meter units.", no_args_is_help=True)
Folder = Annotated[str, typer.Argument(help="A catalogue's folder, or the name of one that is shipped.")]
On = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day it is read for; else its first day.")]
Lang = Annotated[Language, typer.Option(help="Language of what is printed.", default_factory=chosen)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_SHOWN = 20


@app.command("list")
def list_(*, lang: Lang) -> None:
    """Name the catalogues that are shipped."""
    with refusals_in(lang):
        for name in shipped_names():
            catalogue = read(name)
            sentence = say("shipped", name=name, version=catalogue.version, first=catalogue.effective_from)
            typer.echo(sentence.in_language(lang))


@app.command()
def verify(
    folders: Annotated[list[str], typer.Argument(help="Catalogues of one utility: folders, or names of shipped ones.")],
    *,
    on: On = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="List every need with its best combination.")] = False,
    lang: Lang,
) -> None:
    """Enumerate everything a catalogue answers; exit 1 with file, line and sentence if it is refused.

    Without a day, every period is verified in which other units or rules are in effect. Several catalogues are those of
    one utility that follow each other: no two may be in effect on one day.
    """
    with refusals_in(lang):
        asked = day(on)
        for folder in folders:
            for when in [asked] if asked else _periods(folder):
                selector = compiled(folder, when)
                proof = Verification(selector)
                if as_json:
                    typer.echo(json.dumps(verification_in_values(selector, proof), ensure_ascii=False))
                else:
                    _print(Console(), show_proof(selector, proof, lang))
                    _print(Console(), show_answers(proof, lang) if every else ())
        try:
            check_succession([read(folder) for folder in folders])
        except CatalogueError as error:
            raise CatalogueRefusedError(" ".join(folders), error) from None


@app.command()
def table(folder: Folder, *, on: On = None, lang: Lang) -> None:
    """Print every need with its best combination at a new place, as CSV: the table to review and keep."""
    with refusals_in(lang):
        selector = compiled(folder, day(on))
    sys.stdout.writelines(csv_line(row, "\n") for row in golden_rows(selector))


@app.command()
def diff(
    before: Folder,
    after: Folder,
    *,
    on: On = None,
    on_after: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Another day for AFTER.")] = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help=f"Show every difference, not the first {_SHOWN}.")] = False,
    lang: Lang,
) -> None:
    """Tell which needs get another answer from AFTER than from BEFORE, at a new place or on any wall.

    Exits 0 whether there are differences or not. With --on and --on-after the same catalogue is compared on two days.
    """
    with refusals_in(lang):
        found = compare(compiled(before, day(on)), compiled(after, day(on_after or on)))
    if as_json:
        typer.echo(json.dumps(comparison_in_values(found), ensure_ascii=False))
        return
    console = Console()
    only = ((before, found.only_before), (after, found.only_after))
    said = [say("only-in", folder=folder, values=values) for folder, values in only if values]
    said.append(say("differences", count=len(found.differences), of=found.compared))
    if not found.compared:
        said.append(say("not-compared"))
    _print(console, (sentence.in_language(lang) for sentence in said))
    shown = found.differences if every else found.differences[:_SHOWN]
    if shown:
        console.print(differences(shown, lang))
    if len(shown) < len(found.differences):
        _print(console, (say("more", count=len(found.differences) - len(shown)).in_language(lang),))


def golden_rows(selector: Selector) -> Iterator[list[str]]:
    """Every need with its answer at a new place, a header first."""
    names = [need.id for need in selector.compiled.needs.needs]
    yield [*names, "choice", "allowed", "tied", "surplus", "unsatisfiable"]
    for answer in Verification(selector).answers():
        yield [
            *(written(answer.needs[name]) for name in names),
            "/".join(map(str, answer.choice.combination)) if answer.choice else "",
            str(answer.allowed),
            str(len(answer.tied)),
            str(answer.choice.key.surplus) if answer.choice else "",
            "/".join(answer.declared),
        ]


def _periods(folder: str) -> list[datetime.date]:
    return periods(read(folder))


def _print(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
