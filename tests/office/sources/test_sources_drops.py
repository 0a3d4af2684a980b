"""Dropped files: the newest complete one, in the owner's own encoding and widths, and never one being written."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from integrators_log import detail

from keiki.bench.servers.servers import sources_text
from keiki.domain.linkage.record import SourceAnswer, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.foundation.files.folder import DropFolder, DroppedFile
from keiki.office.sources import ConfigurationError, Sources, drop_index, drops
from keiki.office.sources.drop_index import index_file
from keiki.office.sources.health import check_sources

POINT = SupplyPoint("0600121789396435141107")
OTHER = SupplyPoint("0600121789396435141108")
TOWN = sources_text(Path("town"))
URL = 'url = "sqlite:///town/distribution.db"'.replace("town", Path("town").resolve().as_posix())
QUERIES = [line for line in TOWN.splitlines() if line.startswith(("query", "survey")) and "haiden_point" in line]
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
HEADER = "供給地点,建物,経路,雨,電圧,氏名\n"


def configured(folder: Path, access: str, key: str = "full_width", as_of: str = "") -> str:
    """The town's configuration with distribution management as dropped files."""
    text = TOWN.replace(URL, access.replace("@", folder.as_posix()))
    for line in QUERIES:
        text = text.replace(line, "")
    text = text.replace(
        'key = { column = "spid", format = "zero_lost" }', f'key = {{ column = "供給地点", format = "{key}" }}'
    )
    text = text.replace(
        'as_of = { column = "upd", format = "epoch" }', as_of or 'as_of = { format = "yyyymmddhhmmss" }'
    )
    for old, new in {"tatemono": "建物", "keiro": "経路", "amegakari": "雨", "vmeas": "電圧"}.items():
        text = text.replace(f'column = "{old}"', f'column = "{new}"')
    return text


CSV = (
    'folder = { path = "@", files = "HAIDEN_*.csv", form = "csv", encoding = "cp932",'
    ' as_of_in_name = "HAIDEN_([0-9]{14})", complete = { marker = ".end" } }'
)


def row(point: SupplyPoint, medium: str = "MH", name: str = "髙橋　一郎") -> str:
    return f"{point.number.translate(FULL)},K,{medium},1,N,{name}\n"


def name(moment: datetime) -> str:
    return f"HAIDEN_{moment.astimezone():%Y%m%d%H%M%S}.csv"


def rewrite(path: Path, content: bytes) -> None:
    """Write the drop anew, whole again."""
    path.write_bytes(content)
    path.with_name(path.name + ".end").touch()


def drop(folder: Path, file: str, *rows: str, complete: bool = True) -> Path:
    path = folder / file
    path.write_bytes((HEADER + "".join(rows)).encode("cp932"))
    if complete:
        path.with_name(file + ".end").touch()
    return path


@pytest.fixture(autouse=True)
def _look_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drops, "LOOK_SECONDS", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "drops"
    made.mkdir()
    return made


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Callable[[str], Sources]]:
    opened: list[Sources] = []

    def read(text: str) -> Sources:
        opened.append(Sources.from_toml(text, tmp_path / "cache"))
        return opened[-1]

    yield read
    for each in opened:
        each.close()


def asked(sources: Sources, point: SupplyPoint, now: datetime) -> SourceAnswer:
    return sources.link(point, now).answer("distribution")


def asked_when_read(sources: Sources, now: datetime) -> SourceAnswer:
    """Ask when the newest drop is read in: reading Parquet starts a process of its own."""
    for _ in range(60):
        answer = asked(sources, POINT, now)
        if not isinstance(answer.outcome, Unavailable) or answer.outcome.reason != drops.READING:
            return answer
        time.sleep(0.5)
    raise AssertionError("the drop is never read in")


def medium(answer: SourceAnswer) -> object:
    (found,) = answer.rows
    return found.value("medium")


