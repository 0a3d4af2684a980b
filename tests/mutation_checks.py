"""Whether what a command made of a mutated file is right, refused or told: rows in are rows out and rejects.

Used by the suite with a few mutations and by ``benchmarks/mutated_files.py`` with ten thousand. The meaning of a cell
is worked out here by rules of its own, so that the commands are not held against themselves.
"""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from keiki.cli.job_files import read_depots, read_jobs
from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination, RefusedError, Value, written
from keiki.planning.bulk import design_bulk
from keiki.planning.files import RowSink
from keiki.planning.linking.applications import MEDIA, Applications
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.rejects import Rejects

NOTES = ("ok", "", '"call, first"', '"two\nlines"', '"say ""yes"""')


def good_needs(selector: Selector, dice: random.Random, rows: int) -> bytes:
    """A file of needs without fault: keys, needs, installed units, a note."""
    catalogue = selector.catalogue
    lines = [",".join(("supply_point", *catalogue.needs, *(f"installed_{kind}" for kind in catalogue.kinds), "note"))]
    for number in range(rows):
        lines.append(",".join((f"06{number:020d}", *_site(selector, dice), dice.choice(NOTES))))
    return "\n".join((*lines, "")).encode()


def good_jobs(selector: Selector, dice: random.Random, rows: int) -> bytes:
    """A file of jobs without fault."""
    catalogue = selector.catalogue
    units = (f"installed_{kind}" for kind in catalogue.kinds)
    lines = [",".join(("job", "depot", "priority", "date", *catalogue.needs, *units, "note"))]
    for number in range(rows):
        when = ("north", str(dice.randint(1, 3)), f"2016-04-{dice.randint(1, 30):02d}")
        lines.append(",".join((f"J{number}", *when, *_site(selector, dice), dice.choice(NOTES))))
    return "\n".join((*lines, "")).encode()


def good_stock(selector: Selector, dice: random.Random, rows: int) -> bytes:
    """A file of stock without fault."""
    units = dice.sample(sorted(selector.catalogue.units), rows)
    lines = [f"D{number},{unit},{dice.randint(0, 99)},{dice.choice(NOTES)}" for number, unit in enumerate(units)]
    return "\n".join(("depot,unit,count,note", *lines, "")).encode()


def good_applications(_: Selector, dice: random.Random, rows: int) -> bytes:
    """A file of applications without fault."""
    media = ("none", "wireless", "plc")
    lines = [f"06{number:020d},{dice.choice(media)},{dice.choice(NOTES)}" for number in range(rows)]
    return "\n".join(("supply_point,route_b,note", *lines, "")).encode()


def _site(selector: Selector, dice: random.Random) -> list[str]:
    needs = [written(dice.choice(need.values)) for need in selector.catalogue.needs.values()]
    return [*needs, *(dice.choice(units).id for units in selector.catalogue.units_of.values())]


def wrong_of_jobs(selector: Selector, folder: Path, good: bytes, content: bytes) -> str | None:
    """Read mutated jobs; they are refused, or every row that stands in the file is a job."""
    source = folder / "jobs.csv"
    source.write_bytes(content)
    try:
        jobs = read_jobs(selector, source)
    except RefusedError as error:
        return None if error.sentence.ja else "refused without a sentence"
    found = {job.id: f"{job.id},{job.depot},{job.priority},{job.date}," for job in jobs}
    return _misread(good, content, found.values())


def wrong_of_stock(selector: Selector, folder: Path, good: bytes, content: bytes) -> str | None:
    """Read mutated stock; it is refused, or every row that stands in the file is counted."""
    source = folder / "stock.csv"
    source.write_bytes(content)
    try:
        stock = read_depots(selector, source, [])
    except RefusedError as error:
        return None if error.sentence.ja else "refused without a sentence"
    found = {f"{depot},{unit},{count}," for depot, units in stock.items() for unit, count in units.items()}
    return _misread(good, content, found)


