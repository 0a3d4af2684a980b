"""Bulk linkage reads the owners' drops as they are, and says of every point what it says over plain files."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from linking_oracle import Verdicts, judged_in_bulk, rows_of
from typer.testing import CliRunner

from keiki.bench.snapshots.writing import write_snapshots
from keiki.cli.link import app
from keiki.planning.linking import LinkingError, Outputs, link_bulk, read_configuration

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshots(tmp_path_factory.mktemp("drawn"), 120, seed=8, now=NOW).parent


@pytest.fixture(scope="module")
def plain(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    return link(shutil.copytree(drawn, tmp_path_factory.mktemp("plain") / "snapshots"))


@pytest.fixture
def folder(tmp_path: Path, drawn: Path) -> Path:
    return shutil.copytree(drawn, tmp_path / "snapshots")


def link(folder: Path) -> Verdicts:
    outputs = Outputs.beside(folder / "linked.parquet")
    link_bulk(read_configuration(folder / "snapshots.toml"), outputs, NOW, memory="1GB")
    return judged_in_bulk(outputs.needs, outputs.blocked, outputs.contradictions, outputs.rejects, outputs.duplicates)


def changed(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def cells(folder: Path, owner: str) -> tuple[list[str], list[list[str]]]:
    table = pq.read_table(folder / f"{owner}.parquet")
    rows = [["" if cell is None else str(cell) for cell in row.values()] for row in table.to_pylist()]
    return table.column_names, rows


def write_csv(path: Path, columns: list[str], rows: list[list[str]], encoding: str = "cp932") -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [columns, *rows]]
    path.write_bytes("".join(f"{line}\r\n" for line in quoted).encode(encoding, "replace"))


def assert_same(found: Verdicts, plain: Verdicts) -> None:
    assert found.ready == plain.ready
    assert found.obstacles == plain.obstacles
    assert found.rules == plain.rules


def test_cp932_in_several_files(folder: Path, plain: Verdicts) -> None:
    columns, rows = cells(folder, "construction")
    write_csv(folder / "kouji_1.CSV", columns, rows[:50])
    write_csv(folder / "kouji_2.CSV", columns, rows[50:])
    changed(
        folder,
        "snapshots.toml",
        'file = "construction.parquet"',
        'files = ["kouji_*.CSV"]\nform = "csv"\nencoding = "cp932"',
    )
    found = link(folder)
    assert_same(found, plain)
    told = [row for row in rows_of(folder / "linked.rejects.parquet") if row["source"] == "construction"]
    assert {row["file"] for row in told} <= {"kouji_1.CSV", "kouji_2.CSV"}
    assert len(told) == sum(reject[0] == "construction" for reject in plain.rejects)
    assert all(row["file"] in row["reason_en"] and row["file"] in row["reason_ja"] for row in told)


def test_a_pattern_passes_over_links_out_of_its_folder_and_says_so(
    folder: Path, plain: Verdicts, tmp_path: Path
) -> None:
    """As in a folder of drops; a file that is named outright may be a link."""
    columns, rows = cells(folder, "construction")
    (folder / "east").mkdir()
    write_csv(folder / "east" / "kouji_1.csv", columns, rows)
    write_csv(tmp_path / "elsewhere.csv", columns, rows[:3])
    (folder / "east" / "kouji_2.csv").symlink_to(tmp_path / "elsewhere.csv")
    (folder / "east" / "kouji_3.csv").symlink_to("kouji_3.csv")
    os.mkfifo(folder / "east" / "kouji_4.csv")
    (folder / "allocation.parquet").rename(tmp_path / "allocation.parquet")
    (folder / "allocation.parquet").symlink_to(tmp_path / "allocation.parquet")
    changed(
        folder,
        "snapshots.toml",
        'file = "construction.parquet"',
        'files = ["east/kouji_*.csv"]\nencoding = "cp932"',
    )
    assert_same(link(folder), plain)
    given = ["bulk", str(folder / "snapshots.toml"), str(folder / "x.parquet"), "--as-of", "2026-11-20T03:00:00+0000"]
    for language, expected in (("en", "passed over, for it is a link out of the folder"), ("ja", "読んでいません")):
        said = CliRunner().invoke(app, [*given, "--lang", language, "--json"])
        assert said.exit_code == 0, said.output
        assert json.loads(said.stdout)["links_passed_over"] == {
            "construction": ["kouji_2.csv", "kouji_3.csv", "kouji_4.csv"]
        }
        assert "construction: kouji_2.csv, kouji_3.csv, kouji_4.csv" in said.stderr
        assert expected in said.stderr
    (folder / "east" / "kouji_1.csv").unlink()
    with pytest.raises(LinkingError, match=r"no file is named like 'east/kouji_.*kouji_2\.csv.*passed over"):
        link(folder)


@pytest.mark.parametrize("ends", ["", "\r\n"], ids=["without line breaks", "in lines"])
def test_fixed_width_in_cp932(folder: Path, plain: Verdicts, ends: str) -> None:
    columns, rows = cells(folder, "construction")
    raw = [[cell.encode("cp932", "replace") for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in raw) + 1 for place in range(len(columns))]
    placed, at = [], 1
    for column, width in zip(columns, widths, strict=True):
        placed.append(f'{{ name = "{column}", at = {at}, bytes = {width} }}')
        at += width
    records = [b"".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in raw]
    (folder / "kouji.dat").write_bytes(b"".join(record + b"KYOTO" + ends.encode() for record in records))
    changed(
        folder,
        "snapshots.toml",
        'file = "construction.parquet"',
        'file = "kouji.dat"\nform = "fixed_width"\nencoding = "cp932"\n'
        f"record_bytes = {at - 1 + 5}\ncolumns = [{', '.join(placed)}]",
    )
    assert_same(link(folder), plain)


def test_the_mapping_of_a_folder_serves_both(folder: Path, plain: Verdicts) -> None:
    """The office's sources.toml with a folder of drops, and a snapshot that names no file: the newest complete one."""
    columns, rows = cells(folder, "allocation")
    for name, count in (("ZAIKO_20261118.txt", 10), ("ZAIKO_20261119.txt", len(rows)), ("ZAIKO_20261120.txt", 5)):
        write_csv(folder / name, columns, rows[:count])
        if count != 5:
            (folder / f"{name}.end").touch()
    changed(folder, "snapshots.toml", '[snapshot.allocation]\nfile = "allocation.parquet"', "[snapshot.allocation]")
    text = (folder / "sources.toml").read_text(encoding="utf-8")
    head, _, tail = text.partition('id = "allocation"')
    tail = re.sub(
        r"^url = .*$",
        f'folder = {{ path = "{folder}", files = "ZAIKO_*.txt", form = "csv",'
        ' encoding = "cp932", complete = { marker = ".end" } }',
        tail,
        count=1,
        flags=re.M,
    )
    (folder / "sources.toml").write_text(f'{head}id = "allocation"{tail}', encoding="utf-8")
    found = link(folder)
    assert_same(found, plain)
    assert {row["file"] for row in rows_of(folder / "linked.rejects.parquet")} >= {"ZAIKO_20261119.txt"}


