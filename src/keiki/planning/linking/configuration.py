"""Which file holds each owner's snapshot, and how its columns are read: ``snapshots.toml`` and the office's mapping.

``snapshots.toml`` names the files; keys, codes and formats stand in the mapping it points to, which is the office's
own ``sources.toml``: one mapping, so that a million points are read as one is. Keys of the mapping that only a look-up
needs (addresses, queries, time limits) are passed over here; the office checks them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.mapping.columns import Models, SourceMapping
from keiki.domain.mapping.settings import read_mapping, read_models, refuse_two_owners
from keiki.foundation.settings.table import SettingsTable, WrongSettingError
from keiki.planning.linking.errors import LinkingError


@dataclass(frozen=True)
class Snapshot(SourceMapping):
    """One owner's file. ``only``: the values a column must have for a row to count at all."""

    file: Path
    only: Mapping[str, tuple[str, ...]]


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
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        why = error.strerror or str(error)
        raise LinkingError(f"{path.name} を読めません: {why}", f"{path.name} cannot be read: {why}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinkingError(
            f"{path.name} は正しい TOML ではありません ({error})。",
            f"{path.name} is not valid TOML ({error}): correct it",
        ) from None


def _snapshot(source: SettingsTable, place: SettingsTable, models: Models, folder: Path) -> Snapshot:
    mapping = read_mapping(source, models, time_in_name=False)
    only = place.table("only") if place.has("only") else None
    file = folder / place.text("file")
    place.done()
    return Snapshot(
        **vars(mapping),
        file=file,
        only={column: tuple(only.texts(column)) for column in only.items()} if only else {},
    )


def _refuse_gaps(snapshots: tuple[Snapshot, ...], place: str) -> None:
    refuse_two_owners(snapshots)
    terms = [term for each in snapshots for term in each.card.terms]
    missing = [term for term in REQUIRED if term not in terms]
    if missing:
        raise LinkingError(
            f"{place}: 設計に必要な {'、'.join(missing)} の出所がありません。スナップショットを追加してください。",
            f"{place}: no snapshot gives {', '.join(missing)}, which every design needs: add the owner's file",
        )
