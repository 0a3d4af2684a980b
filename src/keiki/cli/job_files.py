"""Planned jobs and depots' stock as CSV files, and the assignment as another."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from keiki.cli.catalogue_files import read_text
from keiki.cli.design_words import say
from keiki.cli.refusals import InputError
from keiki.domain.selection import NeedsError, Selector
from keiki.domain.supply_point import spreadsheet_damage
from keiki.domain.units import Value
from keiki.foundation.files.csv_cells import csv_line
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.csv_reader import CsvReader
from keiki.foundation.files.csv_records import CsvReject
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.spellings import BLANKS, comparable, plain
from keiki.planning.stock import Assignment, StockJob
from keiki.planning.values import parse_value
from keiki.planning.words import reason
from keiki.planning.words import say as say_of_files

_MOST_DIGITS = 9


def need_value(selector: Selector, name: str, text: str) -> Value:
    """Return the value that ``text`` writes, or the text itself where the catalogue has no such value."""
    need = selector.catalogue.needs.get(name)
    value = parse_value(need, text) if need else None
    return text if value is None else value


def read_stock(selector: Selector, path: Path) -> dict[str, int]:
    """Read one depot's stock: a JSON object of unit ids, however they are spelt, to counts."""
    text = read_text(path)
    try:
        stock = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError) as error:
        raise InputError(say("not-json", file=path, why=error)) from None
    if not isinstance(stock, tuple) or not all(type(count) is int and count >= 0 for _, count in stock):
        raise InputError(say("stock-shape", file=path, example='{"RF-W2": 41}'))
    found: dict[str, int] = {}
    for written, count in stock:
        unit = selector.catalogue.find_unit(written)
        if unit in found:
            raise InputError(say("unit-twice", file=path.name, unit=unit))
        found[unit] = count
    return found


def read_jobs(selector: Selector, path: Path) -> list[StockJob]:
    """Read ``job, depot, priority, date``, the needs, and ``installed_<kind>``; InputError says which row is wrong.

    Where every installed column is empty, nothing hangs there.
    """
    needs, kinds = tuple(selector.catalogue.needs), tuple(selector.catalogue.kinds)
    jobs, depots = [], dict[str, str]()
    for number, row in _rows(path, ("job", "depot", "priority", "date", *needs, *(f"installed_{k}" for k in kinds))):
        wall = selector.catalogue.find_combination(row[f"installed_{kind}"] for kind in kinds)
        asked = {name: need_value(selector, name, row[name]) for name in needs}
        try:
            selector.compiled.needs.encode(asked)
        except NeedsError as error:
            raise _wrong(path, number, error.sentence) from None
        priority = _number(path, number, row, "priority")
        if priority == 0:
            raise _wrong(path, number, say("priority-zero"))
        hangs = wall if any(wall) else None
        depot = depots.setdefault(comparable(row["depot"]), row["depot"].strip(BLANKS))
        if damage := spreadsheet_damage(row["job"]):
            raise _wrong(path, number, Bilingual(ja=damage[0], en=damage[1]))
        jobs.append(StockJob(_filled(path, number, row, "job"), depot, priority, _day(path, number, row), asked, hangs))
    return jobs


def read_depots(selector: Selector, path: Path, jobs: Iterable[StockJob]) -> dict[str, dict[str, int]]:
    """Read ``depot, unit, count``; a depot is named as the ``jobs`` name it. InputError says which row is wrong."""
    stock: dict[str, dict[str, int]] = {}
    named = {comparable(job.depot): job.depot for job in jobs}
    for number, row in _rows(path, ("depot", "unit", "count")):
        depot = named.setdefault(comparable(row["depot"]), row["depot"].strip(BLANKS))
        unit = selector.catalogue.find_unit(_filled(path, number, row, "unit"))
        units = stock.setdefault(depot, {})
        if unit in units:
            raise _wrong(path, number, say("stock-twice", depot=depot, unit=unit))
        units[unit] = _number(path, number, row, "count")
    return stock


def write_assignment(found: Assignment, out: TextIO) -> None:
    """Write one row for each job, then one for each unit to reorder."""

    def write(*cells: object) -> None:
        out.write(csv_line(map(str, cells), "\n"))

    write("what", "job", "depot", "unit", "count", "choice", "replaced", "lacking", "rules")
    for served in found.served:
        choice, replaced = "/".join(map(str, served.choice.combination)), "/".join(served.choice.replaced)
        write("served", served.job_id, "", "", "", choice, replaced, "", "")
    for left in found.unserved:
        rules = "/".join(dict.fromkeys(id_ for conflict in left.conflicts for id_ in conflict.rule_ids))
        write("unserved", left.job_id, "", "", "", "", "", "/".join(left.lacking), rules)
    for depot, units in found.reorder.items():
        for unit, count in units.items():
            write("reorder", "", depot, unit, count, "", "", "", "")


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row by its line; InputError for a file that is refused, and for the first row that is rejected."""
    try:
        reader = CsvReader(path)
        places = reader.places(columns)
        for row in reader:
            if isinstance(row, CsvReject):
                raise _wrong(path, row.line, row.reason)
            yield row.line, {column: row.cells[place] for column, place in zip(columns, places, strict=True)}
    except CsvRefusedError as error:
        raise InputError(error.text) from None
    except OSError as error:
        raise InputError(say_of_files("unreadable", file=path, why=reason(error))) from None


def _wrong(path: Path, line: int, why: Bilingual) -> InputError:
    return InputError(say("in-line", file=path.name, line=line, why=why))


def _filled(path: Path, number: int, row: Mapping[str, str], column: str) -> str:
    if not row[column].strip():
        raise _wrong(path, number, say("empty", column=column))
    return row[column].strip()


def _number(path: Path, number: int, row: Mapping[str, str], column: str) -> int:
    text = plain(row[column])
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise _wrong(path, number, say("no-number", column=column, text=repr(row[column])))
    return int(text)


def _day(path: Path, number: int, row: Mapping[str, str]) -> datetime.date:
    try:
        return datetime.date.fromisoformat(plain(row["date"]))
    except ValueError:
        raise _wrong(path, number, say("no-day", text=repr(row["date"]))) from None
