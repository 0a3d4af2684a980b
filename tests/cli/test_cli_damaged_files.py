"""Damaged files of needs, jobs and stock at the command line: a sentence with file and line, never a traceback."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from csv_damage import COMMAND_DAMAGES, Damage
from keiki.cli import design

RUNNER = CliRunner()
NEEDS = {"medium": "rf", "route_b": "wireless", "two_way": "false", "phase": "1P3W", "capacity": "60"}
NEEDS |= {"remote_switching": "false", "voltage_measurement": "false", "rain": "false"}
WALL = {"communication": "RF-W1", "metering": "3W60-1B", "option": "NONE", "cover": "CV-N"}
SITE = {**NEEDS, **{f"installed_{kind}": unit for kind, unit in WALL.items()}}
JOB = {"depot": "north", "priority": "1", "date": "2016-04-01", **SITE}
DASHES = "-－ー―—ｰ‐−–‑"
SPELLINGS = [f"RF{dash}W1" for dash in DASHES]
SPELLINGS += ["rf-w1", "'RF-W1", "RF\u200b-W1", " RF - W1 ", "ＲＦ－Ｗ１", "\ufeffRF-W1"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jobs.csv").write_text(f"job,{','.join(JOB)}\na,{','.join(JOB.values())}\n", "utf-8")
    (tmp_path / "stock.csv").write_text("depot,unit,count\nnorth,RF-W1,4\n", "utf-8")
    return tmp_path


def assign(jobs: str = "jobs.csv", stock: str = "stock.csv") -> tuple[int, list[dict[str, str]], str]:
    result = RUNNER.invoke(design.app, ["assign", jobs, stock, "--seconds", "1", "--lang", "en"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, list(csv.DictReader(io.StringIO(result.stdout))), result.stderr


@pytest.mark.parametrize("damage", COMMAND_DAMAGES.values(), ids=COMMAND_DAMAGES)
def test_damaged_jobs_are_assigned_or_refused_with_their_line(desk: Path, damage: Damage) -> None:
    damage = damage.of_command("job", JOB)
    (desk / "DAMAGED.CSV").write_bytes(damage.content)

    code, found, said = assign(jobs="DAMAGED.CSV")

    answers(damage, code, said)
    if code == 0:
        assert len([row for row in found if row["what"] in ("served", "unserved")]) == len(damage.lines)


@pytest.mark.parametrize("second", ["ｒｏｕｔｅ＿ｂ", " Route _b", "route_b"])
@pytest.mark.parametrize("place", [0, -1])
def test_a_column_that_stands_twice_in_whatever_spelling_is_refused(desk: Path, second: str, place: int) -> None:
    """One that says what the other does not would be taken in silence."""
    names, cells = ["job", *JOB], ["a", *JOB.values()]
    names.insert(place % (len(names) + 1), second)
    cells.insert(place % (len(cells) + 1), "none")
    (desk / "twice.csv").write_text(f"{','.join(names)}\n{','.join(cells)}\n", "utf-8")
    code, found, said = assign(jobs="twice.csv")
    assert (code, found) == (2, [])
    assert "twice.csv: it has the column route_b twice, in whatever spelling: delete one" in said


def test_a_priority_of_zero_is_refused(desk: Path) -> None:
    cells = ",".join({**JOB, "priority": "0"}.values())
    (desk / "zero.csv").write_text(f"job,{','.join(JOB)}\na,{cells}\n", "utf-8")
    code, found, said = assign(jobs="zero.csv")
    assert (code, found) == (2, [])
    assert "zero.csv, line 2: priority counts from 1" in said


@pytest.mark.parametrize("cut", ["600121789396435000000", "6.00122E+20"])
def test_jobs_named_by_a_number_that_a_spreadsheet_cut_are_refused_with_their_line(desk: Path, cut: str) -> None:
    """Two places whose numbers differ in the last digits would be one job."""
    (desk / "cut.csv").write_text(f"job,{','.join(JOB)}\na,{','.join(JOB.values())}\n{cut},{','.join(JOB.values())}\n")
    code, _, said = assign(jobs="cut.csv")
    assert code == 2
    assert "cut.csv, line 3: a spreadsheet cut the number to 15 digits" in said


def test_needs_of_a_number_that_a_spreadsheet_cut_are_rejected_and_strict_says_so(desk: Path) -> None:
    rows = [f"{key},{','.join(SITE.values())}" for key in ("0600121789396435141101", "6.00121789396435E+20")]
    (desk / "needs.csv").write_text("\n".join([f"supply_point,{','.join(SITE)}", *rows, ""]), "utf-8")
    result = RUNNER.invoke(design.app, ["bulk", "needs.csv", "out.csv", "--strict", "--lang", "en"])
    assert result.exit_code == 1, result.output
    assert "3,a spreadsheet cut the number to 15 digits" in (desk / "out.rejects.csv").read_text("utf-8").replace(
        '"', ""
    )
    assert len((desk / "out.csv").read_text("utf-8").splitlines()) == 2


def test_lists_in_a_column_are_refused_for_a_csv_and_passed_on_in_parquet(desk: Path) -> None:
    table = pa.table({**{name: [cell] for name, cell in SITE.items()}, "photos": [["a.jpg", "b.jpg"]]})
    pq.write_table(table, desk / "needs.parquet")
    said = RUNNER.invoke(design.app, ["bulk", "needs.parquet", "out.csv", "--lang", "en"])
    assert said.exit_code == 2
    assert "the column photos (list<element: string>) cannot be written to out.csv, which is CSV" in said.stderr
    assert not [path.name for path in desk.iterdir() if "out" in path.name]
    assert RUNNER.invoke(design.app, ["bulk", "needs.parquet", "out.parquet", "--lang", "en"]).exit_code == 0
    assert pq.read_table(desk / "out.parquet").column("photos").to_pylist() == [["a.jpg", "b.jpg"]]


@pytest.mark.parametrize("checked", [True, False])
def test_a_damaged_page_of_needs_is_named_by_its_column(desk: Path, checked: bool) -> None:
    table = pa.table({**{name: [cell] * 500 for name, cell in SITE.items()}, "note": [f"n{n}" * 9 for n in range(500)]})
    path = desk / "needs.parquet"
    pq.write_table(table, path, use_dictionary=False, compression="snappy", write_page_checksum=checked)
    chunk = pq.read_metadata(path).row_group(0).column(table.schema.get_field_index("note"))
    raw = bytearray(path.read_bytes())
    start = chunk.data_page_offset + (chunk.total_compressed_size // 2 if checked else 40)
    raw[start : start + 400] = b"\xff" * 400
    path.write_bytes(raw)
    said = RUNNER.invoke(design.app, ["bulk", "needs.parquet", "out.csv", "--lang", "en"])
    assert isinstance(said.exception, SystemExit), said.exception
    assert said.exit_code == 2
    assert "the column note of needs.parquet is damaged: export it again; no result was written" in said.stderr


@pytest.mark.parametrize("coded", [False, True])
def test_needs_as_bytes_are_read_and_told_as_texts(desk: Path, coded: bool) -> None:
    rows = [SITE, {**SITE, "medium": "lte"}]
    columns = {name: pa.array([row[name].encode() for row in rows]) for name in SITE}
    if coded:
        columns = {name: column.dictionary_encode() for name, column in columns.items()}
    pq.write_table(pa.table(columns), desk / "needs.parquet")
    said = RUNNER.invoke(design.app, ["bulk", "needs.parquet", "out.parquet", "--lang", "en"])
    assert said.exit_code == 0, said.stderr
    assert pq.read_table(desk / "out.parquet").num_rows == 1
    (told,) = (desk / "out.rejects.csv").read_text("utf-8").splitlines()[1:]
    assert "'lte'" in told
    assert "b'" not in told


def test_a_count_of_rows_is_not_taken_for_a_line(desk: Path) -> None:
    (desk / "needs.csv").write_text(
        f"{','.join(SITE)}\n{','.join({**SITE, 'installed_communication': 'ZZ-1'}.values())}\n", "utf-8"
    )
    said = RUNNER.invoke(design.app, ["bulk", "needs.csv", "out.csv", "--lang", "en"])
    assert "'ZZ-1' in installed_communication (number of rows: 1)" in said.stderr


@pytest.mark.parametrize(("separator", "expected"), [(";", "semicolons"), ("\t", "TABs")])
def test_needs_that_are_separated_otherwise_are_told_so(desk: Path, separator: str, expected: str) -> None:
    (desk / "needs.csv").write_text(f"{separator.join(SITE)}\n{separator.join(SITE.values())}\n", "utf-8")
    said = RUNNER.invoke(design.app, ["bulk", "needs.csv", "out.csv", "--lang", "en"])
    assert said.exit_code == 2
    assert f"needs.csv, line 1: its heading is one column with {expected} in it" in said.stderr


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("kind", "expected"), [("pipe", "it is no regular file"), ("circle", "its symbolic links lead in a circle")]
)
@pytest.mark.parametrize("given", ["needs.csv", "needs.parquet", "jobs.csv", "stock.csv"])
def test_a_pipe_or_a_circle_of_links_is_refused_at_once(desk: Path, given: str, kind: str, expected: str) -> None:
    (desk / given).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(desk / given)
    else:
        (desk / given).symlink_to(given)
    command = ["bulk", given, "out.csv"] if given.startswith("needs") else ["assign", "jobs.csv", "stock.csv"]

    result = RUNNER.invoke(design.app, [*command, "--lang", "en"])

    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2
    assert f"{given} cannot be read: {expected}" in result.stderr


@pytest.mark.parametrize("damage", COMMAND_DAMAGES.values(), ids=COMMAND_DAMAGES)
def test_damaged_stock_is_used_or_refused_with_its_line(desk: Path, damage: Damage) -> None:
    damage = damage.of_command("depot", {"unit": "RF-W1", "count": "3"})
    (desk / "DAMAGED.CSV").write_bytes(damage.content)

    code, _, said = assign(stock="DAMAGED.CSV")

    answers(damage, code, said)


def answers(damage: Damage, code: int, said: str) -> None:
    if damage.refused is None and not damage.rejected:
        assert code == 0, said
    else:
        line = damage.refused if damage.refused is not None else min(damage.rejected)
        assert code == 2
        assert f"DAMAGED.CSV, line {line}:" in said if line else "DAMAGED.CSV: " in said


def test_every_spelling_of_an_installed_unit_is_that_unit_in_bulk_and_in_jobs(desk: Path) -> None:
    rows = [{**SITE, "installed_communication": spelling} for spelling in SPELLINGS]
    jobs = [{"job": f"j{number}", **JOB, **row} for number, row in enumerate(rows)]
    for name, table in (("sites.csv", rows), ("spelt.csv", jobs)):
        with (desk / name).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, table[0].keys())
            writer.writeheader()
            writer.writerows(table)

    result = RUNNER.invoke(design.app, ["bulk", "sites.csv", "out.csv", "--strict", "--lang", "en"])
    _, found, said = assign(jobs="spelt.csv")

    with (desk / "out.csv").open(encoding="utf-8", newline="") as opened:
        designed = [(row["choice"].split("/")[0], row["replaced"]) for row in csv.DictReader(opened)]
    assert designed == [("RF-W1", "")] * len(SPELLINGS)
    assert result.exit_code == 0
    assert "not in the catalogue" not in result.stderr + said
    assert [(row["what"], row["replaced"]) for row in found] == [("served", "")] * len(SPELLINGS)


def test_every_spelling_in_stock_and_in_what_is_typed_is_the_unit(desk: Path) -> None:
    wanted = [f"{name}={value}" for name, value in NEEDS.items()]
    for spelling in SPELLINGS:
        (desk / "stock.json").write_text(f'{{"{spelling}": 0}}', "utf-8")
        given = ["--installed", f"{spelling}/3W60-1B/NONE/CV-N", "--stock", "stock.json"]
        result = RUNNER.invoke(design.app, ["choose", *wanted, *given, "--lang", "en"])
        assert result.stdout.startswith("RF-W1 / 3W60-1B / NONE / CV-N\n  replaced: nothing"), result.stderr
        assert result.stderr == ""
        (desk / "stock.csv").write_text(f'depot,unit,count\n"Ｎｏｒｔｈ","{spelling}",1\n', "utf-8")
        jobs = desk / "bare.csv"
        bare = {**JOB, **{name: "" for name in JOB if name.startswith("installed_")}}
        jobs.write_text(f"job,{','.join(bare)}\na,{','.join(bare.values())}\n", "utf-8")
        ((row, *_), said) = assign(jobs="bare.csv")[1:]
        assert "RF-W1" not in row["lacking"]
        assert "note" not in said


def test_ids_that_are_not_in_the_catalogue_are_listed_with_their_rows(desk: Path) -> None:
    units = ["RF-W9", "RF-W9", "OLD 7", "?", "", "RF-W1"]
    rows = "".join(",".join({**SITE, "installed_communication": unit}.values()) + "\n" for unit in units)
    (desk / "sites.csv").write_text(f"{','.join(SITE)}\n{rows}", "utf-8")

    result = RUNNER.invoke(design.app, ["bulk", "sites.csv", "out.csv", "--lang", "en"])

    assert "installed units that are not in the catalogue and are replaced: 3;" in result.stderr
    assert "'RF-W9' in installed_communication (number of rows: 2)\n" in result.stderr
    assert "'OLD 7' in installed_communication (number of rows: 1)\n" in result.stderr


def test_strict_exits_with_one_where_anything_was_rejected_and_writes_all_the_same(desk: Path) -> None:
    (desk / "sites.csv").write_text(f"{','.join(SITE)}\n{','.join(SITE.values())}\nshort\n", "utf-8")

    for strict, code in (([], 0), (["--strict"], 1)):
        result = RUNNER.invoke(design.app, ["bulk", "sites.csv", "out.csv", *strict, "--lang", "en"])
        assert result.exit_code == code
        assert "2 in all: 1 with a choice, 0 that nothing meets, 1 rejected" in result.stdout
        assert (desk / "out.rejects.csv").read_text("utf-8").splitlines()[1].startswith("3,")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_link_at_a_drafts_name_leads_design_bulk_nowhere(desk: Path, ending: str) -> None:
    (desk / "needs.csv").write_text(f"{','.join(SITE)}\n{','.join(SITE.values())}\n", "utf-8")
    (desk / "elsewhere").write_text("somebody's file")
    for name in (f".r.{ending}.partial", ".r.rejects.csv.partial"):
        (desk / name).symlink_to(desk / "elsewhere")
    result = RUNNER.invoke(design.app, ["bulk", "needs.csv", f"r.{ending}", "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert (desk / "elsewhere").read_text() == "somebody's file"
    assert not (desk / f"r.{ending}").is_symlink()
    assert not (desk / "r.rejects.csv").is_symlink()
    assert not list(desk.glob(".*"))
