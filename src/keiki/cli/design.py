"""``keiki design``: choose and check combinations of units, for one place or for millions."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from keiki.cli.catalogue_files import compiled
from keiki.cli.design_words import Words
from keiki.cli.job_files import need_value, read_depots, read_jobs, write_assignment
from keiki.cli.language import Language, chosen
from keiki.domain.selection import Choice, NoChoice, Selector
from keiki.domain.units import Combination, Value
from keiki.planning.stock import OrToolsMissingError
from keiki.planning.stock import assign as run_assignment

app = typer.Typer(help="Choose and check combinations of units, one or millions.", no_args_is_help=True)
_DAY = ["%Y-%m-%d"]
Catalogue = Annotated[
    str, typer.Option("--catalogue", "-c", help="A catalogue's folder, or the name of one that is shipped.")
]
On = Annotated[datetime.datetime | None, typer.Option(formats=_DAY, help="The day it is read for; else its first day.")]
NeedsGiven = Annotated[list[str], typer.Argument(metavar="NEED=VALUE...", help="Every need that the catalogue asks.")]
Installed = Annotated[str | None, typer.Option(help="What hangs: unit ids joined by “/”, “?” for one not known.")]
Stock = Annotated[Path | None, typer.Option(help="The depot's stock: a JSON file of unit ids to counts.")]
Lang = Annotated[Language | None, typer.Option(help="Language of messages; else that of the environment.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_FOUNDING = "kansai-2015"


@app.command()
def choose(
    needs: NeedsGiven,
    *,
    catalogue: Catalogue = _FOUNDING,
    installed: Installed = None,
    stock: Stock = None,
    alternatives: Annotated[int, typer.Option(min=0, help="How many alternatives to show.")] = 3,
    on: On = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Choose the best combination for one place; exit 1 where nothing can be offered."""
    selector = compiled(catalogue, on.date() if on else None)
    try:
        answer = selector.choose(_parsed(selector, needs), _combination(installed), _read_stock(stock))
    except ValueError as error:
        raise _wrong(str(error)) from None
    if as_json:
        typer.echo(json.dumps(_with_alternatives(answer, alternatives), ensure_ascii=False))
    else:
        words = Words(selector.catalogue, lang or chosen())
        said = words.choice(answer, alternatives) if isinstance(answer, Choice) else words.no_choice(answer)
        typer.echo("\n".join(said))
    raise typer.Exit(0 if isinstance(answer, Choice) else 1)


@app.command()
def check(
    combination: Annotated[str, typer.Argument(help="The combination to check: unit ids joined by “/”.")],
    needs: NeedsGiven,
    *,
    catalogue: Catalogue = _FOUNDING,
    installed: Installed = None,
    stock: Stock = None,
    on: On = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Check a combination of your own; exit 1 if it breaks a rule."""
    selector = compiled(catalogue, on.date() if on else None)
    try:
        own = _combination(combination) or Combination(())
        found = selector.check(_parsed(selector, needs), own, _combination(installed), _read_stock(stock))
    except ValueError as error:
        raise _wrong(str(error)) from None
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        typer.echo("\n".join(Words(selector.catalogue, lang or chosen()).check(found)))
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def bulk(
    source: Annotated[Path, typer.Argument(help="Parquet or CSV: needs, and installed_<kind> columns.")],
    target: Annotated[Path, typer.Argument(help="Parquet or CSV to write: the same columns and the choice.")],
    rejects: Annotated[Path | None, typer.Option(help="Where rejected rows are told; else beside TARGET.")] = None,
    catalogue: Catalogue = _FOUNDING,
    on: On = None,
) -> None:
    """Choose for every row of a file. Rows that cannot be understood go to the rejects with number and reason."""
    try:
        from keiki.planning.bulk import design_bulk  # noqa: PLC0415 - an optional extra
    except ModuleNotFoundError as error:
        raise _wrong(f"bulk design needs {error.name}: install keiki[bulk]") from None
    selector = compiled(catalogue, on.date() if on else None)
    told = rejects or target.with_name(f"{target.stem}.rejects.csv")
    with _progress() as progress:
        task = progress.add_task("designing", total=1.0)
        try:
            summary = design_bulk(selector, source, target, told, lambda part: progress.update(task, completed=part))
        except ValueError as error:  # of files, columns and sizes, each with its sentence
            raise _wrong(str(error)) from None
    typer.echo(
        f"{summary.rows} rows: {summary.chosen} with a choice, {summary.unsatisfied} that nothing meets, "
        f"{summary.rejected} rejected ({told})"
    )


@app.command()
def assign(
    jobs: Annotated[Path, typer.Argument(help="CSV: job, depot, priority, date, needs, installed_<kind>.")],
    stock: Annotated[Path, typer.Argument(help="CSV: depot, unit, count.")],
    seconds: Annotated[float, typer.Option(min=1, help="Time to search, for each depot.")] = 60,
    catalogue: Catalogue = _FOUNDING,
    on: On = None,
) -> None:
    """Assign limited stock to planned jobs; print as CSV who gets what, who does not, and what to reorder."""
    selector = compiled(catalogue, on.date() if on else None)
    try:
        found = run_assignment(selector, read_jobs(selector, jobs), read_depots(stock), seconds)
    except (ValueError, OrToolsMissingError) as error:
        raise _wrong(str(error)) from None
    write_assignment(found, sys.stdout)
    for depot, proved in found.proved.items():
        if not proved:
            typer.echo(f"{depot}: time ran out before this was proved best; give more --seconds", err=True)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def _parsed(selector: Selector, given: list[str]) -> dict[str, Value]:
    needs: dict[str, Value] = {}
    for pair in given:
        name, _, text = pair.partition("=")
        needs[name] = need_value(selector, name, text)
    return needs


def _combination(text: str | None) -> Combination | None:
    if text is None:
        return None
    return Combination(tuple(None if part.strip() in ("", "?") else part.strip() for part in text.split("/")))


def _read_stock(path: Path | None) -> dict[str, int] | None:
    if path is None:
        return None
    try:
        stock = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise _wrong(f"{path} is not JSON: {error}") from None
    if not isinstance(stock, dict) or not all(type(count) is int for count in stock.values()):
        raise _wrong(f'{path} must map unit ids to whole numbers, as {{"RF-W2": 41}}')
    return stock


def _with_alternatives(answer: Choice | NoChoice, count: int) -> dict[str, object]:
    told = answer.as_json()
    if isinstance(answer, Choice):
        told["alternatives"] = [other.as_json() for _, other in zip(range(count), answer.alternatives, strict=False)]
    return told


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(2)
