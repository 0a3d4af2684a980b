"""``keiki link``: the owners' snapshots joined into what ``keiki design bulk`` takes in."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from keiki.domain.linkage.contradictions import RULES
from keiki.domain.linkage.decision import RouteBApplication
from keiki.domain.linkage.terms import TERMS
from keiki.foundation.files.folder import passed_over_text
from keiki.foundation.program.language import Language, chosen
from keiki.foundation.text.counted import counted

if TYPE_CHECKING:
    from keiki.planning.linking import LinkSummary

app = typer.Typer(help="Join the owners' snapshots, millions of supply points at once.", no_args_is_help=True)

WHOLE_ROWS = ("malformed", "key", "as-of")
"""Kinds of rejects that cost a row as a whole."""


class RouteB(StrEnum):
    """The media of route B that can be applied for."""

    NONE = "none"
    WIRELESS = "wireless"
    PLC = "plc"


@app.callback()
def link() -> None:
    """Join the owners' snapshots, millions of supply points at once."""


@app.command()
def bulk(
    snapshots: Annotated[Path, typer.Argument(help="snapshots.toml: which file holds each owner's export.")],
    needs: Annotated[Path, typer.Argument(help="Parquet or CSV to write: what `keiki design bulk` takes in.")],
    *,
    blocked: Annotated[Path | None, typer.Option(help="What is missing or stale; else beside NEEDS.")] = None,
    contradictions: Annotated[Path | None, typer.Option(help="What contradicts; else beside NEEDS.")] = None,
    rejects: Annotated[Path | None, typer.Option(help="What could not be read; else beside NEEDS.")] = None,
    duplicates: Annotated[Path | None, typer.Option(help="Units that several points have; else beside NEEDS.")] = None,
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="Judge as of then, with zone; else now."),
    ] = None,
    applications: Annotated[
        Path | None, typer.Option(help="CSV or Parquet with supply_point and route_b: what is applied for where.")
    ] = None,
    route_b: Annotated[
        RouteB | None,
        typer.Option(help="Route B applied for at every point that APPLICATIONS does not name; else none is."),
    ] = None,
    renewable: Annotated[bool, typer.Option("--renewable", help="Every point applies for renewables.")] = False,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold in memory; the rest goes to disk.")] = "4GB",
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; else one for each processor.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where anything was rejected; the files are written.")
    ] = False,
    lang: Annotated[Language | None, typer.Option(help="Language of messages; else that of the environment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Link all snapshots and say what can be designed, what cannot, and why, counted by kind."""
    language = lang or chosen()
    try:
        from keiki.planning.linking import (  # noqa: PLC0415 - an optional extra
            LinkingError,
            Outputs,
            link_bulk,
            read_configuration,
        )
    except ModuleNotFoundError as error:
        raise _wrong(f"bulk linkage needs {error.name}: install keiki[bulk]") from None
    beside = Outputs.beside(needs)
    outputs = Outputs(
        needs,
        blocked or beside.blocked,
        contradictions or beside.contradictions,
        rejects or beside.rejects,
        duplicates or beside.duplicates,
    )
    asked_at = as_of or datetime.datetime.now(datetime.UTC)
    application = RouteBApplication(route_b.value if route_b else None, renewable=renewable)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=1.0)
        try:
            summary = link_bulk(
                read_configuration(snapshots),
                outputs,
                asked_at,
                application,
                applications=applications,
                memory=memory,
                threads=threads,
                progress=lambda part, step: progress.update(task, completed=part, description=step),
            )
        except LinkingError as error:
            raise _wrong(error.text[0 if language is Language.JA else 1]) from None
    for source, names in summary.links_passed_over.items():
        told = passed_over_text(names)
        typer.echo(f"{source}: {told.ja if language is Language.JA else told.en}", err=True)
    if as_json:
        typer.echo(json.dumps(_counts(summary), ensure_ascii=False))
    else:
        _show(summary, language)
    if strict and summary.rejects:
        raise typer.Exit(1)


def _counts(summary: LinkSummary) -> dict[str, object]:
    return {
        "points": summary.points,
        "ready": summary.ready,
        "rows": summary.rows,
        "passed_over": summary.passed_over,
        "links_passed_over": summary.links_passed_over,
        "applications": asdict(summary.applied) if summary.applied else None,
        "blocked": [
            {"code": code, "subject": subject, "source": source, "points": count}
            for (code, subject, source), count in summary.blocked.items()
        ],
        "contradictions": [
            {"rule": rule, "weight": weight, "points": count}
            for (rule, weight), count in summary.contradictions.items()
        ],
        "duplicates": [
            {"term": term, "serials": serials, "points": points}
            for term, (serials, points) in summary.duplicates.items()
        ],
        "rejects": [
            {"source": source, "column": column, "kind": kind, "cells": count}
            for (source, column, kind), count in summary.rejects.items()
        ],
    }


def _show(summary: LinkSummary, language: Language) -> None:
    japanese = language is Language.JA
    console = Console()
    rules = {rule.id: rule.ja if japanese else rule.en for rule in RULES}
    held = summary.points - summary.ready
    console.print(
        f"{summary.points:,} 地点: 設計可能 {summary.ready:,}、保留 {held:,}"
        if japanese
        else f"{counted(summary.points, 'supply point')}: {summary.ready:,} ready for design, {held:,} held back"
    )
    titles = (
        ("設計を妨げるもの", "矛盾", "読めなかった値", "複数の供給地点にあるユニット")
        if japanese
        else ("Held back by", "Contradictions", "Rejects", "Units at several supply points")
    )
    if applied := summary.applied:
        came, reached = counted(applied.rows, "row"), counted(applied.points, "supply point")
        console.print(
            f"申込み {applied.rows:,} 行: 反映 {applied.points:,} 地点、どの台帳にもない {applied.unknown:,} 地点"
            if japanese
            else f"{came} of applications: {reached}, {applied.unknown:,} unknown"
        )
    headings = ("読めた行", "行ごと却下", "対象外") if japanese else ("rows read", "rejected whole", "passed over")
    table = Table("source", title="読んだファイル" if japanese else "Files read", title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="right")
    for source, rows in summary.rows.items():
        whole = sum(n for (of, _, kind), n in summary.rejects.items() if of == source and kind in WHOLE_ROWS)
        table.add_row(source, f"{rows - whole:,}", f"{whole:,}", f"{summary.passed_over.get(source, 0):,}")
    console.print(table)
    table = _table(titles[0], ("source", "code", "subject"))
    for (code, subject, source), count in summary.blocked.items():
        term = TERMS.get(subject)
        name = (term.ja if japanese else term.en) if term else ""
        table.add_row(source, code, name, f"{count:,}")
    console.print(table)
    table = _table(titles[1], ("rule", "weight", ""))
    for (rule, weight), count in summary.contradictions.items():
        table.add_row(rule, weight, rules[rule], f"{count:,}")
    console.print(table)
    table = _table(titles[3], ("term", "", "serials"))
    for unit, (serials, points) in summary.duplicates.items():
        table.add_row(unit, TERMS[unit].ja if japanese else TERMS[unit].en, f"{serials:,}", f"{points:,}")
    console.print(table)
    table = _table(titles[2], ("source", "column", "kind"))
    for (source, column, kind), count in summary.rejects.items():
        table.add_row(source, column, kind, f"{count:,}")
    console.print(table)


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(*columns, title=title, title_justify="left")
    table.add_column("", justify="right")
    return table


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(2)
