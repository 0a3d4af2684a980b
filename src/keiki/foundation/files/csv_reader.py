"""The one CSV reader: rows with the file's own line numbers, wrong rows as rejects, a wrong file refused.

    reader = CsvReader(path, CsvForm(encoding="cp932"))
    key, medium = reader.places(("供給地点特定番号", "計量方式"))
    for row in reader:
        if isinstance(row, CsvReject): ...   # row.line, row.reason
        else: row.cells[key], row.line

Read by Python's ``csv`` in strict mode, with what it lets pass checked on top: a quotation mark that swallows rows, a
mark inside a bare cell, a NUL. What can only be a slip of a program is mended: the mark in front of UTF-8, blanks and
line breaks in headings, every kind of line end, empty lines, the end-of-file sign of DOS.
Every row that stands in the file comes out, as a row or as a reject; :attr:`CsvReader.rows` counts both.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from keiki.foundation.files import csv_errors as errors
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.csv_records import BLANK_LINE, UTF8, CsvForm, CsvRecords, CsvReject, CsvRow
from keiki.foundation.files.opening import open_input
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.spellings import comparable, heading

_SEPARATOR_LINE = re.compile(r"sep\s*=\s*.?", re.IGNORECASE)
"""What spreadsheets write above the heading to say how cells are separated."""


class CsvReader:
    """One file. The heading is read at once; iterate once for the rows. Raises CsvRefusedError and OSError.

    ``columns`` are the headings as people read them (without heading ``"1"``, ``"2"`` ...). ``rows`` and ``rejected``
    count what was yielded so far; ``trailer`` is the last line when all was read.
    """

    def __init__(self, path: Path, form: CsvForm = UTF8) -> None:
        self.path, self.form = path, form
        self.rows = self.rejected = 0
        self.trailer: str | None = None
        _refuse_wide_characters(path, form)
        self._lines = _Lines(path, form)
        try:
            self._begin()
        except BaseException:
            self._lines.close()
            raise

    def _begin(self) -> None:
        path, form = self.path, self.form
        self._records = CsvRecords(path.name, form, self._lines.text())
        first = next(self._records.read(), None)
        if first is None:
            raise CsvRefusedError(path.name, None, errors.EMPTY)
        self.returns = self._records.returns = self._records.ends_with_return
        self.heading_lines = self._records.line
        """Lines of the file up to the end of its heading."""
        self._first = None if form.header else first
        self.columns = self._heading(first) if form.header else tuple(str(n + 1) for n in range(len(first.cells)))
        self._records.width = len(self.columns)
        self._records.unnamed = trailing_unnamed(self.columns)

    def places(self, names: Iterable[str]) -> list[int]:
        """Return where the columns ``names`` stand, however their headings are spelt; refuses missing and double."""
        try:
            return column_places(self.path.name, self.columns, names)
        except CsvRefusedError:
            self.close()
            raise

    def __iter__(self) -> Iterator[CsvRow | CsvReject]:
        try:
            if self._first is not None:
                yield self._count(self._records.judge(*self._first))
            for line, cells in self._records.read():
                yield self._count(self._records.judge(line, cells))
            self.trailer = self._lines.trailer
        finally:
            self.close()

    def close(self) -> None:
        """Close the file; done by itself where all rows are read."""
        self._lines.close()

    def _count(self, row: CsvRow | CsvReject) -> CsvRow | CsvReject:
        self.rows += 1
        self.rejected += isinstance(row, CsvReject)
        return row

    def _heading(self, first: CsvRow) -> tuple[str, ...]:
        if _SEPARATOR_LINE.fullmatch(line := self.form.delimiter.join(first.cells).strip()):
            raise CsvRefusedError(self.path.name, None, errors.SEPARATOR_LINE.format(line=line))
        reject = self._records.judge(first.line, first.cells)
        names = tuple(heading(cell) for cell in first.cells)
        if any("\0" in name for name in names):
            raise CsvRefusedError(self.path.name, first.line, errors.HEADING_NUL)
        if isinstance(reject, CsvReject):
            raise CsvRefusedError(self.path.name, first.line, reject.reason)
        return names


def column_places(file: str, columns: Sequence[str], names: Iterable[str]) -> list[int]:
    """Return where the columns ``names`` stand among ``columns``, however both are spelt.

    Raises CsvRefusedError for one that is missing, and for one that is there twice: no spelling is preferred.
    """
    forms = [comparable(column) for column in columns]
    wanted = {name: comparable(name) for name in names}
    if missing := [name for name, form in wanted.items() if form not in forms]:
        refuse_other_separator(file, columns)
        raise CsvRefusedError(file, None, errors.NO_COLUMN.format(columns=", ".join(missing)))
    if twice := [name for name, form in wanted.items() if forms.count(form) > 1]:
        raise CsvRefusedError(file, None, errors.COLUMN_TWICE.format(columns=", ".join(twice)))
    return [forms.index(form) for form in wanted.values()]


_SEPARATORS = {
    ";": Bilingual(ja="セミコロン (;) ", en="semicolons"),
    "\t": Bilingual(ja="タブ", en="TABs"),
    ",": Bilingual(ja="コンマ", en="commas"),
    "|": Bilingual(ja="縦線 (|) ", en="vertical bars"),
}


def refuse_other_separator(file: str, columns: Sequence[str]) -> None:
    """Raise CsvRefusedError for a heading that lacks what is needed because another separator stands in it."""
    if len(columns) != 1:
        return
    counts = {separator: columns[0].count(separator) for separator in _SEPARATORS}
    separator = max(counts, key=lambda each: counts[each])
    if counts[separator]:
        name = _SEPARATORS[separator]
        reason = errors.OTHER_SEPARATOR
        raise CsvRefusedError(
            file,
            1,
            Bilingual(
                ja=reason.ja.format(separator=name.ja, count=counts[separator]),
                en=reason.en.format(separator=name.en, count=counts[separator]),
            ),
        )


class _Lines:
    """The lines of a file as text, undecodable bytes escaped; the trailer held back."""

    def __init__(self, path: Path, form: CsvForm) -> None:
        opened = open_input(path)
        self._file = io.TextIOWrapper(opened, encoding=form.codec, errors="surrogateescape", newline="")
        self._form, self._name = form, path.name
        self.trailer: str | None = None

    def text(self) -> Iterator[str]:
        """Yield the lines; those that are skipped come empty, so that they count."""
        held: list[str] = []
        for number, line in enumerate(iter(partial(self._file.readline, errors.LONGEST_LINE), "")):
            if len(line) == errors.LONGEST_LINE and line[-1] not in "\r\n":
                why = errors.LINE_TOO_LONG.format(most=errors.LONGEST_LINE)
                raise CsvRefusedError(self._name, number + 1, why)
            if number < self._form.skip_lines:
                yield "\n"
            elif not self._form.trailer:
                yield line
            elif line.strip(BLANK_LINE):
                yield from held
                held = [line]
            else:
                held.append("\n")
        self.trailer = held[0].rstrip("\r\n") if held else None

    def close(self) -> None:
        self._file.close()


_WIDE = {
    "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
"""The marks in front of wide characters; that of UTF-16 is the beginning of one of UTF-32."""


def _refuse_wide_characters(path: Path, form: CsvForm) -> None:
    with open_input(path) as opened:
        begin = opened.read(4)
    found = next((encoding for encoding, marks in _WIDE.items() if begin.startswith(marks)), None)
    if found and not form.codec.startswith(found.lower()):
        raise CsvRefusedError(path.name, None, errors.WIDE_CHARACTERS.format(encoding=found))


def trailing_unnamed(columns: Sequence[str]) -> int:
    """Return how many columns at the end have no heading: a spreadsheet's surplus separators."""
    named = [place for place, name in enumerate(columns) if name]
    return len(columns) - 1 - named[-1] if named else 0
