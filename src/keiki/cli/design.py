"""``keiki design``: choose and check combinations of units, for one place or for millions."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from keiki.cli.catalogue_files import compiled, day
from keiki.cli.design_words import DesignAnswerWriter, say
from keiki.cli.job_files import need_value, read_depots, read_jobs, read_stock, write_assignment
from keiki.cli.refusals import InputError, note, refusals_in
from keiki.domain.selection import Choice, NoChoice, Selector
from keiki.domain.units import Combination, Value
from keiki.foundation.program.language import Language, chosen
from keiki.foundation.text.spellings import plain
from keiki.planning.stock import assign as run_assignment

app = typer.Typer(help="Choose and check combinations of units, one or millions.", no_args_is_help=True)
Catalogue = Annotated[
    str, typer.Option("--catalogue", "-c", help="A catalogue's folder, or the name of one that is shipped.")
]
On = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day it is read for; else its first day.")]
NeedsGiven = Annotated[list[str], typer.Argument(metavar="NEED=VALUE...", help="Every need that the catalogue asks.")]
Installed = Annotated[str | None, typer.Option(help="What hangs: unit ids joined by “/”, “?” for one not known.")]
Stock = Annotated[Path | None, typer.Option(help="The depot's stock: a JSON file of unit ids to counts.")]
Lang = Annotated[
    Language, typer.Option(help="Language of messages; else that of the environment.", default_factory=chosen)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 where anything was rejected; the files are written.")]
_UNKNOWN_SHOWN = 20
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
    lang: Lang,
    as_json: AsJson = False,
) -> None:
    """Choose the best combination for one place; exit 1 where nothing can be offered."""
    with refusals_in(lang):
        selector = compiled(catalogue, day(on))
        wall, store = _combination(selector, installed), read_stock(selector, stock) if stock else None
        answer = selector.choose(_parsed(selector, needs), wall, store)
        _tell_strangers(selector, [wall], store or {}, lang)
    if as_json:
        typer.echo(json.dumps(_with_alternatives(answer, alternatives), ensure_ascii=False))
    else:
        words = DesignAnswerWriter(selector.catalogue, lang)
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
    lang: Lang,
    as_json: AsJson = False,
) -> None:
    """Check a combination of your own; exit 1 if it breaks a rule."""
    with refusals_in(lang):
        selector = compiled(catalogue, day(on))
        own = _combination(selector, combination) or Combination(())
        wall, store = _combination(selector, installed), read_stock(selector, stock) if stock else None
        found = selector.check(_parsed(selector, needs), own, wall, store)
        _tell_strangers(selector, [wall], store or {}, lang)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        typer.echo("\n".join(DesignAnswerWriter(selector.catalogue, lang).check(found)))
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def bulk(
    source: Annotated[Path, typer.Argument(help="Parquet or CSV: needs, and installed_<kind> columns.")],
    target: Annotated[Path, typer.Argument(help="Parquet or CSV to write: the same columns and the choice.")],
    *,
    rejects: Annotated[Path | None, typer.Option(help="Where rejected rows are told; else beside TARGET.")] = None,
    strict: Strict = False,
    catalogue: Catalogue = _FOUNDING,
    on: On = None,
    lang: Lang,
) -> None:
    """Choose for every row of a file. Rows that cannot be understood go to the rejects with line and reason."""
    told = rejects or target.with_name(f"{target.stem}.rejects.csv")
    with refusals_in(lang):
        try:
            from keiki.planning.bulk import design_bulk  # noqa: PLC0415 - an optional extra
        except ModuleNotFoundError as error:
            raise InputError(say("no-bulk", name=error.name)) from None
        selector = compiled(catalogue, day(on))
        with _progress() as progress:
            task = progress.add_task(say("designing").in_language(lang), total=1.0)
            try:
                summary = design_bulk(
                    selector, source, target, told, lambda part: progress.update(task, completed=part), language=lang
                )
            except KeyboardInterrupt:
                note(say("bulk-stopped"), lang)
                raise typer.Exit(130) from None
    counts = {"rows": summary.rows, "chosen": summary.chosen, "unsatisfied": summary.unsatisfied}
    typer.echo(say("bulk-done", **counts, rejected=summary.rejected, file=told).in_language(lang))
    _tell_unknown(summary.unknown_units, lang)
    if strict and summary.rejected:
        raise typer.Exit(1)


@app.command()
def assign(
    jobs: Annotated[Path, typer.Argument(help="CSV: job, depot, priority, date, needs, installed_<kind>.")],
    stock: Annotated[Path, typer.Argument(help="CSV: depot, unit, count.")],
    *,
    seconds: Annotated[float, typer.Option(min=1, help="Time to search, for each depot.")] = 60,
    catalogue: Catalogue = _FOUNDING,
    on: On = None,
    lang: Lang,
) -> None:
    """Assign limited stock to planned jobs; print as CSV who gets what, who does not, and what to reorder."""
    with refusals_in(lang):
        selector = compiled(catalogue, day(on))
        planned = read_jobs(selector, jobs)
        stores = read_depots(selector, stock, planned)
        found = run_assignment(selector, planned, stores, seconds)
    write_assignment(found, sys.stdout)
    units = dict.fromkeys(unit for store in stores.values() for unit in store)
    _tell_strangers(selector, [job.installed for job in planned], units, lang)
    if not planned:
        note(say("no-jobs", file=jobs.name), lang)
    bare = sorted({job.depot for job in planned} - stores.keys())
    if bare:
        note(say("no-stock-there", depots=bare, file=stock.name), lang)
    for depot, proved in found.proved.items():
        if not proved:
            note(say("unproved", depot=depot), lang)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _parsed(selector: Selector, given: list[str]) -> dict[str, Value]:
    needs: dict[str, Value] = {}
    for pair in given:
        name, equals, text = plain(pair).partition("=")
        if not equals:
            raise InputError(say("no-value", pair=pair))
        if name.strip() in needs:
            raise InputError(say("need-twice", need=name.strip()))
        needs[name.strip()] = need_value(selector, name.strip(), text)
    return needs


def _combination(selector: Selector, text: str | None) -> Combination | None:
    if text is None:
        return None
    return selector.catalogue.find_combination(unicodedata.normalize("NFKC", text).split("/"))


def _tell_strangers(
    selector: Selector, walls: Iterable[Combination | None], stock: Iterable[str], lang: Language
) -> None:
    """Note unit ids that the catalogue does not know: likely a slip of the pen, with a unit replaced for it."""
    kinds = selector.catalogue.kinds
    known = selector.catalogue.unit_ids
    placed = Counter(pair for wall in walls if wall for pair in zip(kinds, wall, strict=False))
    hanging = {unit: count for (kind, unit), count in placed.items() if unit and unit not in known(kind)}
    if hanging:
        note(say("unknown-installed", units=_counted(hanging)), lang)
    stored = [unit for unit in stock if unit not in selector.catalogue.units]
    if stored:
        note(say("unknown-in-stock", units=stored), lang)


def _tell_unknown(units: Mapping[tuple[str, str], int], lang: Language) -> None:
    """List the unknown ids of a bulk design, those of most rows first."""
    if units:
        note(say("bulk-unknown", count=sum(units.values())), lang)
    for (column, unit), count in islice(units.items(), _UNKNOWN_SHOWN):
        note(say("bulk-unknown-unit", column=column, unit=repr(unit), count=count), lang)
    if len(units) > _UNKNOWN_SHOWN:
        note(say("bulk-unknown-more", count=len(units) - _UNKNOWN_SHOWN), lang)


def _counted(units: Mapping[str, int]) -> list[str]:
    return [unit if count == 1 else f"{unit} × {count}" for unit, count in units.items()]


def _with_alternatives(answer: Choice | NoChoice, count: int) -> dict[str, object]:
    told = answer.as_json()
    if isinstance(answer, Choice):
        told["alternatives"] = [other.as_json() for _, other in zip(range(count), answer.alternatives, strict=False)]
    return told
