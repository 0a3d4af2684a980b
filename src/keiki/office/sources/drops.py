"""A folder into which an owner drops files: the newest complete one is read, never one that is still being written.

Which files are complete is the configuration's to say (a marker beside, a time of rest, a trailer that counts). The
newest by name is indexed once (``drop_index``) in a thread of its own; until that is done the drop before it answers,
and the first time the source says that it is being read in. A drop that turns out to be torn is left alone, with a word
in the log, and the one before it stands: its rows carry their own as-of time, so it can be old but never look young.
"""

from __future__ import annotations

import threading
import time
from importlib.util import find_spec
from pathlib import Path

import structlog

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.access import FolderAccess
from keiki.office.sources.asking import Changes, Rows, Survey
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.drop_index import Drop, DropIndex, build, index_file
from keiki.office.sources.errors import ConfigurationError, SourceUnavailableError, TornDropError

LOOK_SECONDS = 1.0
CANDIDATES = 3
SHARE_OF_LIMIT = 0.8
"""How much of the source's limit a look-up waits for an index that is being made."""
log = structlog.get_logger("keiki.office.sources")


class Drops:
    """The dropped files of one source; indexes are kept in ``cache``. ``limit`` in seconds."""

    def __init__(self, source: SourceConfiguration, access: FolderAccess, limit: float, cache: Path) -> None:
        if access.form == "parquet" and find_spec("duckdb") is None:
            raise ConfigurationError(
                f"source {source.card.id}: Parquet を読むには duckdb が必要です。インストールしてください",
                f"source {source.card.id}: Parquet needs the package duckdb: install it",
            )
        self._source, self._access, self._limit, self._cache = source, access, limit, cache
        self._lock = threading.Lock()
        self._mine = threading.local()
        self._torn: dict[Drop, str] = {}
        self._file: Path | None = None
        self._looked = 0.0
        self._building: threading.Thread | None = None

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows of a supply point in the newest drop that is indexed."""
        return self._index().look_up(point)

    def survey(self) -> Survey:
        """Index the newest drop, however long that takes, and look into it."""
        self.refresh(None)
        return self._index().survey()

    def changes(self, cursor: str) -> Changes:
        """Another drop than at ``cursor``: any point may have changed; the same one: none has."""
        self.refresh(None)
        name = self._index().file.stem
        return Changes(name, frozenset() if name == cursor else None)

    def refresh(self, wait: float | None) -> None:
        """Index the newest complete drop unless it is; waits at most ``wait`` seconds, or until it is done."""
        with self._lock:
            if self._building is None or not self._building.is_alive():
                self._looked = time.monotonic()
                name = f"drop-{self._source.card.id}"
                self._building = threading.Thread(target=self._take_newest, name=name, daemon=True)
                self._building.start()
            building = self._building
        building.join(wait)

    def close(self) -> None:
        """Each thread's index is closed with the thread."""

    def _index(self) -> DropIndex:
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self.refresh(self._limit * SHARE_OF_LIMIT)
        file = self._file
        if file is None:
            raise SourceUnavailableError(self._source.card.id, self._why_none())
        opened: DropIndex | None = getattr(self._mine, "opened", None)
        if opened is None or opened.file != file:
            if opened is not None:
                opened.close()
            self._mine.opened = opened = DropIndex(self._source, file)
        return opened

    def _take_newest(self) -> None:
        for drop in self._complete():
            if drop in self._torn:
                continue
            file = index_file(self._cache, self._source, self._access, drop)
            try:
                if not file.exists():
                    build(file, self._source, self._access, drop)
            except (TornDropError, OSError) as error:
                self._torn = {drop: str(error) if isinstance(error, TornDropError) else type(error).__name__}
                log.warning("drop left alone", source=self._source.card.id, file=drop.path.name, why=self._torn[drop])
                continue
            before, self._file = self._file, file
            if before != file:
                self._forget_others(file)
            return

    def _complete(self) -> list[Drop]:
        """The newest complete drops, the newest first."""
        complete, found = self._access.complete, []
        for path in sorted(self._access.path.glob(self._access.files), reverse=True):
            try:
                drop = Drop.of(path)
            except FileNotFoundError:
                continue
            marked = not complete.marker or path.with_name(path.name + complete.marker).exists()
            if marked and time.time() - drop.changed_ns / 1e9 >= complete.settled and path.is_file():
                found.append(drop)
            if len(found) == CANDIDATES:
                break
        return found

    def _forget_others(self, file: Path) -> None:
        """Remove indexes of drops that are no longer read; who has one open still reads it to the end."""
        for other in self._cache.glob(f"{self._source.card.id}-{'?' * 24}.sqlite"):
            if other != file:
                other.unlink(missing_ok=True)

    def _why_none(self) -> Text:
        if self._building is not None and self._building.is_alive():
            return (
                "新しいファイルを読み込み中です。少し待ってからやり直してください。",
                "its newest file is being read in: try again in a moment",
            )
        if self._torn:
            why = next(iter(self._torn.values()))
            return (
                f"ファイルを読めません。所有部署に確認してください({why})。",
                f"no file of it can be read: {why}: ask its owner",
            )
        return (
            "読み込めるファイルがまだ届いていません。所有部署に確認してください。",
            "no complete file has arrived in its folder: ask its owner",
        )
