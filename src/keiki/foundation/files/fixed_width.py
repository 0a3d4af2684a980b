"""A dropped file of fixed-width records, cut by bytes as a host wrote them: one to a line, or one behind the other.

Every byte belongs to a record. Where a line goes on behind its record, or bytes are left over at the end, the file
raises :class:`DamagedFileError`: reading on would pass over somebody's row. Where ``record_bytes`` says its length, a
line that is a little longer does not; its cells are left out, and the row is rejected when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.layout import FileLayout
from keiki.foundation.files.opening import open_input
from keiki.foundation.text.counted import counted

Cells = tuple[object, ...]
"""The named columns' cells in order; ``...`` for one that the line does not have."""
_Numbered = tuple[int, bytes]
_FIRST_BYTES = 1 << 16
"""Where no line ends in so many bytes, records stand one behind the other."""
_ENDS = b"\x00\x1a"
_FILLERS = _ENDS + b" "


def read_numbered_records(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    """Yield the number in the file (of the line, or of the record) and the cells of ``columns`` of every record.

    Raises :class:`DamagedFileError` and :class:`OSError`.
    """
    spans = {span.name: slice(span.at - 1, span.at - 1 + span.bytes) for span in layout.columns}
    wanted = [spans[column] for column in columns]
    length = layout.record_bytes or max(span.stop for span in spans.values())
    with open_input(path) as file:
        by_line = _has_lines(file) or not layout.record_bytes
        records = _lines(file, length) if by_line else _blocks(file, length)
        for number, raw in _without_trailer(layout, islice(_numbered(records), layout.skip, None)):
            cells = tuple(_cut(raw, span, layout.encoding) for span in wanted)
            surplus = len(raw) - length if raw[length:].strip(_FILLERS) else 0
            if surplus >= (length if layout.record_bytes else 1):
                raise _goes_on(number, len(raw), length)
            yield number, cells if not surplus else (cells[0], *(... for _ in cells[1:]))


def _has_lines(file: BinaryIO) -> bool:
    """Whether a line ends in the first bytes, other than at the end of the file."""
    first = file.read(_FIRST_BYTES)
    file.seek(0)
    return b"\n" in first.rstrip(_FILLERS + b"\r\n")


def _lines(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield lines; of one that is far too long only the beginning, which is refused: it may be all of a large file."""
    most = max(_FIRST_BYTES, 2 * length) + 2
    while line := file.readline(most):
        yield line


def _numbered(records: Iterable[bytes]) -> Iterator[_Numbered]:
    """Yield records without their line ends, each with its number; an empty one is empty."""
    for number, record in enumerate(records, 1):
        raw = record.rstrip(b"\r\n")
        yield number, raw if raw.strip(_ENDS) else b""


def _without_trailer(layout: FileLayout, records: Iterator[_Numbered]) -> Iterator[_Numbered]:
    """Leave out what is empty; hold back the last line and hold the number of records against it."""
    filled = (record for record in records if record[1])
    if layout.trailer is None:
        yield from filled
        return
    last, rows = next(filled, (0, b"")), 0
    for record in filled:
        yield last
        last, rows = record, rows + 1
    layout.check_trailer(last[1].decode(layout.encoding, "replace"), rows)


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield records that stand one behind the other."""
    number = 0
    while block := file.read(length):
        number += 1
        if len(block) < length:
            if block.strip(_FILLERS + b"\r\n"):
                raise DamagedFileError(
                    f"{number}件目が{len(block)}バイトしかない。record_bytes({length})が違うか、最後まで書かれていない",
                    f"its record {number} has {counted(len(block), 'byte')} only: record_bytes ({length}) is "
                    "another number, or it was not written to the end",
                )
            return
        if b"\n" in block:
            raise DamagedFileError(
                f"{number}件目の途中に改行がある。record_bytes({length})を確認",
                f"a line ends inside its record {number}: check record_bytes ({length})",
            )
        yield block


def _goes_on(number: int, found: int, length: int) -> DamagedFileError:
    return DamagedFileError(
        f"{number}行目が{found}バイトあり、1件の{length}バイトより長い。1件の長さを record_bytes で指定する",
        f"its line {number} has {counted(found, 'byte')}, a record {length}: say in record_bytes how long a record is",
    )


def _cut(raw: bytes, span: slice, encoding: str) -> object:
    return raw[span].decode(encoding, "replace") if len(raw) >= span.stop else ...