def wrong_of_applications(_: Selector, folder: Path, good: bytes, content: bytes) -> str | None:
    """Read mutated applications; the file is refused, or every row that stands in it is read or rejected."""
    source, told = folder / "applied.csv", folder / "rejects.parquet"
    source.write_bytes(content)
    sink = RowSink(told)
    with duckdb.connect(config={"threads": 1}) as connection:
        try:
            Applications(source, Rejects(sink, datetime(2026, 11, 20, tzinfo=UTC)), 1).read(connection)
            read = connection.execute("SELECT row, key IS NOT NULL, medium FROM applied").fetchall()
        except LinkingError as error:
            sink.discard()
            return None if all(error.text) else "refused without a sentence"
    sink.close()
    rejected = [(row["row"], row["reason_en"]) for row in pq.read_table(told).to_pylist()]
    told.unlink()
    lines = re.split(rb"\r\n|\r|\n", content)
    good_lines = set(good.decode().split("\n"))
    numbers, heading = {number for number, _ in rejected}, content.startswith(good.split(b"\n")[0])
    for number, keyed, medium in read:
        line = lines[number - 1].decode("utf-8", "replace")
        if number not in numbers and (not keyed or medium == len(MEDIA)):
            return f"line {number} is not read and not told: {line}"
        if line in good_lines and heading and number not in numbers and line.split(",")[1] != MEDIA[medium]:
            return f"line {number} is read as {MEDIA[medium]}: {line}"
    keys = {lines[number - 1].decode("utf-8", "replace").split(",")[0] for number, _, _ in read}
    return _lost(good, content, keys, rejected)


def wrong_of_bulk(selector: Selector, folder: Path, good: bytes, content: bytes) -> str | None:
    """Design a mutated file; say what is wrong with what came of it: None for right, refused or told."""
    source, target, rejects = folder / "needs.csv", folder / "out.parquet", folder / "rejects.csv"
    source.write_bytes(content)
    try:
        summary = design_bulk(selector, source, target, rejects)
    except RefusedError as error:
        left = [path.name for path in folder.iterdir() if path != source]
        return f"left behind: {left}" if left else None if error.sentence.ja else "refused without a sentence"
    designed = pq.read_table(target).to_pylist()
    with rejects.open(encoding="utf-8", newline="") as opened:
        told = [(int(line), reason) for line, reason in list(csv.reader(opened))[1:]]
    target.unlink()
    rejects.unlink()
    if summary.rows != len(designed) + len(told) or summary.rejected != len(told):
        return f"{summary.rows} rows are not {len(designed)} designed and {len(told)} rejected"
    present = {cell for row in designed for cell in row.values()}
    return _wrong_choice(selector, designed) or _lost(good, content, present, told)


def good_parquet(selector: Selector, dice: random.Random, rows: int) -> bytes:
    """The same needs in Parquet, typed."""
    table = list(csv.DictReader(io.StringIO(good_needs(selector, dice, 10 * rows).decode())))
    typed: list[dict[str, object]] = [dict(row) for row in table]
    for row in typed:
        for need in selector.catalogue.needs.values():
            row[need.id] = next(value for value in need.values if written(value) == row[need.id])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(typed), out)
    return out.getvalue()


def wrong_of_parquet(selector: Selector, folder: Path, good: bytes, content: bytes) -> str | None:
    """Design damaged Parquet: it is refused, or every row has the choice of the cells that it has."""
    source, target = folder / "needs.parquet", folder / "out.parquet"
    source.write_bytes(content)
    try:
        summary = design_bulk(selector, source, target, folder / "rejects.csv")
    except RefusedError as error:
        left = [path.name for path in folder.iterdir() if path != source]
        return f"left behind: {left}" if left else None if error.sentence.ja else "refused without a sentence"
    rows = pq.read_table(target).to_pylist()
    for path in (target, folder / "rejects.csv"):
        path.unlink()
    if summary.rows != len(rows) + summary.rejected:
        return f"{summary.rows} rows are not {len(rows)} designed and {summary.rejected} rejected"
    shown = [
        {name: "" if cell is None else str(cell) for name, cell in row.items() if name != "choice"} for row in rows
    ]
    return _wrong_choice(selector, [{**text, "choice": row["choice"]} for text, row in zip(shown, rows, strict=True)])


