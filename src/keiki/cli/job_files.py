"""Planned jobs and depots' stock as CSV files, and the assignment as another."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from keiki.cli.catalogue_files import written
from keiki.domain.selection import Selector
from keiki.domain.units import Combination, Value
from keiki.planning.stock import Assignment, Job


def need_value(selector: Selector, name: str, text: str) -> Value:
    """Return the value that ``text`` writes, or the text itself where the catalogue has no such value."""
    values = selector.catalogue.needs[name].values if name in selector.catalogue.needs else ()
    return {written(value): value for value in values}.get(text.strip(), text)


def read_jobs(selector: Selector, path: Path) -> list[Job]:
    """Read ``job, depot, priority, date``, the needs, and ``installed_<kind>``; ValueError says which row is wrong.

    Where every installed column is empty, nothing hangs there.
    """
    needs, kinds = tuple(selector.catalogue.needs), tuple(selector.catalogue.kinds)
    jobs = []
    for number, row in _rows(path, ("job", "depot", "priority", "date", *needs, *(f"installed_{k}" for k in kinds))):
        try:
            priority, date = int(row["priority"]), datetime.date.fromisoformat(row["date"])
        except ValueError as error:
            raise ValueError(f"{path.name}, row {number}: {error}") from None
        wall = Combination(tuple(row[f"installed_{kind}"].strip() or None for kind in kinds))
        asked = {name: need_value(selector, name, row[name]) for name in needs}
        hangs = wall if any(wall) else None
        jobs.append(Job(row["job"], row["depot"], priority, date, asked, hangs))
    return jobs


def read_depots(path: Path) -> dict[str, dict[str, int]]:
    """Read ``depot, unit, count``; ValueError says which row is wrong."""
    stock: dict[str, dict[str, int]] = {}
    for number, row in _rows(path, ("depot", "unit", "count")):
        if not row["count"].strip().isdecimal():
            raise ValueError(f"{path.name}, row {number}: count {row['count']!r} is no whole number")
        stock.setdefault(row["depot"], {})[row["unit"]] = int(row["count"])
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


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="")
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise ValueError(f"{path.name} has no column {', '.join(missing)}: add it")
            return list(enumerate(reader, 1))
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from None
