"""Good drop files with a few bytes changed: read or refused with one error, and every row comes out, whoever reads.

In the suite a few hundred; ``KEIKI_MUTATIONS=1000`` reads as many as that of each kind.
"""

from __future__ import annotations

import io
import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from file_mutations import changed
from keiki.foundation.files.dropped import read_dropped
from keiki.foundation.files.dropped_batches import open_batches
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.layout import FileLayout, Span
from keiki.foundation.files.parquet_batches import ParquetBatches

MUTATIONS = int(os.environ.get("KEIKI_MUTATIONS", "60"))
COLUMNS = ("供給地点", "経路", "備考")
DICE = random.Random(7)
ROWS = [
    (
        f"06{DICE.randrange(10**20):020d}",
        DICE.choice(("MH", "PLC", "ﾅｼ")),
        DICE.choice(("", "要連絡", "a,b", 'say "ok"')),
    )
    for _ in range(40)
]
SPANS = (Span("供給地点", 1, 22), Span("経路", 23, 6), Span("備考", 29, 12))
WIDTH = 40


def csv_of(encoding: str, end: str = "\r\n") -> bytes:
    lines = [",".join(COLUMNS)]
    lines += [
        ",".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell for cell in r) for r in ROWS
    ]
    return "".join(line + end for line in lines).encode(encoding)


def fixed_of(encoding: str, end: bytes) -> bytes:
    def record(row: tuple[str, ...]) -> bytes:
        return b"".join(c.encode(encoding)[: s.bytes].ljust(s.bytes) for c, s in zip(row, SPANS, strict=True))

    return b"".join(record(row) + end for row in ROWS)


def parquet_of(**written: object) -> bytes:
    table = pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(COLUMNS)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, row_group_size=16, **written)
    return buffer.getvalue()


TRAILER = re.compile("^END([0-9]+)")
KINDS: dict[str, tuple[bytes, FileLayout]] = {
    "csv utf-8": (csv_of("utf-8"), FileLayout()),
    "csv cp932": (csv_of("cp932"), FileLayout(encoding="cp932")),
    "csv with a trailer": (csv_of("utf-8") + b"END40\r\n", FileLayout(trailer=TRAILER)),
    "fixed width cp932": (
        fixed_of("cp932", b""),
        FileLayout(form="fixed_width", encoding="cp932", columns=SPANS, record_bytes=WIDTH),
    ),
    "fixed width in lines": (
        fixed_of("cp932", b"\n"),
        FileLayout(form="fixed_width", encoding="cp932", columns=SPANS, record_bytes=WIDTH),
    ),
    "fixed width utf-8": (fixed_of("utf-8", b"\r\n"), FileLayout(form="fixed_width", columns=SPANS)),
    "parquet": (parquet_of(), FileLayout(form="parquet")),
    "parquet with checksums": (parquet_of(write_page_checksum=True, compression="zstd"), FileLayout(form="parquet")),
}


def outcome(read: Callable[[], int]) -> int | None:
    """How many rows and rejects came out; ``None`` where the file is refused, and any other error fails the test."""
    try:
        return read()
    except DamagedFileError as error:
        return None if re.search("[ぁ-ん]", error.text.ja) else -1


def in_batches(layout: FileLayout, path: Path) -> int:
    opened = open_batches(layout, path, COLUMNS, ("経路",))
    read = 0
    for batch, numbers in opened.batches():
        assert len(batch) == len(numbers)
        read += len(batch)
    assert opened.rows == read + len(opened.rejects)
    return opened.rows


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mutated_file_is_read_alike_or_refused(tmp_path: Path, kind: str) -> None:
    content, layout = KINDS[kind]
    path, read, refused = tmp_path / "drop", 0, 0
    for seed in range(MUTATIONS):
        path.write_bytes(changed(content, random.Random(seed)))
        if layout.form == "parquet":
            found = outcome(lambda: sum(len(batch) for batch, _ in ParquetBatches(path, COLUMNS).batches()))
            assert found == outcome(lambda: in_batches(layout, path)), seed
        else:
            found = outcome(lambda: sum(1 for _ in read_dropped(layout, path, COLUMNS)))
            assert found == outcome(lambda: in_batches(layout, path)), seed
        read, refused = read + (found is not None), refused + (found is None)
    assert read
    assert refused


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_gives_all_its_rows(tmp_path: Path, kind: str) -> None:
    content, layout = KINDS[kind]
    path = tmp_path / "drop"
    path.write_bytes(content)
    rows = list(read_dropped(layout, path, COLUMNS))
    assert [str(row[0]) for row in rows] == [row[0] for row in ROWS]
    assert in_batches(layout, path) == len(ROWS)
