"""Rows kept in parts: every row comes back once, with the rows of its point, whichever batches they came in."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from keiki.planning.linking import LinkingError, parts
from keiki.planning.linking.parts import PartitionedRows, part_of, parts_for
from keiki.planning.linking.text_bytes import KEY_TYPE

SCHEMA = pa.schema([("key", KEY_TYPE), ("row", pa.int64())])
Row = tuple[int | None, int]


def batch(rows: list[Row]) -> pa.RecordBatch:
    keys = pa.array([None if key is None else Decimal(key) for key, _ in rows], KEY_TYPE)
    return pa.RecordBatch.from_arrays([keys, pa.array([row for _, row in rows], pa.int64())], schema=SCHEMA)


def rows_of(table: pa.Table) -> list[Row]:
    return [(int(each["key"]), each["row"]) for each in table.to_pylist()]


@pytest.mark.parametrize("number", [1, 8, 256])
@pytest.mark.parametrize("run_rows", [1, 700, 1 << 20])
def test_every_row_with_a_key_comes_back_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, run_rows: int
) -> None:
    monkeypatch.setattr(parts, "RUN_ROWS", run_rows)
    dice = random.Random(number)
    keys = [dice.randrange(10**22) for _ in range(2000)]
    twice = set(dice.sample(keys, 50))
    mixed: list[int | None] = [*keys, *twice, *[None] * 20]
    dice.shuffle(mixed)
    rows = [(key, row) for row, key in enumerate(mixed)]
    kept = PartitionedRows(tmp_path / "rows", SCHEMA, number)
    for start in (0, 500, 501, 1400):
        kept.write(batch(rows[start : {0: 500, 500: 501, 501: 1400}.get(start)]))
    kept.write(batch([]))
    several = kept.close()
    singles = [kept.single(part, ["key", "row"]) for part in range(number)]
    assert sorted(rows_of(several)) == sorted((key, row) for key, row in rows if key in twice)
    assert sorted(row for table in singles for row in rows_of(table)) == sorted(
        (key, row) for key, row in rows if key is not None and key not in twice
    )
    for part, table in enumerate(singles):
        assert set(part_of(table.column("key").combine_chunks(), number).to_pylist()) <= {part}
    assert several.column("part").to_pylist() == part_of(several.column("key").combine_chunks(), number).to_pylist()
    assert len({len(table) > 0 for table in singles}) == 1


def test_points_with_the_same_lower_word_count_as_repeated(tmp_path: Path) -> None:
    kept = PartitionedRows(tmp_path / "rows", SCHEMA, 4)
    kept.write(batch([(5, 0), (7, 1), (5 + 2**64, 2), (9, 3)]))
    assert sorted(rows_of(kept.close())) == [(5, 0), (5 + 2**64, 2)]


def test_no_rows_are_no_rows(tmp_path: Path) -> None:
    kept = PartitionedRows(tmp_path / "rows", SCHEMA, 2)
    kept.write(batch([(None, 0)]))
    assert len(kept.close()) == 0
    assert [len(kept.single(part, ["row"])) for part in range(2)] == [0, 0]


def test_larger_files_come_in_more_parts() -> None:
    assert [parts_for([0]), parts_for([0, 5 * parts.PART_BYTES])] == [1, 8]
    assert parts_for([10_000 * parts.PART_BYTES]) == 256


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "RUN_ROWS", 1)
    with pytest.raises(LinkingError, match="make room on the disk") as caught:
        PartitionedRows(Path("/dev/full"), SCHEMA, 1).write(batch([(key, key) for key in range(100_000)]))
    assert "空きディスク" in caught.value.text[0]
