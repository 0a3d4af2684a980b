"""Which file holds each owner's snapshot, and how its columns are read: ``snapshots.toml`` and the office's mapping.

``snapshots.toml`` names the files; keys, codes and formats stand in the mapping it points to, which is the office's
own ``sources.toml``: one mapping, so that a million points are read as one is. Keys of the mapping that only a look-up
needs (addresses, queries, time limits) are passed over here; the office checks them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.mapping.columns import FILE_TIME, Models, SourceMapping
from keiki.domain.mapping.settings import read_mapping, read_models, refuse_two_owners
from keiki.foundation.files.folder import DropFolder, Matching, matching, read_folder, read_pattern, told_passed_over
from keiki.foundation.files.layout import LAYOUT_KEYS, FileLayout, read_layout
from keiki.foundation.files.opening import read_input_text, why_not
from keiki.foundation.files.toml_text import parse_toml
from keiki.foundation.settings.table import SettingsTable, WrongSettingError
from keiki.foundation.text.bilingual import Bilingual
from keiki.planning.linking.errors import LinkingError, cannot_be_read

_CHECK_FILES = Bilingual(ja="'files' を確認してください", en="check 'files'")
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Snapshot(SourceMapping):
    """One owner's files, written alike. ``only``: the values a column must have for a row to count at all.

    ``as_of_in_name``: where no column says it, a pattern whose group is the as-of time in a file's name.
    ``passed_over``: names that fit the pattern of its files, and are links out of their folder or no regular files.
    """

    files: tuple[Path, ...]
    layout: FileLayout
    as_of_in_name: re.Pattern[str] | None
    only: Mapping[str, tuple[str, ...]]
    passed_over: tuple[str, ...]

    @property
    def size(self) -> int:
        """How large the files are together, in bytes."""
        return sum(path.stat().st_size for path in self.files)


@dataclass(frozen=True)
class Configuration:
    """All snapshots, in the order of the mapping."""

    snapshots: tuple[Snapshot, ...]

    def owner(self, term: str) -> Snapshot | None:
        """Return the snapshot that gives ``term``."""
        return next((each for each in self.snapshots if term in each.card.terms), None)


def read_configuration(path: Path) -> Configuration:
    """Read ``snapshots.toml``; files are looked for beside it. Raises :class:`LinkingError` naming the place."""
    try:
        return _configuration(path)
    except WrongSettingError as error:
        raise LinkingError(error.text.ja, error.text.en) from None


def _configuration(path: Path) -> Configuration:
    top = SettingsTable(_toml(path), path.name)
    mapping_file = path.parent / top.text("mapping")
    mapping = SettingsTable(_toml(mapping_file), mapping_file.name)
    models = read_models(mapping.table("model")) if mapping.has("model") else {}
    sources = {section.text("id"): section for section in mapping.tables("source", "id")}
    files = top.table("snapshot")
    top.done()
    for name in files.items():
        if name not in sources:
            raise files.fail(
                f"「{name}」という台帳は対応表にありません。あるのは{'、'.join(sources)}です。",
                f"the mapping has no source {name!r}: it has {', '.join(sources)}",
            )
    snapshots = tuple(
        _snapshot(sources[name], files.table(name), models, path.parent) for name in sources if files.has(name)
    )
    _refuse_gaps(snapshots, path.name)
    return Configuration(snapshots)


def _toml(path: Path) -> object:
    try:
        return parse_toml(read_input_text(path))
    except OSError as error:
        raise cannot_be_read(path, error) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinkingError(
            f"{path.name} は正しい TOML ではありません ({error})。",
            f"{path.name} is not valid TOML ({error}): correct it",
        ) from None


def _snapshot(source: SettingsTable, place: SettingsTable, models: Models, beside: Path) -> Snapshot:
    in_name = not source.table("as_of").has("column")
    mapping = read_mapping(source, models, time_in_name=in_name)
    folder = read_folder(source.table("folder")) if source.has("folder") else None
    only = place.table("only") if place.has("only") else None
    found = _files(place, folder, beside)
    files = found.files
    layout = _layout(place, folder, files[0].suffix.lower())
    pattern = folder.as_of_in_name if folder else None
    if place.has("as_of_in_name"):
        pattern = read_pattern(place, "as_of_in_name")
    if in_name and pattern is None:
        raise place.fail(
            "時点の列がないので、ファイル名のどこにあるかを 'as_of_in_name' で指定してください",
            "no column has the as-of time: say in 'as_of_in_name' where it stands in the file's name",
        )
    place.done()
    layout.refuse_unplaced(
        place, (name for name in (*mapping.columns, *(only.items() if only else ())) if name != FILE_TIME)
    )
    return Snapshot(
        **vars(mapping),
        files=files,
        layout=layout,
        as_of_in_name=pattern if in_name else None,
        only={column: tuple(only.texts(column)) for column in only.items()} if only else {},
        passed_over=found.passed_over,
    )


def _files(place: SettingsTable, folder: DropFolder | None, beside: Path) -> Matching:
    """Return the files of a snapshot: those named, each name or pattern of names once, or the folder's newest."""
    if place.has("file"):
        return Matching((beside / place.text("file"),), ())
    if place.has("files"):
        return _matching(place, beside)
    if folder is None:
        raise place.fail(
            "'file' か 'files' でファイルを指定してください", "say in 'file' or 'files' which files the snapshot has"
        )
    try:
        newest, passed_over = next(folder.complete(), None), folder.passed_over()
    except OSError as error:
        why = why_not(error)
        raise place.fail(
            f"フォルダーを開けません({why.ja})", f"the folder of the mapping cannot be opened ({why.en})"
        ) from None
    if newest is None:
        raise place.fail(
            f"{folder.path.name} に書き終わったファイルがありません。所有部署に確認してください",
            f"no complete file has arrived in {folder.path.name}: ask its owner, or name one in 'file'",
        )
    return Matching((newest.path,), passed_over)


