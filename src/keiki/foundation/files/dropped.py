"""Reading one dropped file row by row: CSV, fixed width or Parquet, in its own encoding.

A file that is not whole (its trailer counts other rows, a column is not there, it cannot be read at all) raises
:class:`DamagedFileError`. A single wrong line does not: its cells are left out, and the row is rejected when it is
read. Bytes that are not text in the file's encoding come as U+FFFD, which is rejected too. As many rows are yielded as
stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.csv_reader import CsvReader
from keiki.foundation.files.csv_records import CsvReject
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.fixed_width import Cells, read_numbered_records
from keiki.foundation.files.layout import FileLayout
from keiki.foundation.files.parquet_reading import read_rows_apart


def read_dropped(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[Cells]:
    """Yield the cells of ``columns`` of every row; raises :class:`DamagedFileError` and :class:`OSError`."""
    return (cells for _, cells in read_numbered(layout, path, columns))


def read_numbered(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    """Yield every row's number in the file and its cells; raises as :func:`read_dropped`.

    The number is that of the line on which the row begins, from 1 with the heading counted; of a record without line
    ends, and in Parquet, that of the row.
    """
    try:
        if layout.form == "parquet":
            yield from enumerate(read_rows_apart(path, columns), 1)
        else:
            yield from (read_numbered_records if layout.form == "fixed_width" else _csv)(layout, path, columns)
    except CsvRefusedError as error:
        raise DamagedFileError(error.text.ja, error.text.en) from None
    except UnicodeError as error:
        raise DamagedFileError(
            f"文字コード {layout.encoding} として読めない({type(error).__name__})",
            f"it is no text in the encoding {layout.encoding} ({type(error).__name__})",
        ) from None


def _csv(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    reader = CsvReader(path, layout.csv_form)
    try:
        places = reader.places(columns)
        for row in reader:
            if isinstance(row, CsvReject):
                yield row.line, _short(row.cells, places)
            else:
                yield row.line, tuple(row.cells[place] for place in places)
    finally:
        reader.close()
    layout.check_trailer(reader.trailer, reader.rows)


def _short(cells: list[str], places: Sequence[int]) -> Cells:
    """Of a rejected line only the key may be told, if it stands where it should."""
    return (cells[places[0]] if places[0] < len(cells) else "", *(... for _ in places[1:]))