def _wrong_choice(selector: Selector, designed: list[dict[str, str]]) -> str | None:
    """A row whose choice is not that of its own cells."""
    for row in designed:
        cells = {_plain(name): cell for name, cell in row.items()}
        needs: dict[str, Value | None] = {
            need.id: _meaning(cells[need.id], {str(value).lower(): value for value in need.values}, need.type)
            for need in selector.catalogue.needs.values()
        }
        if None in needs.values():
            return f"designed with unreadable needs: {row}"
        wall = []
        for kind, units in selector.catalogue.units_of.items():
            wall.append(_meaning(cells[f"installed_{kind}"], {unit.id.lower(): unit.id for unit in units}, "string"))
        answer = selector.choose(needs, Combination(tuple(wall)))  # type: ignore[arg-type]
        expected = "/".join(map(str, answer.combination)) if isinstance(answer, Choice) else None
        if row["choice"] != expected:
            return f"{row['choice']} is not {expected}: {row}"
    return None


def _misread(good: bytes, content: bytes, found: Collection[str]) -> str | None:
    """A row that stands as it stood under the heading of the good file, and is not read with its own first cells."""
    if content.split(b"\n")[0].rstrip(b"\r") == good.split(b"\n")[0]:
        for line in re.split(rb"\r\n|\r|\n", content)[1:]:
            text = line.decode("utf-8", "replace")
            if text in _whole(good) and not any(text.startswith(start) for start in found):
                return f"not read as it stands: {text}"
    return None


def _whole(good: bytes) -> set[str]:
    """The rows of the good file that are a line each."""
    return {line for line in good.decode().split("\n")[1:] if line.count('"') % 2 == 0 and "," in line}


def _lost(good: bytes, content: bytes, present: set[str], told: list[tuple[int, str]]) -> str | None:
    """A row that stands in the file as it stood in the good one, and is neither among what was read nor told."""
    whole = _whole(good)
    lines = re.split(rb"\r\n|\r|\n", content)
    told_lines = {line for line, _ in told}
    for first, last in (re.findall(r"lines (\d+) to (\d+)", reason)[0] for _, reason in told if "takes in" in reason):
        told_lines |= set(range(int(first), int(last) + 1))
    for number, raw in enumerate(lines, 1):
        line = raw.decode("utf-8", "replace")
        if line in whole and number > 1 and number not in told_lines and line.split(",")[0] not in present:
            return f"line {number} is neither read nor told: {line}"
    return None


def _plain(text: str) -> str:
    shown = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    shown = re.sub("[‐‑‒–—―−ー─━]", "-", shown)
    return "".join(shown.split()).lstrip("'`").lower()


def _meaning(cell: str, known: Mapping[str, Value], type_: str) -> Value | None:
    text = _plain(cell)
    if type_ == "bool":
        text = {"1": "true", "0": "false", "1.0": "true", "0.0": "false"}.get(text, text)
    elif type_ == "int" and (whole := re.fullmatch(r"0*([0-9]+?)(\.0*)?", text)):
        text = whole[1]
    return known.get(text)


Make = Callable[[Selector, random.Random, int], bytes]
Check = Callable[[Selector, Path, bytes, bytes], str | None]
KINDS: Mapping[str, tuple[Make, Check]] = {
    "needs": (good_needs, wrong_of_bulk),
    "needs in Parquet": (good_parquet, wrong_of_parquet),
    "applications": (good_applications, wrong_of_applications),
    "jobs": (good_jobs, wrong_of_jobs),
    "stock": (good_stock, wrong_of_stock),
}
