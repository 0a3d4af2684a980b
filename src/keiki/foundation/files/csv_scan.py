"""A quick proof that a block of a CSV file is plain, and the lines of a block that is not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from keiki.foundation.files.csv_errors import LINE_TOO_LONG, LONGEST_CELL, LONGEST_LINE, CsvRefusedError
from keiki.foundation.files.csv_records import CsvForm

READ_MORE: Final = 1 << 20
_NEWLINE, _RETURN, _QUOTE = b'\n\r"'
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PlainBlock:
    """A block whose lines are its records: where each begins, how long it is, and whether it has the right width."""

    starts: Places
    lengths: Places
    good: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, block: bytes, delimiter: str, width: int) -> PlainBlock | None:
        """Prove that ``block`` is plain; None where it is not. It must end with a line, or be the last of its file.

        Plain: no NUL, no bare CR, no line that is longer than a cell may be, every quotation fills a cell and stays in
        its line, and there is more than one column (so that an empty line is no row).
        """
        if width < 2 or b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
            return None
        codes = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(codes == _NEWLINE)
        if not block.endswith(b"\n"):
            ends = np.append(ends, len(block))
        separator = ord(delimiter)
        separators = np.flatnonzero(codes == separator)
        if b'"' in block:
            quotes = np.flatnonzero(codes == _QUOTE)
            if not _fill_cells(codes, quotes, separator) or (np.searchsorted(quotes, ends) & 1).any():
                return None
            separators = separators[np.searchsorted(quotes, separators) & 1 == 0]
        starts = np.concatenate([[0], ends[:-1] + 1])
        lengths = np.minimum(ends + 1, len(block)) - starts
        if lengths.max() > LONGEST_CELL:
            return None
        return cls(starts, lengths, _wide(separators, starts, ends, width - 1))


def _fill_cells(codes: Any, quotes: Places, separator: int) -> bool:
    """Whether every quotation opens at the start of a cell and closes at its end (or goes on after a doubled mark)."""
    if len(quotes) % 2:
        return False
    opens, closes = quotes[::2], quotes[1::2]
    before, after = codes[opens - 1], codes[np.minimum(closes + 1, len(codes) - 1)]
    opened = (before == separator) | (before == _NEWLINE) | (opens == 0)
    opened[1:] |= opens[1:] == closes[:-1] + 1
    closed = (after == separator) | (after == _NEWLINE) | (after == _RETURN) | (closes == len(codes) - 1)
    closed[:-1] |= closes[:-1] + 1 == opens[1:]
    return bool(opened.all() and closed.all())


def _wide(separators: Places, starts: Places, ends: Places, expected: int) -> npt.NDArray[np.bool_]:
    """Whether each line has the expected number of separators."""
    if len(separators) == len(starts) * expected:
        grid = separators.reshape(-1, expected)
        wide: npt.NDArray[np.bool_] = (grid[:, 0] >= starts) & (grid[:, -1] < ends)
        if wide.all():
            return wide
    counts: npt.NDArray[np.bool_] = np.diff(np.searchsorted(separators, np.append(starts, ends[-1]))) == expected
    return counts


class Stretch:
    """Lines from a place of the file ``name`` on (behind ``line``), as text.

    ``consumed`` bytes and ``lines`` say how far it was read. Raises :class:`CsvRefusedError` for one without end.
    """

    def __init__(self, block: bytes, file: BinaryIO, *, ended: bool, name: str, line: int) -> None:
        self._seen, self._file, self.ended = block, file, ended
        self._name, self._line = name, line
        self.consumed = self.lines = 0

    @property
    def rest(self) -> bytes:
        """What was read from the file and not consumed."""
        return self._seen[self.consumed :]

    def text(self, form: CsvForm) -> Iterator[str]:
        """Yield line by line; a line that goes on beyond what was read is waited for."""
        while True:
            lines = self.rest.splitlines(keepends=True)
            if lines:
                self._refuse_endless(lines[-1], form, len(lines))
            for raw in self._whole(lines):
                self.consumed, self.lines = self.consumed + len(raw), self.lines + 1
                yield decoded(raw, form)
            if self.ended:
                return
            more = self._file.read(READ_MORE)
            self._seen, self.ended = self._seen + more, len(more) < READ_MORE

    def _refuse_endless(self, last: bytes, form: CsvForm, lines: int) -> None:
        """Refuse a line that is longer than what is read into memory: what lies before it is read in other pieces."""
        if len(last) >= LONGEST_LINE and len(decoded(last, form).rstrip("\r\n")) >= LONGEST_LINE:
            why = LINE_TOO_LONG.format(most=LONGEST_LINE)
            raise CsvRefusedError(self._name, self._line + self.lines + lines, why)

    def _whole(self, lines: list[bytes]) -> list[bytes]:
        return lines if self.ended or not lines or lines[-1].endswith(b"\n") else lines[:-1]


def decoded(raw: bytes, form: CsvForm) -> str:
    """Return a line as text, with bytes that are no text escaped."""
    return raw.decode(form.encoding, "surrogateescape")


def after_lines(file: BinaryIO, count: int) -> bytes:
    """Pass ``count`` lines of a file that was just opened, and the mark in front; return what was read beyond them."""
    read = b""
    while more := file.read(READ_MORE):
        read += more
        found = [end.end() for end, _ in zip(_LINE_END.finditer(read.removesuffix(b"\r")), range(count), strict=False)]
        if len(found) == count:
            return read[found[-1] :] if found else read.removeprefix(codecs.BOM_UTF8)
    return b""
