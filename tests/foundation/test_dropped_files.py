"""Dropped files, read singly and in batches: both give the same rows and rejects, and every row comes out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csv_damage import DAMAGES
from keiki.foundation.files import csv_errors, parquet_reading
from keiki.foundation.files.dropped import read_dropped
from keiki.foundation.files.dropped_batches import open_batches
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.layout import FileLayout

COLUMNS = ("key", "medium", "note")


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_csv_drop_is_read_alike_by_the_office_and_by_bulk_linkage(tmp_path: Path, name: str) -> None:
    damage = DAMAGES[name]
    path = tmp_path / "drop.csv"
    path.write_bytes(damage.content)
    layout = FileLayout(encoding=damage.encoding)
    if damage.refused is not None and name != "cp932 as UTF-8":
        for read in (lambda: list(read_dropped(layout, path, COLUMNS)), lambda: numbers(layout, path)):
            with pytest.raises(DamagedFileError) as refused:
                read()
            assert path.name in refused.value.text.en
            if damage.refused:
                assert f"line {damage.refused}:" in refused.value.text.en
        return
    rows = list(read_dropped(layout, path, COLUMNS))
    lines, rejected = numbers(layout, path)
    if name == "cp932 as UTF-8":
        assert (lines, rejected) == ([2, 3], []), "in a drop bytes that are no text cost their cell"
        assert "\ufffd" in str(rows[1][2])
        return
    assert (tuple(lines), tuple(rejected)) == (damage.lines, damage.rejected)
    assert sum(... not in row for row in rows) == len(lines)
    assert sum(... in row for row in rows) == len(rejected)


def numbers(layout: FileLayout, path: Path) -> tuple[list[int], list[int]]:
    opened = open_batches(layout, path, COLUMNS, ("medium",))
    lines = [int(number) for _, numbers in opened.batches() for number in numbers]
    assert opened.rows == len(lines) + len(opened.rejects)
    return lines, sorted(number for number, _ in opened.rejects)


def test_an_endless_line_is_refused_and_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_errors, "LONGEST_LINE", 1000)
    path = tmp_path / "drop.csv"
    path.write_text("key,medium,note\nk1,rf,ok\n" + "k2,rf,ok," * 300)
    with pytest.raises(DamagedFileError, match=r"drop\.csv, line 3: a line has more than 1000 characters"):
        list(read_dropped(FileLayout(), path, COLUMNS))
    path.write_text("x" * 5000)
    for read in (lambda: list(read_dropped(FileLayout(), path, COLUMNS)), lambda: numbers(FileLayout(), path)):
        with pytest.raises(DamagedFileError, match="line 1: a line has more than 1000 characters"):
            read()


def test_the_process_that_unpacks_parquet_is_kept_for_a_run_and_not_for_an_office(tmp_path: Path) -> None:
    path, layout = tmp_path / "x.parquet", FileLayout(form="parquet")
    pq.write_table(pa.table({"key": ["1", "2"]}), path)
    parquet_reading.end_idle()
    assert list(read_dropped(layout, path, ["key"])) == [("1",), ("2",)]
    assert parquet_reading._idle == []
    for _ in range(2):
        batches = open_batches(layout, path, ["key"], []).batches()
        assert [batch.column("key").to_pylist() for batch, _ in batches] == [["1", "2"]]
        (kept,) = parquet_reading._idle
    kept.kill()
    kept.wait()
    assert sum(len(batch) for batch, _ in open_batches(layout, path, ["key"], []).batches()) == 2, "another is started"
    unread = open_batches(layout, path, ["key"], []).batches()
    next(unread)
    unread.close()
    assert parquet_reading._idle == [], "what was not read to its end is in nobody's way"