def test_the_time_in_a_files_name_is_each_files_own(folder: Path) -> None:
    columns, rows = cells(folder, "allocation")
    place = columns.index("koshin")
    columns, rows = [c for c in columns if c != "koshin"], [row[:place] + row[place + 1 :] for row in rows]
    write_csv(folder / "ZAIKO_20261120090000.csv", columns, rows[:60])
    write_csv(folder / "ZAIKO_20261101090000.csv", columns, rows[60:])
    changed(
        folder,
        "snapshots.toml",
        'file = "allocation.parquet"',
        'files = ["ZAIKO_*.csv"]\nas_of_in_name = "ZAIKO_([0-9]{14})"',
    )
    changed(folder, "sources.toml", '{ column = "koshin", format = "iso" }', '{ format = "yyyymmddhhmmss" }')
    link(folder)
    key = columns.index("kyokyu")
    told = rows_of(folder / "linked.rejects.parquet")
    assert not [row for row in told if row["kind"] == "as-of" and row["source"] == "allocation"]
    assert {row[key] for row in rows[:60]}
    write_csv(folder / "ZAIKO_x.csv", columns, rows)
    with pytest.raises(LinkingError, match=r"ZAIKO_x\.csv: its name does not say the as-of time"):
        link(folder)


def test_a_snapshot_that_went_through_a_spreadsheet_has_no_point(folder: Path) -> None:
    columns, rows = cells(folder, "distribution")
    key = columns.index("spid")
    for row in rows:
        row[key] = row[key][:15] + "0" * (len(row[key]) - 15)
    write_csv(folder / "haiden.csv", columns, rows, "utf-8")
    changed(folder, "snapshots.toml", 'file = "distribution.parquet"', 'file = "haiden.csv"')
    assert link(folder).ready == {}
    told = [row for row in rows_of(folder / "linked.rejects.parquet") if row["source"] == "distribution"]
    cut = [row for row in told if "a spreadsheet cut the number to 15 digits" in row["reason_en"]]
    assert len(cut) > 0.98 * len(rows)


@pytest.mark.parametrize(("yes", "no"), [("有", "無"), ("○", "×"), ("はい", "いいえ"), ("true", "false")])
def test_truth_values_have_whatever_labels_the_owner_gives_them(
    folder: Path, plain: Verdicts, yes: str, no: str
) -> None:
    columns, rows = cells(folder, "distribution")
    place = columns.index("vmeas")
    for row in rows:
        row[place] = {"Y": yes, "N": no}.get(row[place], row[place])
    write_csv(folder / "haiden.csv", columns, rows)
    changed(folder, "snapshots.toml", 'file = "distribution.parquet"', 'file = "haiden.csv"\nencoding = "cp932"')
    changed(folder, "sources.toml", '"Y" = true, "N" = false', f'"{yes}" = true, "{no}" = false')
    assert_same(link(folder), plain)


