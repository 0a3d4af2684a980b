"""``keiki catalogue``: verify a catalogue before it is published, and see what a new one changes."""

from __future__ import annotations

import csv
import datetime
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from keiki.cli.catalogue_files import compiled, read, refused, shipped, written
from keiki.domain.selection import Comparison, Difference, Selector, Verification, compare
from keiki.domain.units import CatalogueError, Combination, Value, check_succession

app = typer.Typer(help="Verify, compare and list catalogues of meter units.", no_args_is_help=True)
_DAY = ["%Y-%m-%d"]
Folder = Annotated[str, typer.Argument(help="A catalogue's folder, or the name of one that is shipped.")]
On = Annotated[datetime.datetime | None, typer.Option(formats=_DAY, help="The day it is read for; else its first day.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_SHOWN = 20


@app.command("list")
def list_() -> None:
    """Name the catalogues that are shipped."""
    for name in shipped():
        catalogue = read(name)
        typer.echo(f"{name}\tversion {catalogue.version}\tfrom {catalogue.effective_from}")


@app.command()
def verify(
    folders: Annotated[list[str], typer.Argument(help="Catalogues of one utility: folders, or names of shipped ones.")],
    on: On = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="List every need with its best combination.")] = False,
) -> None:
    """Enumerate everything a catalogue answers; exit 1 with file, line and sentence if it is refused.

    Without a day, every period is verified in which other units or rules are in effect. Several catalogues are those of
    one utility that follow each other: no two may be in effect on one day.
    """
    for folder in folders:
        for day in [on.date()] if on else _periods(folder):
            selector = compiled(folder, day)
            if as_json:
                typer.echo(json.dumps(_proof_as_json(selector, Verification(selector)), ensure_ascii=False))
            else:
                _show_proof(Console(), selector, Verification(selector))
                if every:
                    _show_answers(Verification(selector))
    try:
        check_succession([read(folder) for folder in folders])
    except CatalogueError as error:
        raise refused(" ".join(folders), error) from None


@app.command()
def table(folder: Folder, on: On = None) -> None:
    """Print every need with its best combination at a new place, as CSV: the table to review and keep."""
    selector = compiled(folder, on.date() if on else None)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows(golden_rows(selector))


@app.command()
def diff(
    before: Folder,
    after: Folder,
    *,
    on: On = None,
    on_after: Annotated[datetime.datetime | None, typer.Option(formats=_DAY, help="Another day for AFTER.")] = None,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help=f"Show every difference, not the first {_SHOWN}.")] = False,
) -> None:
    """Tell which needs get another answer from AFTER than from BEFORE, at a new place or on any wall.

    Exits 0 whether there are differences or not. With --on and --on-after the same catalogue is compared on two days.
    """
    later = on_after or on
    found = compare(compiled(before, on.date() if on else None), compiled(after, later.date() if later else None))
    if as_json:
        typer.echo(json.dumps(_comparison_as_json(found), ensure_ascii=False))
        return
    console = Console()
    for title, values in ((f"only in {before}", found.only_before), (f"only in {after}", found.only_after)):
        if values:
            console.print(f"needs {title}: {', '.join(values)}", markup=False)
    console.print(f"{len(found.differences)} of {found.compared} needs get another answer", markup=False)
    shown = found.differences if every else found.differences[:_SHOWN]
    if shown:
        console.print(_differences(shown))
    if len(shown) < len(found.differences):
        console.print(f"... and {len(found.differences) - len(shown)} more: --all shows them", markup=False)


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
    catalogue = read(folder)
    return sorted({catalogue.effective_from, *catalogue.change_dates})


def _show_proof(console: Console, selector: Selector, proof: Verification) -> None:
    catalogue, ties = selector.catalogue, proof.ties
    lines = [
        f"{catalogue.name} version {catalogue.version}, as of {catalogue.as_of}",
        f"  valid combinations      {proof.combinations}",
        f"  needs                   {proof.needs}, of which {proof.needs - proof.unsatisfiable} can be met",
        f"  cannot be met           {proof.unsatisfiable}, every one declared:",
        *(f"    {id_:<6}{count:>8}" for id_, count in proof.declared.items()),
        f"  smallest conflicts      {len(proof.conflicts)}",
        *(f"    {_needs(c.needs)}  ({', '.join(c.rule_ids)}; {', '.join(c.declared_ids)})" for c in proof.conflicts),
        "  dead units              none",
        "  dead rules              none",
        f"  never first at a new place: {', '.join(proof.never_first) or 'none'}",
        f"  ties                    in {ties.states} of {ties.of_states} states the catalogue's order decides",
    ]
    if ties.example:
        needs, wall, tied = ties.example
        lines += [
            f"    such as {_needs(needs)}",
            f"    where {wall} hangs: {tied[0]} is chosen before {'; '.join(map(str, tied[1:]))}",
        ]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _show_answers(proof: Verification) -> None:
    for answer in proof.answers():
        if answer.choice is None:
            typer.echo(f"  {_needs(answer.needs)}: nothing ({', '.join(answer.declared)})")
        else:
            tied = f", before {len(answer.tied) - 1} of equal rank" if len(answer.tied) > 1 else ""
            typer.echo(f"  {_needs(answer.needs)}: {answer.choice.combination}, best of {answer.allowed}{tied}")


def _proof_as_json(selector: Selector, proof: Verification) -> dict[str, object]:
    catalogue, ties = selector.catalogue, proof.ties
    return {
        "name": catalogue.name,
        "version": catalogue.version,
        "as_of": catalogue.as_of.isoformat(),
        "combinations": proof.combinations,
        "needs": proof.needs,
        "unsatisfiable": proof.unsatisfiable,
        "declared": dict(proof.declared),
        "conflicts": [
            {"needs": dict(c.needs), "rules": list(c.rule_ids), "declared": list(c.declared_ids)}
            for c in proof.conflicts
        ],
        "never_first": list(proof.never_first),
        "ties": {"states": ties.states, "of_states": ties.of_states},
        "answers": [
            {
                "needs": dict(answer.needs),
                "choice": list(answer.choice.combination) if answer.choice else None,
                "allowed": answer.allowed,
                "tied": [list(combination) for combination in answer.tied],
                "declared": list(answer.declared),
            }
            for answer in proof.answers()
        ],
    }


def _needs(needs: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={written(value)}" for name, value in needs.items())


def _or_nothing(combination: Combination | None) -> str:
    return str(combination) if combination else "nothing"


def _wall_of(difference: Difference) -> str:
    if difference.installed is None:
        return "(new place)"
    return " / ".join(unit or "other" for unit in difference.installed.values())


def _differences(shown: tuple[Difference, ...]) -> Table:
    table = Table("needs", "installed", "before", "after", "walls that differ")
    for found in shown:
        row = (_needs(found.needs), _wall_of(found), _or_nothing(found.before), _or_nothing(found.after))
        table.add_row(*row, f"{found.walls} of {found.of_walls}")
    return table


def _comparison_as_json(found: Comparison) -> dict[str, object]:
    return {
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "compared": found.compared,
        "differences": [
            {
                "needs": dict(one.needs),
                "installed": dict(one.installed) if one.installed is not None else None,
                "before": list(one.before) if one.before else None,
                "after": list(one.after) if one.after else None,
                "walls": one.walls,
                "of_walls": one.of_walls,
            }
            for one in found.differences
        ],
    }
