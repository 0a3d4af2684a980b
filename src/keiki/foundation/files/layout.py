"""How an owner's file is written, as the integrator says it: CSV, fixed width or Parquet, in which encoding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from keiki.foundation.files.csv_records import CsvForm
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.settings.table import SettingsTable

FILE_FORMS = ("csv", "parquet", "fixed_width")


@dataclass(frozen=True)
class Span:
    """A column of a fixed-width file: its first byte (counted from 1) and its length in bytes."""

    name: str
    at: int
    bytes: int


@dataclass(frozen=True)
class FileLayout:
    """What cannot be seen in the file itself.

    ``skip``: lines (or records) to leave out at the top. ``record_bytes``: the length of a fixed-width record without
    its line end, 0 where the columns go to its end. ``trailer``: what the last line looks like; the pattern's group is
    the number of rows, which must be right. ``strict``: bytes that are no text refuse a CSV file; else they cost their
    cell.
    """

    form: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = True
    skip: int = 0
    columns: tuple[Span, ...] = ()
    record_bytes: int = 0
    trailer: re.Pattern[str] | None = None
    strict: bool = False

    @property
    def csv_form(self) -> CsvForm:
        """The same for the one CSV reader."""
        has_trailer, replaced = self.trailer is not None, not self.strict
        return CsvForm(self.encoding, self.delimiter, self.header, self.skip, has_trailer, replaced)

    def check_trailer(self, line: str | None, rows: int) -> None:
        """Hold the last line's count against the ``rows`` that were read; raises :class:`DamagedFileError`."""
        if self.trailer is None:
            return
        found = self.trailer.search(line or "")
        said = found[1] if found else ""
        if not (said or "").isdecimal() or int(said) != rows:
            raise DamagedFileError(
                "末尾の件数行がないか、件数が合わない。最後まで書かれていない",
                "its trailer is missing or counts other rows: it was not written to the end",
            )

    def refuse_unplaced(self, section: SettingsTable, columns: Iterable[str]) -> None:
        """Refuse columns of a fixed-width file of which nobody says where they stand."""
        if self.form != "fixed_width":
            return
        placed = {span.name for span in self.columns}
        if missing := [column for column in columns if column not in placed]:
            raise section.fail(
                f"'columns' に列 {', '.join(missing)} の位置がありません。加えてください",
                f"'columns' does not place the column {', '.join(missing)}: add it",
            )


LAYOUT_KEYS = ("form", "encoding", "delimiter", "no_header", "skip", "columns", "record_bytes")
"""The keys that :func:`read_layout` reads."""


def read_layout(section: SettingsTable, trailer: re.Pattern[str] | None = None, form: str | None = None) -> FileLayout:
    """Read the keys of a table that say how a file is written; ``form`` is meant where the table does not say it.

    Raises ``WrongSettingError`` naming the place.
    """
    form = section.text("form", form)
    if form not in FILE_FORMS:
        raise section.fail(
            f"「{form}」という形式はありません。{', '.join(FILE_FORMS)} から選んでください",
            f"unknown form {form!r}: choose one of {', '.join(FILE_FORMS)}",
        )
    columns = _spans(section) if form == "fixed_width" else ()
    return FileLayout(
        form=form,
        encoding=_encoding(section),
        delimiter=_delimiter(section),
        header=not section.flag("no_header"),
        skip=section.number("skip", 0),
        columns=columns,
        record_bytes=_record_bytes(section, columns),
        trailer=trailer,
    )


def _spans(section: SettingsTable) -> tuple[Span, ...]:
    spans = tuple(_span(each) for each in section.tables("columns", "name"))
    names = [span.name for span in spans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise section.fail(
            f"'columns' に列 {', '.join(twice)} が二度あります。一つにしてください",
            f"'columns' places {', '.join(twice)} twice: leave one",
        )
    return spans


def _record_bytes(section: SettingsTable, columns: tuple[Span, ...]) -> int:
    """Read the length of a fixed-width record; it holds every column."""
    if not section.has("record_bytes"):
        return 0
    length = section.number("record_bytes")
    end = max((span.at - 1 + span.bytes for span in columns), default=0)
    if not columns or length < end:
        raise section.fail(
            f"'record_bytes' は固定長(fixed_width)だけの項目で、最後の列の終わり({end})以上にしてください",
            f"'record_bytes' is for fixed_width alone, and at least the end of the last column ({end})",
        )
    return length


def _span(section: SettingsTable) -> Span:
    span = Span(section.text("name"), section.number("at"), section.number("bytes"))
    if span.at < 1 or span.bytes < 1:
        raise section.fail(
            "'at' は1から数え、'bytes' は1以上にしてください", "'at' counts from 1, 'bytes' is at least 1"
        )
    section.done()
    return span


def _encoding(section: SettingsTable) -> str:
    encoding = section.text("encoding", "utf-8")
    try:
        "a".encode(encoding)
    except LookupError:
        raise section.fail(
            f"「{encoding}」という文字コードはありません。例: utf-8、cp932、euc_jp",
            f"unknown encoding {encoding!r}: for example utf-8, cp932 or euc_jp",
        ) from None
    return encoding


def _delimiter(section: SettingsTable) -> str:
    delimiter = section.raw("delimiter") if section.has("delimiter") else ","
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
        raise section.fail(
            "'delimiter' は改行と引用符を除く1文字で指定してください",
            "'delimiter' is one character, neither the end of a line nor a quotation mark",
        )
    return delimiter
