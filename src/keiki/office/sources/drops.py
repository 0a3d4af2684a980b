"""A folder into which an owner drops files: the newest complete one is read, never one that is still being written.

Which files are complete is the configuration's to say (a marker beside, a time of rest, a trailer that counts). The
newest by name is indexed once (``drop_index``) in a thread of its own; until that is done the drop before it answers,
and the first time the source says that it is being read in. A drop that turns out to be torn is left alone, with a word
in the log, and the one before it stands: its rows carry their own as-of time, so it can be old but never look young.
"""

from __future__ import annotations

import math
import os
import threading
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import structlog

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.folder import DropFolder, DroppedFile, passed_over_text
from keiki.office.sources.asking import Changes, Rows, Survey
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.drop_index import DropIndex, build, index_file
from keiki.office.sources.errors import TELL, ConfigurationError, SourceUnavailableError

LOOK_SECONDS = 1.0
CANDIDATES = 3
SHARE_OF_LIMIT = 0.8
"""How much of the source's limit a look-up waits for an index that is being made."""
AGAIN_SECONDS = 60.0
"""So long a file is left alone that could not be read for a reason that may pass."""
READING: Text = (
    "新しいファイルを読み込み中です。少し待ってからやり直してください。",
    "its newest file is being read in: try again in a moment",
)
NOTHING: Text = (
    "読み込めるファイルがまだ届いていません。所有部署に確認してください。",
    "no complete file has arrived in its folder: ask its owner",
)
TORN: Text = (
    "届いたファイルが最後まで書かれていないか、決められた形でありません。所有部署に送り直しを依頼してください。",
    "what has arrived is not whole or not in the agreed form: ask its owner to send it again",
)
NOBODY: Text = (
    "新しいファイルに、供給地点特定番号を読める行がありません。key と encoding を確認してください。",
    "its newest file has no row whose supply point number can be read: check key and encoding",
)
log = structlog.get_logger("keiki.office.sources")


@dataclass(frozen=True)
class _Left:
    """A drop that is left alone: why, what is told of it, and until when (``time.monotonic``)."""

    why: Text
    reason: Text
    until: float


class DropSource:
    """The dropped files of one source; indexes are kept in ``cache``. ``limit`` in seconds."""

    here = True

    def __init__(self, source: SourceConfiguration, folder: DropFolder, limit: float, cache: Path) -> None:
        if folder.layout.form == "parquet" and find_spec("pyarrow") is None:
            raise ConfigurationError(
                f"source {source.card.id}: Parquet を読むには pyarrow が必要です。インストールしてください",
                f"source {source.card.id}: Parquet needs the package pyarrow: install it",
            )
        self._source, self._folder, self._limit, self._cache = source, folder, limit, cache
        self._lock = threading.Lock()
        self._mine = threading.local()
        self._left: dict[DroppedFile, _Left] = {}
        self._closed = ""
        self._passed_over: tuple[str, ...] = ()
        self._file: Path | None = None
        self._looked = 0.0
        self._building: threading.Thread | None = None

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows of a supply point in the newest drop that is indexed."""
        index = self._index()
        found = index.look_up(point)
        if not found and not index.knows_somebody:
            raise SourceUnavailableError(self._source.card.id, TELL, NOBODY)
        return found

    def points_with(self, term: str, serial: str) -> tuple[SupplyPoint, ...]:
        """Return the supply points whose rows in the newest drop that is indexed name a unit."""
        return self._index().points_with(term, serial)

    def survey(self) -> Survey:
        """Index the newest drop, however long that takes, and look into it."""
        self.refresh(None)
        return replace(self._index().survey(), passed_over=self._passed_over)

    def is_empty(self) -> bool:
        """A file without rows is not read at all, and one without any readable key does not answer."""
        return False

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
            raise self._none()
        opened: DropIndex | None = getattr(self._mine, "opened", None)
        if opened is None or opened.file != file:
            if opened is not None:
                opened.close()
            self._mine.opened = opened = DropIndex(self._source, file)
        return opened

    def _take_newest(self) -> None:
        """Index the newest complete drop that can be; whatever stands in the way is remembered, and told."""
        try:
            with os.scandir(self._folder.path):
                pass
            drops = list(islice(self._folder.complete(), CANDIDATES))
            passed_over = self._folder.passed_over()
        except OSError as error:
            self._closed = type(error).__name__
            log.warning("drops not found", source=self._source.card.id, why=self._closed)
            return
        self._closed = ""
        if passed_over != self._passed_over and passed_over:
            log.warning("links passed over", source=self._source.card.id, why=passed_over_text(passed_over).en)
        self._passed_over = passed_over
        self._left = {drop: left for drop, left in self._left.items() if drop in drops}
        for drop in drops:
            if drop in self._left and time.monotonic() < self._left[drop].until:
                continue
            if self._take(drop):
                return

    def _take(self, drop: DroppedFile) -> bool:
        file = index_file(self._cache, self._source, self._folder, drop)
        try:
            if not file.exists():
                build(file, self._source, self._folder, drop)
        except DamagedFileError as error:
            self._leave(drop, _Left((error.text.ja, error.text.en), TORN, math.inf))
            return False
        except Exception as error:  # noqa: BLE001 - a full disk, a file that may not be read: it may be better later
            kind = type(error).__name__
            self._leave(drop, _Left((kind, kind), TELL, time.monotonic() + AGAIN_SECONDS))
            return False
        before, self._file = self._file, file
        if before != file:
            self._forget_others(file)
        return True

    def _leave(self, drop: DroppedFile, left: _Left) -> None:
        self._left[drop] = left
        log.warning("drop left alone", source=self._source.card.id, file=drop.path.name, why=left.why[1])

    def _forget_others(self, file: Path) -> None:
        """Remove indexes of drops that are no longer read; who has one open still reads it to the end."""
        for other in self._cache.glob(f"{self._source.card.id}-{'?' * 24}.sqlite"):
            if other != file:
                other.unlink(missing_ok=True)

    def _none(self) -> SourceUnavailableError:
        """Say why no drop can be read."""
        source = self._source.card.id
        if self._building is not None and self._building.is_alive():
            return SourceUnavailableError(source, READING)
        if self._closed:
            return SourceUnavailableError(
                source,
                TELL,
                (
                    f"フォルダーを開けません({self._closed})。path、マウント、権限を確認してください。",
                    f"its folder cannot be opened ({self._closed}): check path, mount and rights",
                ),
            )
        if self._left:
            left = next(iter(self._left.values()))
            ja, en = left.why
            detail = (
                f"読めるファイルがありません({ja})。所有部署に確認してください。",
                f"no file of it can be read: {en}: ask its owner",
            )
            return SourceUnavailableError(source, left.reason, detail)
        if self._passed_over:
            why = passed_over_text(self._passed_over)
            return SourceUnavailableError(source, NOTHING, (f"{NOTHING[0]}{why.ja}。", f"{NOTHING[1]}. {why.en}"))
        return SourceUnavailableError(source, NOTHING)
