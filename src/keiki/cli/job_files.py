"""Planned jobs and depots' stock as CSV files, and the assignment as another."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from keiki.cli.catalogue_files import read_text
from keiki.cli.design_words import say
from keiki.cli.refusals import InputError
from keiki.domain.selection import NeedsError, Selector
from keiki.domain.units import Combination, Sentence, Value
from keiki.planning.stock import Assignment, Job
from keiki.planning.values import parse_value, plain


def need_value(selector: Selector, name: str, text: str) -> Value:
    """Return the value that ``text`` writes, or the text itself where the catalogue has no such value."""
    need = selector.catalogue.needs.get(name)
    value = parse_value(need, text) if need else None
    return text if value is None else value


def read_stock(path: Path) -> dict[str, int]:
    """Read one depot's stock: a JSON object of unit ids to counts."""
    text = read_text(path)
    try:
        stock = json.loads(text)
    except ValueError as error:
        raise InputError(say("not-json", file=path, why=error)) from None
    if not isinstance(stock, dict) or not all(type(count) is int and count >= 0 for count in stock.values()):
        raise InputError(say("stock-shape", file=path, example='{"RF-W2": 41}'))
    return {plain(unit): count for unit, count in stock.items()}


def read_jobs(selector: Selector, path: Path) -> list[Job]:
    """Read ``job, depot, priority, date``, the needs, and ``installed_<kind>``; InputError says which row is wrong.

    Where every installed column is empty, nothing hangs there.
    """
    needs, kinds = tuple(selector.catalogue.needs), tuple(selector.catalogue.kinds)
    jobs = []
    for number, row in _rows(path, ("job", "depot", "priority", "date", *needs, *(f"installed_{k}" for k in kinds))):
        wall = Combination(tuple(plain(row[f"installed_{kind}"]).strip("?") or None for kind in kinds))
        asked = {name: need_value(selector, name, row[name]) for name in needs}
        try:
            selector.compiled.needs.encode(asked)
        except NeedsError as error:
            raise _wrong(path, number, error.sentence) from None
        priority = _number(path, number, row, "priority")
        hangs = wall if any(wall) else None
        jobs.append(
            Job(_filled(path, number, row, "job"), plain(row["depot"]), priority, _day(path, number, row), asked, hangs)
        )
    return jobs


def read_depots(path: Path) -> dict[str, dict[str, int]]:
    """Read ``depot, unit, count``; InputError says which row is wrong."""
    stock: dict[str, dict[str, int]] = {}
    for number, row in _rows(path, ("depot", "unit", "count")):
        depot, unit = plain(row["depot"]), plain(_filled(path, number, row, "unit"))
        units = stock.setdefault(depot, {})
        if unit in units:
            raise _wrong(path, number, say("stock-twice", depot=depot, unit=unit))
        units[unit] = _number(path, number, row, "count")
    return stock


def write_assignment(found: Assignment, out: TextIO) -> None:
    """Write one row for each job, then one for each unit to reorder."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("what", "job", "depot", "unit", "count", "choice", "replaced", "lacking", "rules"))
    for served in found.served:
        choice, replaced = "/".join(map(str, served.choice.combination)), "/".join(served.choice.replaced)
        writer.writerow(("served", served.job_id, "", "", "", choice, replaced, "", ""))
    for left in found.unserved:
        rules = "/".join(dict.fromkeys(id_ for conflict in left.conflicts for id_ in conflict.rule_ids))
        writer.writerow(("unserved", left.job_id, "", "", "", "", "", "/".join(left.lacking), rules))
    for depot, units in found.reorder.items():
        for unit, count in units.items():
            writer.writerow(("reorder", "", depot, unit, count, "", "", "", ""))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), restval="")
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError(say("no-columns", file=path.name, columns=missing))
        for number, row in enumerate(reader, 1):
            if None in row:
                raise _wrong(path, number, say("ragged"))
            yield number, row
    except csv.Error as error:
        raise InputError(say("not-csv", file=path.name, why=error)) from None


def _wrong(path: Path, row: int, why: Sentence) -> InputError:
    return InputError(say("in-row", file=path.name, row=row, why=why))


def _filled(path: Path, number: int, row: Mapping[str, str], column: str) -> str:
    if not row[column].strip():
        raise _wrong(path, number, say("empty", column=column))
    return row[column].strip()


def _number(path: Path, number: int, row: Mapping[str, str], column: str) -> int:
    text = plain(row[column])
    if not text.isdecimal():
        raise _wrong(path, number, say("no-number", column=column, text=repr(row[column])))
    return int(text)


def _day(path: Path, number: int, row: Mapping[str, str]) -> datetime.date:
    try:
        return datetime.date.fromisoformat(plain(row["date"]))
    except ValueError:
        raise _wrong(path, number, say("no-day", text=repr(row["date"]))) from None
