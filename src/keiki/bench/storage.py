"""The town's folder on disk: what it was drawn from, its walls, the households' mail, and what its people left undone.

``town.sqlite3`` is written in whole transactions that are on the disk when they return, so a town that is killed at any
moment continues from its last complete state. Credentials and mails are sealed (AES-256-GCM) under ``keys/town.key``;
both files are for their owner alone. A lock tells whether a town runs in the folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keiki.bench.settings import SMALLEST, BadTownError, TownSettings

DATABASE, KEY, LOCK = "town.sqlite3", "keys/town.key", "town.lock"
FORM = 1
"""The form of the database; a town of another one is refused."""
_KEY_BYTES, _NONCE_BYTES = 32, 12
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS wall (supply_point TEXT PRIMARY KEY, state TEXT NOT NULL, credential BLOB);
CREATE TABLE IF NOT EXISTS mail (number INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""


class TownStorage:
    """The state of one town on disk. Made by one process at a time; :meth:`close` it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(folder / LOCK)
        try:
            self._open(folder)
        except BaseException:
            self._lock.close()
            raise

    def _open(self, folder: Path) -> None:
        path = folder / DATABASE
        self.continued = path.exists()
        self._seal = AESGCM(_key(folder / KEY, new=not self.continued))
        path.touch(mode=0o600)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(_SCHEMA)
            self.continued = self.fact("form") is not None
        except sqlite3.DatabaseError:
            self._database.close()
            raise BadTownError(
                ja=f"町のフォルダーの {DATABASE} は町のものではないか、壊れています。別のフォルダーを指定してください",
                en=f"{DATABASE} in the town's folder is not a town's, or is damaged: give the town another folder",
            ) from None
        if self.continued and self.fact("form") != FORM:
            self._database.close()
            raise BadTownError(
                ja="このフォルダーの町は別の版です。別のフォルダーを指定してください",
                en="the folder holds a town of another version: give the town another folder",
            )

    def fact(self, name: str) -> Any:
        """Return something that is kept by name, or ``None``."""
        found = self._database.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if found is None else json.loads(found[0])

    def keep(self, **facts: Any) -> None:
        """Keep facts by name, all or none."""
        rows = [(name, json.dumps(value)) for name, value in facts.items()]
        with self._transaction():
            self._database.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", rows)

    def begin(self, walls: Iterable[tuple[str, dict[str, Any], bytes]], **facts: Any) -> None:
        """Keep a town that was just drawn; from then on it is one that continues."""
        rows = [(name, json.dumps(value)) for name, value in {**facts, "form": FORM}.items()]
        with self._transaction():
            self._database.execute("DELETE FROM wall")
            for wall in walls:
                self._put_wall(*wall)
            self._database.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", rows)

    def walls(self) -> Iterator[tuple[str, dict[str, Any], bytes]]:
        """Yield every wall: supply point, state, and the credential that it holds (empty: none)."""
        for point, state, sealed in self._database.execute("SELECT supply_point, state, credential FROM wall"):
            yield point, json.loads(state), self._opened(sealed, point) if sealed else b""

    def keep_wall(self, supply_point: str, state: dict[str, Any], credential: bytes) -> None:
        """Keep a wall; it is on the disk when this returns."""
        with self._transaction():
            self._put_wall(supply_point, state, credential)

    def mails(self) -> Iterator[dict[str, Any]]:
        """Yield every mail in the order of its coming."""
        for number, sealed in self._database.execute("SELECT number, content FROM mail ORDER BY number"):
            yield json.loads(self._opened(sealed, f"mail {number}"))

    def keep_mail(self, mail: dict[str, Any]) -> None:
        """Keep a mail behind the others."""
        with self._transaction():
            (last,) = self._database.execute("SELECT coalesce(max(number), 0) FROM mail").fetchone()
            sealed = self._sealed(json.dumps(mail).encode(), f"mail {last + 1}")
            self._database.execute("INSERT INTO mail VALUES (?, ?)", (last + 1, sealed))

    def close(self) -> None:
        """Let another process have the folder."""
        self._database.close()
        self._lock.close()

    def _put_wall(self, supply_point: str, state: dict[str, Any], credential: bytes) -> None:
        sealed = self._sealed(credential, supply_point) if credential else None
        row = (supply_point, json.dumps(state), sealed)
        self._database.execute("INSERT OR REPLACE INTO wall VALUES (?, ?, ?)", row)

    def _transaction(self) -> sqlite3.Connection:
        self._database.execute("BEGIN IMMEDIATE")
        return self._database

    def _sealed(self, content: bytes, place: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, content, place.encode())

    def _opened(self, sealed: bytes, place: str) -> bytes:
        try:
            return self._seal.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise BadTownError(
                ja=f"{KEY} はこの町の鍵ではありません。この町の鍵を戻してください",
                en=f"{KEY} is not the key of this town: bring the town's own key back",
            ) from None


def drawn_from(settings: TownSettings, storage: TownStorage) -> tuple[int, int]:
    """Return seed and points: the folder's, or those of a town that begins."""
    if not storage.continued:
        return settings.seed if settings.seed is not None else 1, settings.points or SMALLEST
    seed, points = int(storage.fact("seed")), int(storage.fact("points"))
    if settings.seed not in (None, seed) or settings.points not in (None, points):
        raise BadTownError(
            ja=f"このフォルダーの町は seed {seed}、供給地点 {points} で作られています。--seed と --points を外すか、"
            "別のフォルダーを指定してください",
            en=f"this folder holds a town of {points} supply points drawn from seed {seed}: leave out --seed and "
            "--points, or give another folder",
        )
    return seed, points


def check(settings: TownSettings) -> None:
    """Raise :class:`BadTownError` where the folder holds a town that cannot go on so. Makes nothing."""
    if not (settings.folder / DATABASE).exists():
        return
    storage = TownStorage(settings.folder)
    try:
        drawn_from(settings, storage)
    finally:
        storage.close()


def _locked(path: Path) -> IO[str]:
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise BadTownError(
            ja="このフォルダーではもう町が動いています。先に止めるか、別のフォルダーを指定してください",
            en="a town runs in that folder already: stop it first, or give another folder",
        ) from None
    return lock


def _key(path: Path, *, new: bool) -> bytes:
    """Return the town's key; made, with its folder, for a town that begins."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        if not new:
            raise BadTownError(
                ja=f"{KEY} がありません。ないと町の計器の中身を誰も読めません。この町の鍵を戻してください",
                en=f"{KEY} is missing: without it nobody can read what the town's meters hold; bring the key back",
            ) from None
    except ValueError:
        raise BadTownError(
            ja=f"{KEY} は町の鍵ではありません。この町の鍵を戻してください",
            en=f"{KEY} is no key of a town: bring the town's own key back",
        ) from None
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return bytes.fromhex(path.read_text(encoding="ascii"))
