"""How an owner's file is written, as the integrator says it: CSV, fixed width or Parquet, in which encoding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Annotated, Literal

from keiki.foundation.files.csv_records import CsvForm
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.tables import OneOrMore, StrictTable, Text, at_least, must

FILE_FORMS = ("csv", "parquet", "fixed_width")


@dataclass(frozen=True)
class Span(StrictTable):
    """A column of a fixed-width file: its first byte (counted from 1) and its length in bytes."""

    name: Text
    at: Annotated[int, at_least(1)]
    bytes: Annotated[int, at_least(1)]


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

    def refuse_unplaced(self, columns: Iterable[str]) -> None:
        """Refuse columns of a fixed-width file of which nobody says where they stand: ``WrongValueError``."""
        if self.form != "fixed_width":
            return
        placed = {span.name for span in self.columns}
        if missing := [column for column in columns if column not in placed]:
            raise WrongValueError(
                ja=f"'columns' に列 {', '.join(missing)} の位置がありません。加えてください",
                en=f"'columns' does not place the column {', '.join(missing)}: add it",
            )


def _is_encoding(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class LayoutTable(StrictTable):
    """The keys of a table that say how a file is written; ``None`` is what the table does not say."""

    form: Literal["csv", "parquet", "fixed_width"] | None = None
    encoding: (
        Annotated[
            str,
            must(
                _is_encoding,
                ja="その名前の文字コードはありません。例: utf-8、cp932、euc_jp",
                en="unknown encoding: for example utf-8, cp932 or euc_jp",
            ),
        ]
        | None
    ) = None
    delimiter: (
        Annotated[
            str,
            must(
                lambda text: len(text) == 1 and text not in '\r\n"',
                ja="改行と引用符を除く1文字で指定してください",
                en="must be one character, neither the end of a line nor a quotation mark",
            ),
        ]
        | None
    ) = None
    no_header: bool | None = None
    skip: Annotated[int, at_least(0)] | None = None
    columns: OneOrMore[Span] | None = None
    record_bytes: Annotated[int, at_least(1)] | None = None

    @property
    def says_layout(self) -> bool:
        """Whether the table says anything of how the file is written."""
        return any(getattr(self, key.name) is not None for key in fields(LayoutTable))

    def layout(self, trailer: re.Pattern[str] | None = None, form: str | None = None) -> FileLayout:
        """Return the layout; ``form`` is meant where the table does not say it. Raises ``WrongValueError``."""
        form = self.form or form
        if form is None:
            raise WrongValueError(
                ja=f"{', '.join(FILE_FORMS)} から選んでください",
                en=f"must be set: choose one of {', '.join(FILE_FORMS)}",
                key="form",
            )
        self._check_columns(form)
        return FileLayout(
            form=form,
            encoding=self.encoding or "utf-8",
            delimiter=self.delimiter or ",",
            header=not self.no_header,
            skip=self.skip or 0,
            columns=self.columns or (),
            record_bytes=self.record_bytes or 0,
            trailer=trailer,
        )

    def _check_columns(self, form: str) -> None:
        """Refuse columns that no fixed-width file has, or has twice, or that do not fit its record."""
        is_fixed = form == "fixed_width"
        if is_fixed != (self.columns is not None) or (self.record_bytes and not is_fixed):
            raise WrongValueError(
                ja="'columns' は固定長(fixed_width)に必要で、'columns' と 'record_bytes' はほかの形式には使えません",
                en="fixed_width, and no other form, has 'columns' and may have 'record_bytes'",
                key="form" if is_fixed else "columns" if self.columns else "record_bytes",
            )
        names = [span.name for span in self.columns or ()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise WrongValueError(
                ja=f"列 {', '.join(twice)} が二度あります。一つにしてください",
                en=f"places {', '.join(twice)} twice: leave one",
                key="columns",
            )
        end = max((span.at - 1 + span.bytes for span in self.columns or ()), default=0)
        if self.record_bytes is not None and self.record_bytes < end:
            raise WrongValueError(
                ja=f"最後の列の終わり({end})以上にしてください",
                en=f"must be at least the end of the last column ({end})",
                key="record_bytes",
            )
