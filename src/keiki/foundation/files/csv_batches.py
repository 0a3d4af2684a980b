"""The one CSV reader for millions of rows: the same rows and rejects as :mod:`csv_reader`, as Arrow batches.

Arrow reads fast, but believes a forgotten quotation mark. So a block of the file is given to Arrow only after a scan of
its bytes has proved that it is plain: every quotation opens at the start of a cell and closes at its end within its
line, every line has as many separators as the heading, there is no NUL and no bare CR. Lines that are not so are cut
out and read by :class:`~keiki.foundation.files.csv_records.CsvRecords`; a block whose quotations are not plain is read
by it as a whole. Needs numpy and pyarrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from keiki.foundation.files.csv_reader import CsvReader, column_places, trailing_unnamed
from keiki.foundation.files.csv_records import UTF8, CsvForm, CsvRecords, CsvReject, CsvRow
from keiki.foundation.files.csv_scan import PlainBlock, Stretch, after_lines, decoded
from keiki.foundation.files.opening import open_input

BLOCK = 8 << 20
LineNumbers = npt.NDArray[np.int64]
_DELIMITER_BYTES = ",;\t"
"""Separators that are no part of a character in any encoding that :data:`_BYTEWISE` names."""
_ROWS = 1 << 16
_BYTEWISE = ("utf-8-sig", "ascii", "cp932", "shift_jis", "euc_jp", "iso8859-1")


class CsvBatches:
    """One CSV file as batches of text columns, each with the line on which every row begins.

    ``coded`` picks, from all columns, those of few values: they come as Arrow dictionaries; ``only`` are the columns to
    read (else all but those at the end that have no heading). ``columns`` are all headings, ``names`` the ones read.
    Rejects pile up in ``rejects`` before the batch of their block is yielded; ``rows`` counts both. ``block`` is in
    bytes. Raises :class:`~keiki.foundation.files.csv_errors.CsvRefusedError` and OSError.
    """

    def __init__(
        self,
        path: Path,
        form: CsvForm = UTF8,
        *,
        coded: Callable[[tuple[str, ...]], Sequence[str]] = lambda _: (),
        only: Sequence[str] | None = None,
        block: int | None = None,
    ) -> None:
        self.path, self._form, self._block = path, form, block or BLOCK
        head = CsvReader(path, form)
        head.close()
        self.columns, self._heading_lines = head.columns, head.heading_lines if form.header else form.skip_lines
        self._returns = head.returns
        self._width, self._unnamed = len(self.columns), trailing_unnamed(self.columns)
        named = self.columns[: self._width - self._unnamed]
        self.names = named if only is None else tuple(only)
        self._places = range(len(named)) if only is None else column_places(path.name, self.columns, only)
        few = set(coded(self.columns))
        self._types = [pa.dictionary(pa.int32(), pa.string()) if n in few else pa.string() for n in self.names]
        self.schema = pa.schema(list(zip(self.names, self._types, strict=True)))
        bytewise = form.delimiter in _DELIMITER_BYTES and form.codec in _BYTEWISE
        self._by_blocks = bytewise and not form.trailer and not self._unnamed
        self.rows, self.rejects = 0, list[CsvReject]()
        self.bytes_read, self.size = 0, path.stat().st_size
        self.trailer: str | None = None

    def batches(self) -> Iterator[tuple[pa.RecordBatch, LineNumbers]]:
        """Yield the rows, batch by batch; one empty batch where there are none."""
        found = 0
        for batch, lines in self._blocks() if self._by_blocks else self._one_by_one():
            found += len(batch)
            if len(batch):
                yield batch, lines
        if not found:
            yield pa.RecordBatch.from_pylist([], schema=self.schema), np.zeros(0, np.int64)

    def _one_by_one(self) -> Iterator[tuple[pa.RecordBatch, LineNumbers]]:
        """Read a form whose bytes cannot be scanned."""
        rows: list[CsvRow] = []
        reader = CsvReader(self.path, self._form)
        for row in reader:
            self._sort(row, rows)
            if len(rows) >= _ROWS:
                yield self._batch(rows)
                rows = []
        self.bytes_read, self.trailer = self.size, reader.trailer
        yield self._batch(rows)

    def _blocks(self) -> Iterator[tuple[pa.RecordBatch, LineNumbers]]:
        with open_input(self.path) as file:
            line, rest, ended = self._heading_lines, after_lines(file, self._heading_lines), False
            while rest or not ended:
                block, ended = self._fill(rest, file, ended=ended)
                cut = len(block) if ended else block.rfind(b"\n") + 1
                plain = PlainBlock.of(block[:cut], self._form.delimiter, self._width) if cut else None
                batch = self._plain_rows(block, plain, line) if plain else None
                if plain and batch:
                    line, rest = line + len(plain.starts), block[cut:]
                else:
                    stretch = Stretch(block, file, ended=ended, name=self.path.name, line=line)
                    batch = self._stretch_rows(stretch, cut, line)
                    line, rest, ended = line + stretch.lines, stretch.rest, stretch.ended
                self.bytes_read = file.tell()
                yield batch

    def _fill(self, rest: bytes, file: BinaryIO, *, ended: bool) -> tuple[bytes, bool]:
        """Return the next block and whether the file ends with it."""
        wanted = max(0, self._block - len(rest))
        more = b"" if ended else file.read(wanted)
        return rest + more, ended or len(more) < wanted

    def _plain_rows(self, block: bytes, plain: PlainBlock, line: int) -> tuple[pa.RecordBatch, LineNumbers] | None:
        """Read a plain block by Arrow, and the lines that are no rows one by one; None where it is no text."""
        good, size = plain.good, int(plain.lengths.sum())
        rows = block[:size]
        if not good.all():
            rows = np.frombuffer(rows, np.uint8)[np.repeat(good, plain.lengths)].tobytes()
        try:
            batch = self._by_arrow(rows)
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        for place in np.flatnonzero(~good):
            start = plain.starts[place]
            text = decoded(block[start : start + plain.lengths[place]], self._form)
            records = self._records([text], line + int(place))
            for row in records.read():
                self._sort(records.judge(*row), [])
        self.rows += len(batch)
        return batch, np.flatnonzero(good) + (line + 1)

    def _by_arrow(self, plain: bytes) -> pa.RecordBatch:
        if not plain:
            return pa.RecordBatch.from_pylist([], schema=self.schema)
        if self._form.codec != "utf-8-sig":
            plain = plain.decode(self._form.encoding).encode()
        elif not self._form.replace_undecodable and not plain.isascii():
            plain.decode()  # Arrow checks only the columns that are read
        places = [str(place) for place in range(self._width)]
        read = [places[place] for place in self._places]
        convert = pyarrow.csv.ConvertOptions(
            column_types=dict(zip(read, self._types, strict=True)), include_columns=read, strings_can_be_null=False
        )
        table = pyarrow.csv.read_csv(
            pa.py_buffer(plain),
            read_options=pyarrow.csv.ReadOptions(column_names=places, block_size=len(plain) + 1, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(delimiter=self._form.delimiter),
            convert_options=convert,
        )
        columns = [column.combine_chunks() for column in table.columns]
        columns = [each.chunk(0) if isinstance(each, pa.ChunkedArray) else each for each in columns]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _stretch_rows(self, stretch: Stretch, least: int, line: int) -> tuple[pa.RecordBatch, LineNumbers]:
        """Read records one by one until ``least`` bytes are read."""
        rows: list[CsvRow] = []
        records = self._records(stretch.text(self._form), line)
        for row in records.read():
            self._sort(records.judge(*row), rows)
            if stretch.consumed >= least and not records.after_return:
                break
        return self._batch(rows)

    def _records(self, lines: Iterable[str], line: int) -> CsvRecords:
        records = CsvRecords(self.path.name, self._form, lines, line=line)
        records.width, records.unnamed, records.returns = self._width, self._unnamed, self._returns
        return records

    def _sort(self, row: CsvRow | CsvReject, rows: list[CsvRow]) -> None:
        self.rows += 1
        if isinstance(row, CsvReject):
            self.rejects.append(row)
        else:
            rows.append(row)

    def _batch(self, rows: Sequence[CsvRow]) -> tuple[pa.RecordBatch, LineNumbers]:
        lines = np.array([row.line for row in rows], np.int64)
        texts = [pa.array([row.cells[place] for row in rows], pa.string()) for place in self._places]
        columns = [
            column.dictionary_encode() if pa.types.is_dictionary(type_) else column
            for column, type_ in zip(texts, self._types, strict=True)
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema), lines
