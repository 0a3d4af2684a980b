"""Records out of lines of CSV text, each with the line on which it begins; wrong ones are told from right ones here."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from keiki.foundation.files import csv_errors as errors
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.spellings import BLANKS

BLANK_LINE: Final = BLANKS + "\x1a"
"""What may stand in a line that is no row: blanks, and the end-of-file sign of DOS."""
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
"""A byte that is no text in the file's encoding (``surrogateescape``)."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class CsvForm:
    """What cannot be seen in the file: encoding, separator, whether it has a heading, lines before it, a last line.

    With ``trailer`` the last line is no row; it is kept for :attr:`CsvReader.trailer`. Bytes that are no text refuse
    the file, or, with ``replace_undecodable``, stand in the cell as U+FFFD for whoever reads the cell.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = True
    skip_lines: int = 0
    trailer: bool = False
    replace_undecodable: bool = False

    @property
    def codec(self) -> str:
        """The codec; for UTF-8 the one that leaves out the mark in front."""
        name = codecs.lookup(self.encoding).name
        return "utf-8-sig" if name == "utf-8" else name


UTF8: Final = CsvForm()


class CsvRow(NamedTuple):
    """A row: the line of the file on which it begins (from 1), and a cell for each column."""

    line: int
    cells: list[str]


class CsvReject(NamedTuple):
    """A row that is not read: its first line, why, and the cells that it has, in number other than the columns."""

    line: int
    reason: Bilingual
    cells: list[str]


class CsvRecords:
    """Records out of lines of text, with the line on which each begins.

    ``width`` is the number of columns once it is known; ``line`` the number of lines read. A part of a file is read
    with ``line`` set to the lines before it. ``returns`` says that the file's lines end with a bare CR; in any other a
    bare CR may stand inside a cell or end a row, so what is before and after it is rejected (``after_return``: the
    record judged last ended so).
    """

    def __init__(self, file: str, form: CsvForm, lines: Iterable[str], *, line: int = 0) -> None:
        self._file, self._form, self._source, self.line = file, form, lines, line
        self.width: int | None = None
        self.unnamed = 0
        self.returns = False
        self.after_return = False
        self._raw: list[str] = []
        self._too_long = False
        cell = rf'(?:"(?:[^"]|"")*+"|[^"{re.escape(form.delimiter)}]*+)'
        self._cell = re.compile(cell)
        self._well_quoted = re.compile(rf"{cell}(?:{re.escape(form.delimiter)}{cell})*+")

    def read(self) -> Iterator[CsvRow]:
        """Yield every record that is not an empty line."""
        records = csv.reader(self._followed(), delimiter=self._form.delimiter, strict=True)
        while True:
            self._raw, self._too_long, begins = [], False, self.line + 1
            try:
                cells = next(records, None)
            except csv.Error:
                self._refuse_open_quotation(begins)
                cells, self._too_long = self._long_cells(), True
            if cells is None:
                return
            if len(cells) > 1 or self._raw[0].strip(BLANK_LINE):
                yield CsvRow(begins, cells)

    @property
    def ends_with_return(self) -> bool:
        """Whether the record read last ends with a bare CR."""
        return self._raw[-1].endswith("\r")

    def judge(self, line: int, cells: list[str]) -> CsvRow | CsvReject:
        """Return the record read last as a row, or as a reject."""
        why = self._wrong(line, cells)
        return CsvRow(line, cells) if why is None else CsvReject(line, why, cells)

    def _wrong(self, line: int, cells: list[str]) -> Bilingual | None:
        raw = self._raw[0] if len(self._raw) == 1 else "".join(self._raw)
        if not raw.isascii() and _UNDECODED.search(raw):
            if not self._form.replace_undecodable:
                raise CsvRefusedError(self._file, line, errors.NOT_TEXT.format(encoding=self._form.encoding.upper()))
            cells[:] = [_UNDECODED.sub("\ufffd", cell) for cell in cells]
        after_return, self.after_return = self.after_return, not self.returns and raw.endswith("\r")
        if after_return or self.after_return:
            return errors.ROW_BARE_RETURN
        if self._too_long:
            return errors.ROW_CELL_TOO_LONG.format(most=errors.LONGEST_CELL)
        if "\0" in raw:
            return errors.ROW_NUL
        return (self._misquoted(raw, line, cells) if '"' in raw else None) or self._misplaced(cells)

    def _misquoted(self, raw: str, line: int, cells: Sequence[str]) -> Bilingual | None:
        if not self._well_quoted.fullmatch(raw.rstrip("\r\n")):
            return errors.ROW_STRAY_QUOTE
        if len(self._raw) > 1 and self._swallows(cells):
            return errors.ROW_SWALLOWS.format(first=line, last=self.line)
        return None

    def _misplaced(self, cells: Sequence[str]) -> Bilingual | None:
        if self.width is not None and len(cells) != self.width:
            return errors.ROW_WIDTH.format(actual=len(cells), expected=self.width)
        if self.unnamed and any(cell.strip(BLANKS) for cell in cells[-self.unnamed :]):
            return errors.ROW_UNNAMED_CELL
        return None

    def _swallows(self, cells: Sequence[str]) -> bool:
        """Whether a quotation has as many separators as rows that it would take in, or a line inside it as a row."""
        expected, separator = (self.width or 0) - 1, self._form.delimiter
        lines = [_LINE_END.split(cell) for cell in cells] if expected > 1 else []
        return any(
            cell.count(separator) == expected * (len(own) - 1)
            or any(line.count(separator) == expected for line in own[1:-1])
            for cell, own in zip(cells, lines, strict=False)
            if len(own) > 1
        )

    def _followed(self) -> Iterator[str]:
        for line in self._source:
            self.line += 1
            self._raw.append(line)
            yield line

    def _refuse_open_quotation(self, begins: int) -> None:
        """Say on which line the quotation opens that Python's reader could not follow; none did if a cell is too long.

        Python's reader goes on with the next line, and that is a record's beginning where no quotation is open.
        """
        opened = _open_quotation("".join(self._raw), self._form.delimiter)
        if opened is not None:
            line, closed = opened
            why = errors.QUOTE_CLOSED_INSIDE if closed else errors.QUOTE_NOT_CLOSED
            raise CsvRefusedError(self._file, begins + line, why)

    def _long_cells(self) -> list[str]:
        """Return the cells of a record that Python's reader gave up, as far as they are well quoted."""
        raw, place, cells = "".join(self._raw).rstrip("\r\n"), 0, list[str]()
        while found := self._cell.match(raw, place):
            cells.append(found[0][1:-1].replace('""', '"') if found[0].startswith('"') else found[0])
            if raw[found.end() : found.end() + 1] != self._form.delimiter:
                break
            place = found.end() + 1
        return cells


def _open_quotation(raw: str, delimiter: str) -> tuple[int, bool] | None:
    """Return on which line of ``raw`` (from 0) a quotation opens that no separator or line end follows, if one does.

    With it, whether it is closed, so that text follows.
    """
    place, at_start = 0, True
    while place < len(raw):
        if not (at_start and raw[place] == '"'):
            at_start, place = raw[place] in (delimiter, "\r", "\n"), place + 1
            continue
        opens, end = place, raw.find('"', place + 1)
        while end >= 0 and raw[end + 1 : end + 2] == '"':
            end = raw.find('"', end + 2)
        if end < 0 or raw[end + 1 : end + 2] not in ("", delimiter, "\r", "\n"):
            return len(_LINE_END.findall(raw[:opens])), end >= 0
        place, at_start = end + 1, False
    return None
