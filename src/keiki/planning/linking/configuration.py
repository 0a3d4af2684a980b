"""Which file holds each owner's snapshot, and how its columns are read: ``snapshots.toml`` and the office's mapping.

``snapshots.toml`` names the files; keys, codes and formats stand in the mapping it points to, which is the office's
own ``sources.toml``: one mapping, so that a million points are read as one is. Keys of the mapping that only a look-up
needs (addresses, queries, time limits) are passed over here; the office checks them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.mapping.columns import FILE_TIME, SourceMapping
from keiki.domain.mapping.settings import refuse_two_owners
from keiki.foundation.files.layout import FileLayout
from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import WrongSettingError, WrongValueError
from keiki.foundation.settings.reader import read_table
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.snapshot_tables import MappedSource, MappingFile, SnapshotsFile, SnapshotTable


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
class ConfiguredSnapshots:
    """All snapshots, in the order of the mapping."""

    snapshots: tuple[Snapshot, ...]

    def owner(self, term: str) -> Snapshot | None:
        """Return the snapshot that gives ``term``."""
        return next((each for each in self.snapshots if term in each.card.terms), None)


def read_configuration(path: Path) -> ConfiguredSnapshots:
    """Read ``snapshots.toml``; files are looked for beside it. Raises :class:`LinkingError` naming the place."""
    try:
        return _configuration(path)
    except WrongSettingError as error:
        raise LinkingError(error.text.ja, error.text.en) from None


def _configuration(path: Path) -> ConfiguredSnapshots:
    document = SettingsDocument.read(path, path.name)
    named = read_table(SnapshotsFile, document)
    mapping_path = path.parent / named.mapping
    mapping_document = SettingsDocument.read(mapping_path, mapping_path.name)
    mapping = read_table(MappingFile, mapping_document)
    sources = {source.id: source for source in mapping.source}
    for name in named.snapshot:
        if name not in sources:
            raise document.wrong(
                ("snapshot", name),
                ja=f"「{name}」という台帳は対応表にありません。あるのは{'、'.join(sources)}です。",
                en=f"the mapping has no source {name!r}: it has {', '.join(sources)}",
            )
    snapshots = []
    for number, source in enumerate(mapping.source):
        if source.id in named.snapshot:
            with mapping_document.at("source", number):
                mapped = source.mapping(mapping.model, time_in_name=source.as_of.column is None)
            with document.at("snapshot", source.id):
                snapshots.append(_snapshot(mapped, source, named.snapshot[source.id], path.parent))
    with document.at():
        _refuse_gaps(snapshots)
    return ConfiguredSnapshots(tuple(snapshots))


def _snapshot(mapped: SourceMapping, source: MappedSource, table: SnapshotTable, beside: Path) -> Snapshot:
    folder = source.folder.folder() if source.folder else None
    found = table.found(folder, beside)
    layout = table.layout_of(folder, found.files[0].suffix.lower())
    pattern = table.as_of_in_name or (folder.as_of_in_name if folder else None)
    in_name = source.as_of.column is None
    if in_name and pattern is None:
        raise WrongValueError(
            ja="時点の列がないので、ファイル名のどこにあるかを 'as_of_in_name' で指定してください",
            en="no column has the as-of time: say in 'as_of_in_name' where it stands in the file's name",
        )
    layout.refuse_unplaced(name for name in (*mapped.columns, *table.only) if name != FILE_TIME)
    return Snapshot(
        **vars(mapped),
        files=found.files,
        layout=layout,
        as_of_in_name=pattern if in_name else None,
        only={column: tuple(sorted(set(values))) for column, values in table.only.items()},
        passed_over=found.passed_over,
    )


def _refuse_gaps(snapshots: Sequence[Snapshot]) -> None:
    refuse_two_owners(snapshots)
    terms = [term for each in snapshots for term in each.card.terms]
    missing = [term for term in REQUIRED if term not in terms]
    if missing:
        raise WrongValueError(
            ja=f"設計に必要な {'、'.join(missing)} の出所がありません。スナップショットを追加してください。",
            en=f"no snapshot gives {', '.join(missing)}, which every design needs: add the owner's file",
        )