def _matching(place: SettingsTable, beside: Path) -> Matching:
    """Return what the names and patterns of ``files`` mean; a file that is named outright may be any link."""
    found: dict[Path, None] = {}
    passed_over: dict[str, None] = {}
    for pattern in sorted(place.texts("files")):
        try:
            like = _named_like(beside, pattern)
        except OSError as error:
            why = why_not(error)
            raise place.fail(
                f"「{pattern}」を調べられません({why.ja})", f"{pattern!r} cannot be looked for ({why.en})"
            ) from None
        except (ValueError, NotImplementedError):
            raise place.fail(
                f"'files' の「{pattern}」はファイル名の形ではありません",
                f"{pattern!r} in 'files' is no pattern of names: write it as \"HAIDEN_*.csv\"",
            ) from None
        if not like.files:
            told = told_passed_over(like.passed_over) if like.passed_over else _CHECK_FILES
            raise place.fail(
                f"「{pattern}」に合うファイルがありません({told.ja})",
                f"no file is named like {pattern!r}: {told.en}",
            )
        found |= dict.fromkeys(like.files)
        passed_over |= dict.fromkeys(like.passed_over)
    if not found:
        raise place.fail("'files' が空です", "'files' is empty: name at least one file")
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


def _layout(place: SettingsTable, folder: DropFolder | None, ending: str) -> FileLayout:
    """Return how the files are written: as the snapshot says, as the mapping's folder says, or by their ending."""
    trailer = read_pattern(place, "trailer") if place.has("trailer") else None
    given = [key for key in LAYOUT_KEYS if place.has(key)]
    plain = {".parquet": "parquet", ".csv": "csv"}.get(ending)
    if given or trailer:
        return read_layout(place, trailer, plain)
    if folder and (plain is None or plain == folder.layout.form):
        return folder.layout
    if plain is None:
        raise place.fail(
            f"「{ending}」のファイルの書き方を 'form' で指定してください(csv、parquet、fixed_width)",
            f"say in 'form' how a file {ending!r} is written, neither .parquet nor .csv: csv, parquet or fixed_width",
        )
    return FileLayout(form=plain)


def _refuse_gaps(snapshots: tuple[Snapshot, ...], place: str) -> None:
    refuse_two_owners(snapshots)
    terms = [term for each in snapshots for term in each.card.terms]
    missing = [term for term in REQUIRED if term not in terms]
    if missing:
        raise LinkingError(
            f"{place}: 設計に必要な {'、'.join(missing)} の出所がありません。スナップショットを追加してください。",
            f"{place}: no snapshot gives {', '.join(missing)}, which every design needs: add the owner's file",
        )