def test_the_newest_complete_drop_answers_and_a_newer_one_takes_its_place(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    sources = linked(configured(folder, CSV))
    outcome = asked(sources, POINT, asked_at).outcome
    assert isinstance(outcome, Unavailable)
    assert "no complete file has arrived" in outcome.reason[1]
    drop(folder, "HAIDEN_20260101000000.csv", row(POINT, "MH"))
    first = asked(sources, POINT, asked_at)
    assert medium(first) == "rf"
    assert first.as_of is not None
    assert first.as_of.isoformat() == "2026-01-01T00:00:00+09:00"
    assert first.is_stale(first.rows[0])
    drop(folder, "HAIDEN_20260102000000.csv", row(OTHER), row(POINT, "PLC"), complete=False)
    assert medium(asked(sources, POINT, asked_at)) == "rf", "it is still being written"
    (folder / "HAIDEN_20260102000000.csv.end").touch()
    assert medium(asked(sources, POINT, asked_at)) == "plc"
    assert asked(sources, SupplyPoint("06" + "9" * 20), asked_at).rows == ()


def test_only_named_columns_are_kept_and_the_office_alone_may_read_them(
    folder: Path, tmp_path: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    drop(folder, "HAIDEN_20260101000000.csv", row(POINT))
    drop(folder, "HAIDEN_20260102000000.csv", row(POINT))
    assert medium(asked(linked(configured(folder, CSV)), POINT, asked_at)) == "rf"
    (index,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert stat.S_IMODE(index.parent.stat().st_mode) == 0o700
    assert "髙橋".encode() not in index.read_bytes()
    again = linked(configured(folder, CSV))
    before = index.stat().st_mtime_ns
    assert medium(asked(again, POINT, asked_at)) == "rf"
    assert index.stat().st_mtime_ns == before, "the index is made once"


def test_wrong_lines_and_bytes_cost_their_row_or_fact_and_no_more(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    third = SupplyPoint("0600121789396435141109")
    path = drop(
        folder, "HAIDEN_20260101000000.csv", row(POINT), f"{OTHER.number.translate(FULL)},K\n", "12-3,K,MH,1,N,x\n"
    )
    bad = row(third, "@@").encode("cp932").replace(b"@@", b"\xff\xff")
    rewrite(path, path.read_bytes() + bad)
    sources = linked(configured(folder, CSV))
    assert medium(asked(sources, POINT, asked_at)) == "rf"
    short = asked(sources, OTHER, asked_at)
    assert short.rows == ()
    assert [reject.column for reject in short.rejects] == ["(file name)"]
    strange = asked(sources, third, asked_at)
    assert [reject.terms for reject in strange.rejects] == [("medium",)]
    (health,) = [
        h
        for h in check_sources(sources.configuration, asked_at, 5.0, folder.parent / "c")
        if h.source == "distribution"
    ]
    assert (health.rows, health.read) == (4, 4)
    assert {each.column for each in health.findings} == {"供給地点", "経路", "(file name)"}
    assert "髙橋" not in repr(health)


SPANS = {"供給地点": (2, 22), "建物": (24, 1), "経路": (45, 4), "雨": (49, 2), "電圧": (51, 1), "時": (52, 14)}
TRAILER = (
    'folder = { path = "@", files = "*.dat", form = "fixed_width", encoding = "cp932", skip = 1,'
    ' complete = { trailer = "^9([0-9]{6})" }, columns = ['
    + ", ".join(f'{{ name = "{name}", at = {at}, bytes = {width} }}' for name, (at, width) in SPANS.items())
    + "] }"
)


def test_fixed_width_is_cut_by_bytes_and_its_trailer_counts(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    text = configured(folder, TRAILER, key="bare", as_of='as_of = { column = "時", format = "yyyymmddhhmmss" }')
    text = text.replace(
        'codes = { "1" = true, "0" = false } },\n    { name = "voltage',
        'codes = { "１" = true, "０" = false } },\n    { name = "voltage',
    )
    sources = linked(text)
    line = f"1{POINT.number}K{'髙橋　一郎':　<10}PLC １N20261122030000\r\n"
    whole = f"0HAIDEN\r\n{line}{line.replace(POINT.number, OTHER.number)}9000002\r\n".encode("cp932")
    (folder / "a.dat").write_bytes(whole)
    answer = asked(sources, POINT, asked_at)
    assert medium(answer) == "plc"
    assert answer.rows[0].value("rain") is True
    assert answer.as_of is not None
    assert answer.as_of.isoformat() == "2026-11-22T03:00:00+09:00"
    for end in (whole[:-9], whole[:-9] + b"9000003\r\n", whole[: len(whole) // 2]):
        (folder / "b.dat").write_bytes(end.replace(b"PLC ", b"MH  "))
        assert medium(asked(sources, POINT, asked_at)) == "plc", "a torn file is left alone"


def test_parquet_and_a_time_of_rest(folder: Path, linked: Callable[[str], Sources], asked_at: datetime) -> None:
    access = 'folder = { path = "@", files = "*.parquet", form = "parquet", complete = { settled = "1h" } }'
    text = configured(folder, access, key="bare", as_of='as_of = { column = "upd", format = "epoch" }')
    path = folder / "x.parquet"
    duckdb.sql(
        f"COPY (SELECT '{POINT.number}' AS 供給地点, 'K' AS 建物, 'MH' AS 経路, 1 AS 雨, 'N' AS 電圧, 1764000000 AS upd"
        f") TO '{path}' (FORMAT parquet)"
    )
    assert isinstance(asked_when_read(linked(text), asked_at).outcome, Unavailable)
    os.utime(path, (time.time() - 4000, time.time() - 4000))
    assert medium(asked_when_read(linked(text), asked_at)) == "rf"
    torn = folder / "y.parquet"
    torn.write_bytes(path.read_bytes()[:-9])
    os.utime(torn, (time.time() - 4000, time.time() - 4000))
    assert medium(asked_when_read(linked(text), asked_at)) == "rf"


def test_parquets_own_kinds_of_values_are_read_as_texts(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    """A number as key, bytes without a kind, a truth value, a time with its zone; the name has brackets besides."""
    access = 'folder = { path = "@", files = "x*", form = "parquet", complete = { marker = ".end" } }'
    text = configured(folder, access, key="zero_lost", as_of='as_of = { column = "upd", format = "iso" }')
    text = text.replace(
        'column = "雨", codes = { "1" = true, "0" = false }', 'column = "雨", codes = { "true" = true }'
    )
    for name, medium_code in (("x1", "PLC"), ("x[1]", "MH")):
        duckdb.sql(
            f"COPY (SELECT {int(POINT.number)}::DECIMAL(22, 0) AS 供給地点, 'K' AS 建物, '{medium_code}'::BLOB AS 経路,"
            " true AS 雨, 'N' AS 電圧, TIMESTAMPTZ '2026-11-22 12:00:00+00' AS upd)"
            f" TO '{folder / name}' (FORMAT parquet)"
        )
        (folder / f"{name}.end").touch()
    answer = asked_when_read(linked(text), asked_at)
    assert medium(answer) == "rf"
    assert answer.rows[0].value("rain") is True
    assert answer.as_of == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("skip = 1", "skip = 1, record_bytes = 64", "at least the end of the last column .65."),
        ('{ name = "経路", at = 45, bytes = 4 }, ', "", "does not place the column 経路"),
        ('{ name = "雨", at', '{ name = "経路", at', "places 経路 twice"),
    ],
)
def test_a_fixed_width_file_has_every_column_in_one_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = configured(tmp_path, TRAILER, key="bare", as_of='as_of = { column = "時", format = "yyyymmddhhmmss" }')
    assert old in text
    with pytest.raises(ConfigurationError, match=says):
        Sources.from_toml(text.replace(old, new), tmp_path)


def test_a_drop_without_a_named_column_is_said(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    path = drop(folder, "HAIDEN_20260101000000.csv")
    rewrite(path, "供給地点,建物,雨,電圧\n".encode("cp932"))
    assert "it has no column 経路" in detail(linked(configured(folder, CSV)), POINT, asked_at, "distribution")


def test_why_a_file_is_left_alone_is_said_in_both_languages_and_to_whom_it_concerns(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    rewrite(drop(folder, "HAIDEN_20260101000000.csv"), "供給地点,建物,雨,電圧\n".encode("cp932"))
    sources = linked(configured(folder, CSV))
    outcome = asked(sources, POINT, asked_at).outcome
    assert isinstance(outcome, Unavailable)
    assert "所有部署に送り直しを依頼してください" in outcome.reason[0]
    assert "経路" not in outcome.reason[0], "the columns are the integrator's"
    assert (folder.parent / "cache").is_dir()
    (health,) = (
        h for h in check_sources(sources.configuration, asked_at, 5.0, folder.parent / "c") if "dist" in h.source
    )
    assert "列 経路 がありません" in health.detail[0]
    assert "it has no column 経路: add it" in health.detail[1]


def test_which_of_two_columns_of_one_name_is_meant_is_not_guessed(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    path = drop(folder, "HAIDEN_20260101000000.csv")
    rewrite(path, (HEADER.replace("氏名", "経路") + row(POINT, "MH", "PLC")).encode("cp932"))
    assert "it has the column 経路 twice" in detail(linked(configured(folder, CSV)), POINT, asked_at, "distribution")


@pytest.mark.parametrize("content", ["", row(OTHER).replace("K", '"K', 1) + row(POINT)], ids=["no rows", "open quote"])
def test_a_drop_without_rows_or_that_swallows_some_leaves_the_one_before_it(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime, content: str
) -> None:
    """An empty file that calls itself complete must not look as if every supply point were gone."""
    sources = linked(configured(folder, CSV))
    drop(folder, "HAIDEN_20260101000000.csv", row(POINT, "PLC"))
    drop(folder, "HAIDEN_20260102000000.csv", content)
    assert medium(asked(sources, POINT, asked_at)) == "plc"


def test_a_drop_in_another_encoding_knows_nobody_and_says_so(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    path = drop(folder, "HAIDEN_20260101000000.csv", row(POINT).replace(POINT.number.translate(FULL), POINT.number[1:]))
    assert path.exists()
    said = detail(linked(configured(folder, CSV)), POINT, asked_at, "distribution")
    assert "no row whose supply point number can be read" in said
    sources = linked(configured(folder, CSV))
    (health,) = (
        h for h in check_sources(sources.configuration, asked_at, 5.0, folder.parent / "c") if "dist" in h.source
    )
    assert [(each.column, each.masked) for each in health.findings] == [("供給地点", "9" * 21)]


def test_a_folder_that_is_not_there_is_no_folder_without_files(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    folder.rmdir()
    said = detail(linked(configured(folder, CSV)), POINT, asked_at, "distribution")
    assert "its folder cannot be opened (FileNotFoundError): check path, mount and rights" in said


def test_a_marker_that_is_older_than_its_file_was_left_for_the_one_before(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    """An owner who writes the same name each night, the marker still there: half of the new file is no file."""
    path = drop(folder, "HAIDEN_20260101000000.csv", row(OTHER), row(POINT, "PLC"))
    sources = linked(configured(folder, CSV))
    assert medium(asked(sources, POINT, asked_at)) == "plc"
    path.write_bytes((HEADER + row(OTHER)).encode("cp932"))
    os.utime(path.with_name(path.name + ".end"), (time.time() - 60, time.time() - 60))
    assert medium(asked(sources, POINT, asked_at)) == "plc", "the one that was read whole answers"
    path.write_bytes((HEADER + row(OTHER) + row(POINT, "MH")).encode("cp932"))
    path.with_name(path.name + ".end").touch()
    assert medium(asked(sources, POINT, asked_at)) == "rf"


def test_several_torn_drops_are_each_read_once(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()
    whole = drop_index.read_numbered

    def counting(access: Any, path: Path, columns: Any) -> Iterator[Any]:
        read.append(path.name)
        yield from whole(access, path, columns)

    monkeypatch.setattr(drop_index, "read_numbered", counting)
    drop(folder, "HAIDEN_20260101000000.csv", row(POINT))
    for day in (2, 3):
        rewrite(drop(folder, f"HAIDEN_2026010{day}000000.csv"), b"torn\n")
    sources = linked(configured(folder, CSV))
    for _ in range(4):
        assert medium(asked(sources, POINT, asked_at)) == "rf"
    assert sorted(read) == [f"HAIDEN_2026010{day}000000.csv" for day in (1, 2, 3)]


def test_what_may_pass_is_tried_again_and_what_is_torn_is_not(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk says nothing against the file."""

    def full(*_: Any) -> Iterator[Any]:
        raise sqlite3.OperationalError("database or disk is full")

    drop(folder, "HAIDEN_20260101000000.csv", row(POINT))
    sources = linked(configured(folder, CSV))
    with monkeypatch.context() as patched:
        patched.setattr(drop_index, "_fill", full)
        assert "OperationalError" in detail(sources, POINT, asked_at, "distribution")
    assert isinstance(asked(sources, POINT, asked_at).outcome, Unavailable), "not read again every second"
    monkeypatch.setattr(drops, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(drops.time, "monotonic", lambda: time.perf_counter() + 1e6)
    assert medium(asked(sources, POINT, asked_at)) == "rf"


def test_a_mark_in_front_of_quoted_names_is_left_out(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    path = drop(folder, "HAIDEN_20260101000000.csv")
    rewrite(path, ("\ufeff" + HEADER.replace("供給地点", '"供給地点"') + row(POINT)).encode())
    assert medium(asked(linked(configured(folder, CSV.replace("cp932", "utf-8"))), POINT, asked_at)) == "rf"


def test_a_file_that_grows_while_it_is_read_is_left_alone(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(folder, "HAIDEN_20260101000000.csv", row(POINT))
    whole = drop_index.read_numbered

    def growing(*given: Any) -> Iterator[Any]:
        yield from whole(*given)
        with path.open("ab") as file:
            file.write(b"x")

    with monkeypatch.context() as patched:
        patched.setattr(drop_index, "read_numbered", growing)
        assert "still being written" in detail(linked(configured(folder, CSV)), POINT, asked_at, "distribution")
    assert list((folder.parent / "cache").iterdir()) == [], "nothing half-made is left"


def test_the_feed_of_a_folder_is_another_drop(folder: Path, linked: Callable[[str], Sources]) -> None:
    sources = linked(configured(folder, CSV))
    drop(folder, "HAIDEN_20260101000000.csv", row(POINT))
    first = sources.changes("distribution", "")
    assert first.points is None
    assert sources.changes("distribution", first.cursor).points == frozenset()
    drop(folder, "HAIDEN_20260102000000.csv", row(POINT))
    second = sources.changes("distribution", first.cursor)
    assert second.points is None
    assert second.cursor != first.cursor


def test_a_change_feed_of_a_database(tmp_path: Path) -> None:
    path = tmp_path / "distribution.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE log (seq INTEGER, spid TEXT)")
        connection.executemany(
            "INSERT INTO log VALUES (?, ?)", [(1, str(int(POINT.number))), (2, str(int(OTHER.number)))]
        )
    feed = 'changes = "SELECT seq AS cursor, spid FROM log WHERE seq > CAST(:cursor AS INTEGER) ORDER BY seq"'
    text = TOWN.replace(URL, f'url = "sqlite:///{path}"\n{feed}')
    sources = Sources.from_toml(text)
    assert (sources.changes("distribution", "").cursor, sources.changes("distribution", "").points) == ("2", None)
    assert sources.changes("distribution", "1").points == {OTHER}
    assert sources.changes("distribution", "2").points == frozenset()
    sources.close()


WRONG = {
    "two ways": (CSV, CSV + "\nurl = 'sqlite:///x'", "exactly one of"),
    "unknown form": ('form = "csv"', 'form = "xls"', "folder.form: must be one of"),
    "unknown encoding": ('encoding = "cp932"', 'encoding = "sjis-win"', "unknown encoding"),
    "no sign of the end": ('complete = { marker = ".end" }', "complete = {}", "how a finished file is known"),
    "pattern without group": ('"HAIDEN_([0-9]{14})"', '"HAIDEN_[0-9]{14}"', "exactly one group"),
    "no time at all": (', as_of_in_name = "HAIDEN_([0-9]{14})"', "", "where the as-of time stands"),
    "an encoding of bytes": ('encoding = "cp932"', 'encoding = "base64"', "unknown encoding"),
    "files of elsewhere": ('files = "', 'files = "/tmp/', "a pattern of names inside the folder"),
    "files of the folder above": ('files = "', 'files = "../', "a pattern of names inside the folder"),
    "a delimiter that ends a line": ('form = "csv"', 'form = "csv", delimiter = "\\n"', "neither the end of a line"),
    "misspelt": ('files = "', 'fles = "x", files = "', r"folder\.fles: unknown key"),
}


@pytest.mark.parametrize(("old", "new", "says"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_folder_is_refused_when_it_is_read(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Sources.from_toml(configured(tmp_path, CSV.replace(old, new)), tmp_path)


def test_names_and_addresses_are_asked_of_databases_only(tmp_path: Path) -> None:
    text = configured(tmp_path, CSV).replace('[contact]\nsource = "customer"', '[contact]\nsource = "distribution"')
    with pytest.raises(ConfigurationError, match="must be a database"):
        Sources.from_toml(text, tmp_path)


def test_a_reject_is_named_by_the_line_of_its_file(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    """The heading is line 1, and a name of two lines takes two."""
    drop(folder, name(asked_at), row(OTHER, name='"髙橋\n一郎"'), row(OTHER), row(POINT, "??"))
    text = configured(folder, CSV)
    answer = asked(linked(text), POINT, asked_at)
    (reject,) = answer.rejects
    assert reject.row == 5
    assert "5行目" in reject.reason[0]
    assert "row 5" in reject.reason[1]
    checked = check_sources(linked(text).configuration, asked_at, 5.0, folder.parent / "c")
    (found,) = (each for each in checked if each.source == "distribution")
    assert "row 5" in found.findings[0].example[1]


def test_a_link_at_an_indexs_draft_leads_nowhere(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody's file")
    dropped = drop(folder, name(asked_at), row(POINT))
    sources = linked(configured(folder, CSV))
    source = next(each for each in sources.configuration.sources if each.card.id == "distribution")
    assert isinstance(source.access, DropFolder)
    file = index_file(tmp_path / "cache", source, source.access, DroppedFile.of(dropped))
    file.parent.mkdir(exist_ok=True)
    draft = file.with_name(f"{file.stem}.{os.getpid()}.new")
    draft.symlink_to(elsewhere)
    assert medium(asked(sources, POINT, asked_at)) == "rf"
    assert elsewhere.read_text() == "somebody's file"
    assert file.is_file()
    assert not file.is_symlink()


def test_a_link_out_of_the_folder_or_in_a_circle_is_passed_over(
    folder: Path, linked: Callable[[str], Sources], asked_at: datetime
) -> None:
    drop(folder, "HAIDEN_20260101000000.csv", row(POINT))
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    outside = drop(elsewhere, "HAIDEN_20260102000000.csv", row(POINT, "PLC"))
    for place, target in (("HAIDEN_20260102000000.csv", outside), ("HAIDEN_20260103000000.csv", None)):
        link = folder / place
        link.symlink_to(target or link)
        link.with_name(place + ".end").touch()
    sources = linked(configured(folder, CSV))
    assert medium(asked(sources, POINT, asked_at)) == "rf"
    checked = {each.source: each for each in check_sources(sources.configuration, asked_at, 5.0, folder.parent / "c")}
    (warning,) = checked["distribution"].warnings
    assert "HAIDEN_20260102000000.csv, HAIDEN_20260103000000.csv" in warning[0]
    assert "passed over, for it is a link out of the folder" in warning[1]
    assert [each.warnings for each in checked.values()].count(()) == 4

    (folder / "HAIDEN_20260101000000.csv").unlink()
    told = check_sources(linked(configured(folder, CSV)).configuration, asked_at, 5.0, folder.parent / "d")
    (silent,) = (each for each in told if each.source == "distribution")
    assert not silent.reachable
    assert "no complete file has arrived" in silent.detail[1]
    assert "HAIDEN_20260103000000.csv: passed over" in silent.detail[1]


def test_a_link_inside_the_folder_is_a_drop(folder: Path, linked: Callable[[str], Sources], asked_at: datetime) -> None:
    (folder / "kept").mkdir()
    drop(folder / "kept", "HAIDEN_20260102000000.csv", row(POINT, "PLC"))
    (folder / "HAIDEN_20260102000000.csv").symlink_to("kept/HAIDEN_20260102000000.csv")
    (folder / "HAIDEN_20260102000000.csv.end").touch()
    assert medium(asked(linked(configured(folder, CSV)), POINT, asked_at)) == "plc"