WRONG: dict[str, tuple[tuple[str, str], str]] = {
    "no file at all": (('file = "allocation.parquet"', ""), "say in 'file' or 'files'"),
    "no such pattern": (('file = "allocation.parquet"', 'files = ["x_*.csv"]'), "no file is named like 'x_*.csv'"),
    "a pattern of elsewhere": (('file = "allocation.parquet"', 'files = ["/x"]'), "is no pattern of names"),
    "no form": (('file = "allocation.parquet"', 'file = "snapshots.toml"'), "say in 'form' how a file"),
    "columns that nobody places": (
        (
            'file = "allocation.parquet"',
            'file = "a.dat"\nform = "fixed_width"\ncolumns = [{ name = "soko", at = 1, bytes = 3 }]',
        ),
        "does not place the column kyokyu",
    ),
    "no such encoding": (('file = "allocation.parquet"', 'file = "a.csv"\nencoding = "sjis-win"'), "unknown encoding"),
    "misspelt": (
        ('file = "allocation.parquet"', 'file = "a.csv"\nencodng = "cp932"'),
        "snapshot.allocation.encodng: unknown key",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_snapshot_is_refused_with_its_place(folder: Path, case: str) -> None:
    (old, new), says = WRONG[case]
    changed(folder, "snapshots.toml", old, new)
    with pytest.raises(LinkingError, match=re.escape(says)) as refused:
        read_configuration(folder / "snapshots.toml")
    assert re.search("[ぁ-ん]", refused.value.text[0])


def test_the_time_must_stand_somewhere(folder: Path) -> None:
    changed(folder, "sources.toml", '{ column = "koshin", format = "iso" }', '{ format = "yyyymmddhhmmss" }')
    with pytest.raises(LinkingError, match="say in 'as_of_in_name'"):
        read_configuration(folder / "snapshots.toml")


CASE = b'supply_point,route_b,note\n0600158418595621550320,wireless,ok\n0600147421090313833883,wireless,"call first\n'


@pytest.mark.parametrize("place", ["applications", "snapshot"])
def test_an_unclosed_quotation_mark_refuses_the_file_with_its_line(folder: Path, place: str) -> None:
    (folder / "x.csv").write_bytes(CASE + b"0600135652150822141126,wireless,ok\n0600196777155567087409,wireless,ok\n")
    applications: Any = folder / "x.csv" if place == "applications" else None
    if place == "snapshot":
        changed(folder, "snapshots.toml", 'file = "allocation.parquet"', 'file = "x.csv"')
        changed(folder, "sources.toml", '"kyokyu"', '"supply_point"')
        changed(folder, "sources.toml", 'column = "soko"', 'column = "route_b"')
        changed(folder, "sources.toml", 'column = "koshin"', 'column = "note"')
    outputs = Outputs.beside(folder / "linked.parquet")
    with pytest.raises(LinkingError, match=r"x\.csv, line 3: a quotation mark opens here and is not closed"):
        link_bulk(read_configuration(folder / "snapshots.toml"), outputs, NOW, applications=applications, memory="1GB")
    assert not [path for path in folder.iterdir() if path.name.startswith((".", "linked"))]


def test_a_row_whose_counting_cell_cannot_be_read_is_a_reject_and_holds_its_point(folder: Path) -> None:
    columns, rows = cells(folder, "construction")
    place, key = columns.index("最新"), columns.index("供給地点特定番号")
    before = link(folder)
    number, spoilt = next(
        (number, row)
        for number, row in enumerate(rows, 2)
        if row[place] == "◎" and read_point(row[key]) in before.ready
    )
    spoilt[place] = "@"
    (folder / "construction.parquet").unlink()
    write_csv(folder / "construction.csv", columns, rows)
    whole = (folder / "construction.csv").read_bytes()
    (folder / "construction.csv").write_bytes(whole.replace(b'"@"', b'"\x81"'))
    changed(folder, "snapshots.toml", 'file = "construction.parquet"', 'file = "construction.csv"\nencoding = "cp932"')
    outputs = Outputs.beside(folder / "linked.parquet")
    summary = link_bulk(read_configuration(folder / "snapshots.toml"), outputs, NOW, memory="1GB")
    (told,) = (row for row in rows_of(outputs.rejects) if row["column"] == "最新")
    assert (told["row"], told["kind"]) == (number, "malformed")
    assert summary.rows["construction"] + summary.passed_over["construction"] == len(rows)
    point = read_point(spoilt[key])
    found = judged_in_bulk(*outputs.paths)
    assert point not in found.ready
    assert ("missing", "unreadable", "construction", "construction") in found.obstacles[point]


def read_point(written: str) -> str:
    return unicodedata.normalize("NFKC", written)
