"""What linkage says of every point of a snapshot, one by one: the office's reader and the domain's decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from keiki.domain.linkage.contradictions import find_contradictions
from keiki.domain.linkage.decision import Blocked, RouteBApplication, decision_inputs
from keiki.domain.linkage.record import LinkedRecord, SourceAnswer
from keiki.domain.linkage.shared_units import SERIAL_TERMS, SharedUnit, SharedUnits
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.sources.configuration import read_configuration
from keiki.office.sources.reading import read_rows

Found = set[tuple[str, ...]]


@dataclass
class Verdicts:
    """By point: a row of needs and installed units; obstacles (kind, code, subject); rules with their weight."""

    ready: dict[str, dict[str, Any]] = field(default_factory=dict)
    obstacles: dict[str, Found] = field(default_factory=lambda: defaultdict(set))
    rules: dict[str, Found] = field(default_factory=lambda: defaultdict(set))
    rejects: set[tuple[Any, ...]] = field(default_factory=set)
    duplicates: Found = field(default_factory=set)


def rows_of(file: Path) -> list[dict[str, Any]]:
    """The rows of a file, in its order."""
    found = duckdb.execute(f"SELECT * FROM '{file}'")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def judged_one_by_one(
    folder: Path,
    asked_at: datetime,
    application: RouteBApplication,
    applied: Mapping[str, RouteBApplication | str] | None = None,
) -> Verdicts:
    """Judge every point of a folder of snapshots; ``applied`` has the points with an application of their own.

    A text there is the code of why the point's application cannot be used: the point is held back.
    """
    configuration = read_configuration((folder / "sources.toml").read_text(encoding="utf-8"))
    verdicts = Verdicts()
    by_point: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for source in configuration.sources:
        rows = [(n, row) for n, row in enumerate(rows_of(folder / f"{source.card.id}.parquet"), 1)]
        rows = [(n, row) for n, row in rows if row.get("最新", "◎") == "◎"]
        for reject in read_rows(source, None, [row for _, row in rows], asked_at).rejects:
            place = (source.card.id, rows[reject.row - 1][0], reject.column)
            verdicts.rejects.add((*place, reject.masked, "/".join(reject.terms)))
        for _, row in rows:
            try:
                number = source.key.read(str(row[source.key_column])).number
            except SupplyPointError:
                continue
            by_point.setdefault(number, defaultdict(list))[source.card.id].append(row)
    records = []
    for number, rows_by_source in by_point.items():
        point = SupplyPoint(number)
        answers = tuple(
            SourceAnswer(source.card, asked_at, read_rows(source, point, rows_by_source[source.card.id], asked_at))
            for source in configuration.sources
        )
        records.append(LinkedRecord(point, answers))
    for record in _with_shared_units(records, verdicts):
        _judge(verdicts, record, (applied or {}).get(record.supply_point.number, application))
    return verdicts


def _with_shared_units(records: list[LinkedRecord], verdicts: Verdicts) -> list[LinkedRecord]:
    """Every record with the other points that have its units, and all of them in ``verdicts``."""
    points: dict[tuple[str, str], set[SupplyPoint]] = defaultdict(set)
    for record in records:
        for term in SERIAL_TERMS:
            for fact in record.current(term):
                if fact.value is not None:
                    points[term, unit_number(str(fact.value))].add(record.supply_point)
    shared = {unit: found for unit, found in points.items() if len(found) > 1}
    verdicts.duplicates = {(*unit, point.number) for unit, found in shared.items() for point in found}
    named: dict[SupplyPoint, list[SharedUnit]] = defaultdict(list)
    for (term, serial), found in shared.items():
        for point in found:
            named[point] += [SharedUnit(term, serial, ("", ""), other) for other in found - {point}]
    return [replace(record, shared=SharedUnits(tuple(named[record.supply_point]))) for record in records]


def _judge(verdicts: Verdicts, record: LinkedRecord, application: RouteBApplication | str) -> None:
    number = record.supply_point.number
    held = application if isinstance(application, str) else None
    if held is not None:
        verdicts.obstacles[number].add(("missing", held, "applications", "applications"))
        application = RouteBApplication()
    for found in find_contradictions(record):
        verdicts.rules[number].add((found.rule, found.weight.value))
    decided = decision_inputs(record, application)
    if held is not None and not isinstance(decided, Blocked):
        return
    if isinstance(decided, Blocked):
        parts = (("missing", decided.missing), ("stale", decided.stale))
        for kind, problems in parts:
            for problem in problems:
                verdicts.obstacles[number].add((kind, problem.code, problem.subject, problem.source))
        return
    installed = {f"installed_{kind}": unit for kind, unit in decided.installed.items()}
    depot = record.only("depot")
    verdicts.ready[number] = {**decided.needs, **installed, "depot": depot.value if depot else None}


def judged_in_bulk(needs: Path, blocked: Path, contradictions: Path, rejects: Path, duplicates: Path) -> Verdicts:
    """Read the results of a bulk linkage into the same form."""
    verdicts = Verdicts()
    for row in rows_of(needs):
        verdicts.ready[row.pop("supply_point")] = row
    for row in rows_of(blocked):
        found = (row["kind"], row["code"], row["subject"], row["source"])
        verdicts.obstacles[row["supply_point"]].add(found)
    for row in rows_of(contradictions):
        verdicts.rules[row["supply_point"]].add((row["rule"], row["weight"]))
    for row in rows_of(rejects):
        verdicts.rejects.add((row["source"], row["row"], row["column"], row["masked"], row["terms"]))
    for row in rows_of(duplicates):
        verdicts.duplicates.add((row["term"], row["serial"], row["supply_point"]))
    return verdicts
