"""A dropped file of fixed-width records, cut by bytes as a host wrote them: one to a line, or one behind the other.

Every byte belongs to a record. Where a line goes on behind its record, or bytes are left over at the end, the file
raises :class:`DamagedFileError`: reading on would pass over somebody's row. Where ``record_bytes`` says its length, a
line that is a little longer does not; its cells are left out, and the row is rejected when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.layout import FileLayout

Cells = tuple[object, ...]
"""The named columns' cells in order; ``...`` for one that the line does not have."""
_FIRST_BYTES = 1 << 16
"""Where no line ends in so many bytes, records stand one behind the other."""
_ENDS = b"\x00\x1a"
_FILLERS = _ENDS + b" "


def read_fixed_width(layout: FileLayout, path: Path, columns: Sequence[str]) -> Iterator[Cells]:
    """Yield the cells of ``columns`` of every record; raises :class:`DamagedFileError` and :class:`OSError`."""
    spans = {span.name: slice(span.at - 1, span.at - 1 + span.bytes) for span in layout.columns}
    wanted = [spans[column] for column in columns]
    length = layout.record_bytes or max(span.stop for span in spans.values())
    with path.open("rb") as file:
        records = file if _has_lines(file) or not layout.record_bytes else _blocks(file, length)
        # Latin-1 keeps every byte one character, so that lines and trailer are handled as text and cut by bytes.
        lines = iter(raw.decode("latin-1") for raw in records)
        for _ in range(layout.skip):
            next(lines, None)
        for number, line in enumerate(without_trailer(layout, lines), layout.skip + 1):
            raw = line.rstrip("\r\n").encode("latin-1")
            if not raw.strip(_ENDS):
                continue
            cells = tuple(_cut(raw, span, layout.encoding) for span in wanted)
            surplus = len(raw) - length if raw[length:].strip(_FILLERS) else 0
            if surplus >= (length if layout.record_bytes else 1):
                raise _goes_on(number, len(raw), length)
            yield cells if not surplus else (cells[0], *(... for _ in cells[1:]))


def _has_lines(file: BinaryIO) -> bool:
    """Whether a line ends in the first bytes, other than at the end of the file."""
    first = file.read(_FIRST_BYTES)
    file.seek(0)
    return b"\n" in first.rstrip(_FILLERS + b"\r\n")


def without_trailer(layout: FileLayout, lines: Iterator[str]) -> Iterator[str]:
    """Hold back the last line and hold the number of data lines against it."""
    pattern = layout.trailer
    if pattern is None:
        yield from lines
        return
    last, seen = "", 0
    for line in lines:
        if not line.strip("\r\n\x1a"):
            continue
        if seen:
            yield last
        last, seen = line, seen + 1
    found = pattern.search(last.rstrip("\r\n"))
    said = found[1] if found else ""
    rows = seen - 1 - int(layout.form == "csv" and layout.header)
    if not said.isdecimal() or int(said) != rows:
        raise DamagedFileError(
            "末尾の件数行がないか、件数が合わない。最後まで書かれていない",
            "its trailer is missing or counts other rows: it was not written to the end",
        )


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield records that stand one behind the other."""
    number = 0
    while block := file.read(length):
        number += 1
        if len(block) < length:
            if block.strip(_FILLERS + b"\r\n"):
                raise DamagedFileError(
                    f"{number}件目が{len(block)}バイトしかない。record_bytes({length})が違うか、最後まで書かれていない",
                    f"its record {number} has {len(block)} bytes only: record_bytes ({length}) is another number, or it"
                    " was not written to the end",
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
        f"its line {number} has {found} bytes, a record {length}: say in record_bytes how long a record is",
    )


def _cut(raw: bytes, span: slice, encoding: str) -> object:
    return raw[span].decode(encoding, "replace") if len(raw) >= span.stop else ...
