"""Damaged needs and damaged applications: designed, rejected with their line, or refused; nothing in silence."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csv_damage import COMMAND_DAMAGES, Damage
from keiki.catalogues import SHIPPED, shipped_names
from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination, RefusedError, read_catalogue
from keiki.planning.bulk import BulkSummary, design_bulk
from keiki.planning.files import RowSink
from keiki.planning.linking.applications import Applications
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.rejects import Rejects

CATALOGUES = [SHIPPED / name for name in shipped_names()]
NEEDS = {"medium": "rf", "route_b": "none", "two_way": "true", "phase": "1P3W", "capacity": "60"}
NEEDS |= {"remote_switching": "false", "voltage_measurement": "false", "rain": "true"}
WALL = {"installed_communication": "RF-N1", "installed_metering": "3W60-1N"}
WALL |= {"installed_option": "NONE", "installed_cover": "CV-N"}
ROW = {**NEEDS, **WALL}
POINTS = tuple(f"06001217893964351411{number:02d}" for number in range(10))


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda folder: folder.name)
def selector(request: pytest.FixtureRequest) -> Selector:
    folder: Path = request.param
    return Selector.compile(read_catalogue({path.name: path.read_text("utf-8") for path in folder.glob("*.toml")}))


def design(selector: Selector, source: Path) -> tuple[BulkSummary, list[tuple[int, str]], list[dict[str, Any]]]:
    folder = source.parent
    summary = design_bulk(selector, source, folder / "out.parquet", folder / "rejects.csv")
    with (folder / "rejects.csv").open(encoding="utf-8", newline="") as opened:
        rejects = [(int(row[0]), row[1]) for row in list(csv.reader(opened))[1:]]
    return summary, rejects, pq.read_table(folder / "out.parquet").to_pylist()


def choice_of(selector: Selector, row: dict[str, Any]) -> str | None:
    needs = {name: row[name] for name in selector.catalogue.needs}
    answer = selector.choose(needs, Combination(tuple(row[f"installed_{kind}"] for kind in selector.catalogue.kinds)))
    return "/".join(map(str, answer.combination)) if isinstance(answer, Choice) else None


def drawn(selector: Selector, dice: random.Random) -> dict[str, Any]:
    catalogue = selector.catalogue
    units = {f"installed_{kind}": dice.choice(units).id for kind, units in catalogue.units_of.items()}
    return {**{name: dice.choice(need.values) for name, need in catalogue.needs.items()}, **units}


@pytest.mark.parametrize("damage", COMMAND_DAMAGES.values(), ids=COMMAND_DAMAGES)
def test_damaged_needs_are_designed_rejected_or_refused(kansai: Selector, tmp_path: Path, damage: Damage) -> None:
    damage = damage.of_command("supply_point", ROW)
    source = tmp_path / "NEEDS.CSV"
    source.write_bytes(damage.content)
    if damage.refused is not None:
        with pytest.raises(RefusedError, match=f"line {damage.refused}:" if damage.refused else "NEEDS.CSV|the file"):
            design(kansai, source)
        assert [path.name for path in tmp_path.iterdir()] == ["NEEDS.CSV"]
        return
    summary, rejects, rows = design(kansai, source)
    assert sorted(line for line, _ in rejects) == sorted(damage.rejected)
    assert [row["choice"] for row in rows] == [rows[0]["choice"]] * len(damage.lines) if rows else not damage.lines
    assert summary.rows == summary.chosen + summary.rejected == len(damage.lines) + len(damage.rejected)


@pytest.mark.parametrize("damage", COMMAND_DAMAGES.values(), ids=COMMAND_DAMAGES)
def test_damaged_applications_are_read_rejected_or_refused(tmp_path: Path, damage: Damage) -> None:
    damage = damage.of_command("supply_point", {"route_b": "wireless"}, POINTS)
    source = tmp_path / "APPLIED.CSV"
    source.write_bytes(damage.content)
    rejects = Rejects(RowSink(tmp_path / "rejects.parquet"), datetime(2026, 11, 20, tzinfo=UTC))
    connection = duckdb.connect()
    if damage.refused is not None:
        with pytest.raises(LinkingError, match=f"line {damage.refused}:" if damage.refused else "APPLIED.CSV") as error:
            Applications(source, rejects, 1).read(connection)
        assert "APPLIED.CSV" in error.value.text[0]
        return
    Applications(source, rejects, 1).read(connection)
    read = connection.execute("SELECT row FROM applied WHERE key IS NOT NULL ORDER BY row").fetchall()
    assert tuple(line for (line,) in read) == damage.lines
    assert sum(rejects.counts.values()) == len(damage.rejected)


@pytest.mark.parametrize("form", ["csv", "text", "dictionary", "null", "int", "float", "empty"])
def test_any_number_of_unreadable_needs_rejects_the_row_and_no_other(
    selector: Selector, tmp_path: Path, form: str
) -> None:
    dice, names, rows = random.Random(7), list(selector.catalogue.needs), []
    for count in range(len(names) + 1):
        groups = list(combinations(names, count))
        for group in dice.sample(groups, min(len(groups), 8)):
            rows.append(({**drawn(selector, dice), "number": len(rows) + 1}, group))
    wrong: dict[str, Any] = {"null": None, "int": 77, "float": 0.5, "empty": ""}
    table = [{**row, **dict.fromkeys(group, wrong.get(form, "有"))} for row, group in rows]
    source = tmp_path / ("needs.csv" if form == "csv" else "needs.parquet")
    if form == "csv":
        with source.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, table[0].keys())
            writer.writeheader()
            writer.writerows(table)
    else:
        pq.write_table(pa.table({name: column(form, [row[name] for row in table]) for name in table[0]}), source)

    summary, rejects, designed = design(selector, source)

    before = 1 if form == "csv" else 0
    good = [row for row, group in rows if not group]
    assert [line - before for line, _ in rejects] == [row["number"] for row, group in rows if group]
    for line, reason in rejects:
        assert next(name for name in names if name in rows[line - before - 1][1]) in reason
    assert [row["number"] for row in good] == [int(row["number"]) for row in designed]
    assert [choice_of(selector, row) for row in good] == [row["choice"] for row in designed]
    assert summary.rows == len(rows) == summary.rejected + len(good)


def column(form: str, values: list[Any]) -> pa.Array:
    """A column of whatever one type holds ``values``; texts where no type does."""
    if form == "float" and not any(isinstance(value, str) for value in values):
        return pa.array([None if value is None else float(value) for value in values])
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = pa.array([None if value is None else str(value) for value in values])
    return array.dictionary_encode() if form == "dictionary" else array


TYPES = [pa.float64(), pa.int8(), pa.bool_(), pa.string(), pa.dictionary(pa.int8(), pa.string())]


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_truths_of_any_type_are_what_they_say(kansai: Selector, tmp_path: Path, type_: pa.DataType) -> None:
    truths = {"two_way": [1, 0], "rain": [0, 1], "remote_switching": [0, 0], "voltage_measurement": [0, 1]}
    written = {name: pa.array(values, pa.int8()) for name, values in truths.items()}
    if type_ in TYPES[3:]:
        written = {name: array.cast(pa.float64()).cast(pa.string()) for name, array in written.items()}
    rows = [{**ROW, "capacity": 60, **{name: bool(each[place]) for name, each in truths.items()}} for place in (0, 1)]
    columns = {name: pa.array([row[name] for row in rows]) for name in ROW}
    source = tmp_path / "needs.parquet"
    pq.write_table(pa.table({**columns, **{name: array.cast(type_) for name, array in written.items()}}), source)

    summary, _, designed = design(kansai, source)

    assert summary.rejected == 0
    assert [row["choice"] for row in designed] == [choice_of(kansai, row) for row in rows]


def test_a_column_of_lists_is_refused_by_name(kansai: Selector, tmp_path: Path) -> None:
    source = tmp_path / "needs.parquet"
    pq.write_table(pa.table({**{name: [value] for name, value in ROW.items()}, "rain": [[True]]}), source)

    with pytest.raises(RefusedError, match=r"the column rain of needs\.parquet holds lists"):
        design(kansai, source)


@pytest.mark.parametrize("name", ["route_b", "supply_point"])
def test_a_column_of_parquet_that_stands_twice_is_refused_by_name(kansai: Selector, tmp_path: Path, name: str) -> None:
    source, cells = tmp_path / "needs.parquet", {"supply_point": "0600121789396435141101", **ROW}
    arrays = [pa.array([value]) for value in (*cells.values(), "none")]
    pq.write_table(pa.Table.from_arrays(arrays, names=[*cells, name]), source)

    with pytest.raises(RefusedError, match=rf"needs\.parquet has the column {name} twice: delete one"):
        design(kansai, source)


def test_a_row_of_empty_cells_is_rejected_with_its_line_and_the_others_are_designed(
    kansai: Selector, tmp_path: Path
) -> None:
    source = tmp_path / "needs.csv"
    cells = ",".join(ROW.values())
    source.write_text(f"{','.join(ROW)}\n{cells}\n{',' * (len(ROW) - 1)}\n\n{cells}\n{cells},\n", "utf-8")

    summary, rejects, rows = design(kansai, source)

    assert [line for line, _ in rejects] == [3, 6]
    assert "“medium” is empty" in rejects[0][1]
    assert "columns is 13, not 12" in rejects[1][1]
    assert (summary.rows, summary.rejected, len(rows)) == (4, 2, 2)


CUT = [
    "6.00121789396435E+20",
    "600121789396435000000",
    "６００１２１７８９３９６４３５００００００",
    "6,0012E20",
    "'6.00E+20",
]
CUT += [
    "'6.00E+20",
    '="6.00121789396435E+20"',
    "600,121,789,396,435,000,000",
]
CUT += ["6.00121789396435e20", "600121789396435000000.0", "6001217893964350000000"]
WHOLE = ["0600121789396435141101", "06-0012-1789-3964-3514-1101", "600121789396435141101", '="0600121789396435141101"']
WHOLE += ["0600121789396435000000", "０６００１２１７８９３９６４３５１４１１０１", "EAST 3", ""]


@pytest.mark.parametrize("heading", ["supply_point", "Ｓｕｐｐｌｙ＿ｐｏｉｎｔ", "供給地点特定番号"])
@pytest.mark.parametrize("ending", ["csv", "text", "dictionary"])
def test_numbers_that_a_spreadsheet_cut_are_rejects_and_others_are_as_written(
    kansai: Selector, tmp_path: Path, heading: str, ending: str
) -> None:
    """Rows that differ in the last digits alone would be designed for one point."""
    rows = [{heading: key, **ROW} for key in [*WHOLE[:3], *CUT, *WHOLE[3:]]]
    source = tmp_path / ("needs.csv" if ending == "csv" else "needs.parquet")
    if ending == "csv":
        with source.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    else:
        table = pa.Table.from_pylist(rows)
        coded = table.column(heading).dictionary_encode()
        pq.write_table(table.set_column(0, heading, coded) if ending == "dictionary" else table, source)

    summary, rejects, designed = design(kansai, source)

    first = 5 if ending == "csv" else 4
    assert [line for line, _ in rejects] == list(range(first, first + len(CUT)))
    assert all("a spreadsheet cut the number to 15 digits" in why for _, why in rejects)
    assert [row[heading] for row in designed] == WHOLE
    assert summary.rejected == len(CUT)


def test_among_numbers_of_22_digits_alone_the_cut_ones_are_found(kansai: Selector, tmp_path: Path) -> None:
    """Where every cell is of the usual form, arithmetic on the bytes picks what is looked at."""
    keys = ["0600121789396435141101", "6001217893964350000000", "0600121789396435000000", "6001217893964350000010"]
    pq.write_table(pa.Table.from_pylist([{"supply_point": key, **ROW} for key in keys]), tmp_path / "needs.parquet")
    _, rejects, rows = design(kansai, tmp_path / "needs.parquet")
    assert [number for number, _ in rejects] == [2]
    assert [row["supply_point"] for row in rows] == [keys[0], *keys[2:]]


def test_numbers_kept_as_floating_point_are_rejects_and_decimals_are_not(kansai: Selector, tmp_path: Path) -> None:
    columns = {name: pa.array([value] * 2) for name, value in ROW.items()}
    for keys, lost in (
        (pa.array([6.00121789396435e20, None]), [1]),
        (pa.array(["600121789396435141101", "600121789396435000000"]).cast(pa.decimal128(22)), [2]),
        (pa.array([1, 2]), []),
    ):
        pq.write_table(pa.table({"supply_point": keys, **columns}), tmp_path / "needs.parquet")
        _, rejects, rows = design(kansai, tmp_path / "needs.parquet")
        assert [number for number, _ in rejects] == lost
        assert len(rows) == 2 - len(lost)
