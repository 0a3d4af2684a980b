"""Reading one dropped file row by row: CSV, fixed width or Parquet, in its own encoding.

A file that is not whole (its trailer counts other rows, a column is not there, it cannot be read at all) raises
:class:`DamagedFileError`. A single wrong line does not: its cells are left out, and the row is rejected when it is
read. Bytes that are not text in the file's encoding come as U+FFFD, which is rejected too.
"""

from __future__ import annotations

import codecs
import csv
import glob
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.fixed_width import Cells, read_fixed_width, without_trailer
from keiki.foundation.files.layout import FileLayout

BATCH = 10_000


def read_dropped(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[Cells]:
    """Yield the cells of ``columns`` of every row; raises :class:`DamagedFileError` and :class:`OSError`."""
    try:
        if layout.form == "parquet":
            yield from _parquet(path, columns)
        else:
            yield from (read_fixed_width if layout.form == "fixed_width" else _csv)(layout, path, columns)
    except UnicodeError as error:
        raise DamagedFileError(
            f"文字コード {layout.encoding} として読めない({type(error).__name__})",
            f"it is no text in the encoding {layout.encoding} ({type(error).__name__})",
        ) from None


def _csv(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[Cells]:
    with path.open(encoding=_without_mark(layout.encoding), errors="replace", newline="") as file:
        lines = iter(file)
        for _ in range(layout.skip):
            next(lines, None)
        records = csv.reader(without_trailer(layout, lines), delimiter=layout.delimiter, strict=True)
        try:
            first = next(records, None)
            names = first if layout.header else [str(place) for place in range(1, len(first or ()) + 1)]
            places = _places([name.strip(" \u3000") for name in names or ()], columns)
            width = len(names or ())
            rows = records if layout.header or first is None else itertools.chain([first], records)
            for cells in rows:
                if cells:
                    yield tuple(cells[place] for place in places) if len(cells) == width else _short(cells, places)
        except csv.Error as error:
            raise DamagedFileError(f"CSVでない行がある({error})", f"a line is not CSV ({error})") from None


def _without_mark(encoding: str) -> str:
    """Return the encoding that leaves out the mark which some programs write in front of UTF-8."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _short(cells: list[str], places: Sequence[int]) -> Cells:
    """Of a line with too few or too many cells only the key may be told, if it stands where it should."""
    return (cells[places[0]] if places[0] < len(cells) else "", *(... for _ in places[1:]))


def _places(names: Sequence[str], columns: Sequence[str]) -> list[int]:
    missing = [column for column in columns if names.count(column) != 1]
    if missing:
        raise DamagedFileError(
            f"列 {', '.join(missing)} がない、または二つある", f"it has no column {', '.join(missing)}, or has it twice"
        )
    return [names.index(column) for column in columns]


def _parquet(path: Path, columns: Sequence[str]) -> Iterator[Cells]:
    import duckdb  # noqa: PLC0415 - only where an owner drops Parquet is DuckDB needed

    # As texts: whole numbers in full, true and false, and times with the zone that Parquet keeps beside them.
    listed = ", ".join('CAST("' + column.replace('"', '""') + '" AS VARCHAR)' for column in columns)
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            result: Any = connection.execute(f"SELECT {listed} FROM read_parquet(?)", [glob.escape(str(path))])  # noqa: S608
            while rows := result.fetchmany(BATCH):
                yield from rows
    except duckdb.Error as error:
        kind = type(error).__name__
        raise DamagedFileError(
            f"完全なParquetファイルでないか、列が足りない({kind})",
            f"it is not a whole Parquet file, or lacks a column ({kind})",
        ) from None
