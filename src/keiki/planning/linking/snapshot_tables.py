"""What ``snapshots.toml`` may say of an owner's files, and what of the office's mapping bulk linkage reads."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keiki.domain.mapping.settings import MappingTable, ModelTables
from keiki.foundation.files.folder import DropFolder, FolderTable, Matching, matching, passed_over_text
from keiki.foundation.files.layout import FileLayout, LayoutTable
from keiki.foundation.files.opening import opening_refusal
from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.tables import GroupPattern, OneOrMore, OpenTable, Several, StrictTable, Text
from keiki.foundation.text.bilingual import Bilingual

_CHECK_FILES = Bilingual(ja="名前を確認してください", en="check the name")
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, kw_only=True)
class MappedSource(OpenTable, MappingTable):
    """A ``[[source]]`` of the mapping; how a look-up reaches it is passed over, but for a folder of drops."""

    folder: FolderTable | None = None


@dataclass(frozen=True, kw_only=True)
class MappingFile(OpenTable):
    """The office's ``sources.toml``, as far as it says what columns mean."""

    model: ModelTables = field(default_factory=dict)
    source: OneOrMore[MappedSource]


@dataclass(frozen=True, kw_only=True)
class SnapshotTable(LayoutTable):
    """A ``[snapshot.OWNER]``: its files, what of them counts, and how they are written where that is not plain."""

    file: Text | None = None
    files: OneOrMore[str] | None = None
    only: Mapping[str, Several[str]] = field(default_factory=dict)
    as_of_in_name: GroupPattern | None = None
    trailer: GroupPattern | None = None

    def found(self, folder: DropFolder | None, beside: Path) -> Matching:
        """Return the files: those named, each name or pattern of names once, or the newest of the mapping's folder.

        Raises ``WrongValueError``.
        """
        if self.file is not None:
            return Matching((beside / self.file,), ())
        if self.files is not None:
            return _all_matching(self.files, beside)
        if folder is None:
            raise WrongValueError(
                ja="'file' か 'files' でファイルを指定してください",
                en="say in 'file' or 'files' which files the snapshot has",
            )
        try:
            newest, passed_over = next(folder.complete(), None), folder.passed_over()
        except OSError as error:
            why = opening_refusal(error)
            raise WrongValueError(
                ja=f"フォルダーを開けません({why.ja})", en=f"the folder of the mapping cannot be opened ({why.en})"
            ) from None
        if newest is None:
            raise WrongValueError(
                ja=f"{folder.path.name} に書き終わったファイルがありません。所有部署に確認してください",
                en=f"no complete file has arrived in {folder.path.name}: ask its owner, or name one in 'file'",
            )
        return Matching((newest.path,), passed_over)

    def layout_of(self, folder: DropFolder | None, ending: str) -> FileLayout:
        """Return how the files are written: as this table says, as the mapping's folder says, or by their ending.

        Raises ``WrongValueError``.
        """
        plain = {".parquet": "parquet", ".csv": "csv"}.get(ending)
        if self.says_layout or self.trailer:
            return self.layout(self.trailer, plain)
        if folder and (plain is None or plain == folder.layout.form):
            return folder.layout
        if plain is None:
            raise WrongValueError(
                ja=f"「{ending}」のファイルの書き方を 'form' で指定してください(csv、parquet、fixed_width)",
                en=f"say in 'form' how a file {ending!r} is written, neither .parquet nor .csv: "
                "csv, parquet or fixed_width",
            )
        return FileLayout(form=plain)


@dataclass(frozen=True)
class SnapshotsFile(StrictTable):
    """The whole of ``snapshots.toml``."""

    mapping: Text
    snapshot: Mapping[str, SnapshotTable]


def _all_matching(patterns: tuple[str, ...], beside: Path) -> Matching:
    """Return what names and patterns of names mean; a file that is named outright may be any link."""
    found: dict[Path, None] = {}
    passed_over: dict[str, None] = {}
    for pattern in sorted(set(patterns)):
        try:
            like = _named_like(beside, pattern)
        except OSError as error:
            why = opening_refusal(error)
            raise WrongValueError(
                ja=f"「{pattern}」を調べられません({why.ja})",
                en=f"{pattern!r} cannot be looked for ({why.en})",
                key="files",
            ) from None
        except (ValueError, NotImplementedError):
            raise WrongValueError(
                ja=f"「{pattern}」はファイル名の形ではありません",
                en=f'{pattern!r} is no pattern of names: write it as "HAIDEN_*.csv"',
                key="files",
            ) from None
        if not like.files:
            told = passed_over_text(like.passed_over) if like.passed_over else _CHECK_FILES
            raise WrongValueError(
                ja=f"「{pattern}」に合うファイルがありません({told.ja})",
                en=f"no file is named like {pattern!r}: {told.en}",
                key="files",
            )
        found |= dict.fromkeys(like.files)
        passed_over |= dict.fromkeys(like.passed_over)
    return Matching(tuple(found), tuple(passed_over))


def _named_like(beside: Path, pattern: str) -> Matching:
    """Look for a pattern in the folder that its first part names; links may not lead out of that one.

    Raises :class:`ValueError` for a pattern that is none, and :class:`OSError`.
    """
    if not pattern or pattern.startswith("/"):
        raise ValueError
    if not _WILD.search(pattern):
        return Matching((beside / pattern,) if os.path.lexists(beside / pattern) else (), ())
    before = _WILD.split(pattern, maxsplit=1)[0].rpartition("/")[0]
    return matching(beside / before, pattern[len(before) :].lstrip("/") if before else pattern)
