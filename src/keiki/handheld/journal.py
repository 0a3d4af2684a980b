"""The device's memory: every step of every visit, durable before the next step is taken.

SQLite with a write-ahead log and full synchronisation: what was recorded survives a dead battery. The journal keeps the
*sealed* envelope until the password is proved, the visit ends or the envelope expires, then erases it from database and
log; its SHA-256 stays, to know the barcode again. The plaintext never comes here. States follow
:data:`keiki.domain.workorders.visit.VISIT`; an illegal event raises and records nothing.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from keiki.domain.workorders.visit import VISIT, VisitEvent, VisitState
from keiki.foundation.files.sqlite_schema import bring_up_to_date
from keiki.protocols.sealing.credential import read_context

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS visit (
    id TEXT PRIMARY KEY, work_order TEXT NOT NULL, unit TEXT NOT NULL, generation INTEGER NOT NULL,
    state TEXT NOT NULL, started_at INTEGER NOT NULL, envelope BLOB, found TEXT NOT NULL DEFAULT '{}',
    status TEXT NOT NULL DEFAULT '{}', outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    held INTEGER, executed_at INTEGER, exported_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS step (
    visit TEXT NOT NULL REFERENCES visit(id), number INTEGER NOT NULL, event TEXT NOT NULL, state TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (visit, number)
) STRICT;
""",
    """
ALTER TABLE visit ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
UPDATE visit SET expires = envelope_expires(envelope), digest = envelope_digest(envelope) WHERE envelope IS NOT NULL;
""",
)
"""Step by step: the first is what every version before had. The second uses functions of :class:`Journal`."""
ENDED = frozenset(VISIT.final)


@dataclass(frozen=True)
class VisitStep:
    """One recorded event, the state it led to, and when (Unix seconds)."""

    event: VisitEvent
    state: VisitState
    at: int


@dataclass(frozen=True)
class VisitEnd:
    """How a visit ended: outcome and reason as the result tells them, the generation the meter holds if known."""

    outcome: str
    reason: str
    held: int | None
    executed_at: int


@dataclass(frozen=True)
class Visit:
    """A visit as the journal has it. ``id`` is 32 hexadecimal digits; ``envelope`` is None once it was erased."""

    id: str
    work_order: str
    unit: str
    generation: int
    state: VisitState
    started_at: int
    envelope: bytes | None = field(repr=False)
    found: Mapping[str, str]
    status: Mapping[str, str | int]
    ending: VisitEnd | None
    steps: tuple[VisitStep, ...]

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.state in ENDED

    @property
    def unsure(self) -> bool:
        """Whether a write was sent of which nobody knows if it took effect."""
        known = {VisitEvent.ACKNOWLEDGE, VisitEvent.FIND_HELD}
        last = [step.event for step in self.steps if step.event in known | {VisitEvent.WRITE}][-1:]
        return last == [VisitEvent.WRITE]


class VisitJournal:
    """The journal of one device."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.create_function("envelope_expires", 1, lambda envelope: read_context(envelope).expires)
        self._db.create_function("envelope_digest", 1, _digest)
        bring_up_to_date(self._db, path, _SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def begin(
        self, visit: str, envelope: bytes, at: int, *, work_order: str, unit: str, generation: int, expires: int
    ) -> Visit:
        """Begin a visit; where one with the same envelope is unfinished, return that instead.

        ``work_order`` is empty where nobody stated it; an unfinished visit takes it when it is stated later.
        """
        digest = _digest(envelope)
        with self._transaction():
            row = self._db.execute("SELECT id FROM visit WHERE digest = ? AND outcome = ''", (digest,)).fetchone()
            if row is not None:
                found = str(row["id"])
                self._db.execute(
                    "UPDATE visit SET work_order = ? WHERE id = ? AND work_order = ''", (work_order, found)
                )
                return self.visit(found)
            self._db.execute(
                "INSERT INTO visit (id, work_order, unit, generation, state, started_at, envelope, expires, digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (visit, work_order, unit, generation, VISIT.initial.value, at, envelope, expires, digest),
            )
        return self.visit(visit)

    def record(self, visit: str, event: VisitEvent, at: int, ending: VisitEnd | None = None) -> VisitStep:
        """Record an event, durably; with an ``ending`` also how the visit ended.

        The envelope is erased when the password is proved, and at the latest when the visit ends.
        """
        over = ending is not None or event is VisitEvent.PROVE
        with self._transaction():
            state = VISIT.after(self.visit(visit).state, event)
            self._db.execute("UPDATE visit SET state = ? WHERE id = ?", (state.value, visit))
            self._db.execute(
                "INSERT INTO step SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ? FROM step WHERE visit = ?",
                (visit, event.value, state.value, at, visit),
            )
            if ending is not None:
                self._db.execute(
                    "UPDATE visit SET outcome = ?, reason = ?, held = ?, executed_at = ? WHERE id = ?",
                    (ending.outcome, ending.reason, ending.held, ending.executed_at, visit),
                )
            if over:
                self._db.execute("UPDATE visit SET envelope = NULL WHERE id = ?", (visit,))
        if over:
            self._empty_log()
        return VisitStep(event, state, at)

    def erase_expired(self, now: int) -> int:
        """Erase the envelopes whose time is over, of visits in any state; return how many."""
        erased = self._db.execute(
            "UPDATE visit SET envelope = NULL WHERE envelope IS NOT NULL AND (expires <= ? OR state = ?)",
            (now, VisitState.PROVED.value),
        ).rowcount
        if erased:
            self._empty_log()
        return erased

    def note_found(self, visit: str, found: Mapping[str, str]) -> None:
        """Keep which units were found at the port."""
        self._db.execute("UPDATE visit SET found = ? WHERE id = ?", (json.dumps(dict(found)), visit))

    def note_status(self, visit: str, status: Mapping[str, str | int]) -> None:
        """Keep the status items that were read."""
        self._db.execute("UPDATE visit SET status = ? WHERE id = ?", (json.dumps(dict(status)), visit))

    def note_exported(self, visit: str, at: int) -> None:
        """Keep that the result was handed out."""
        self._db.execute("UPDATE visit SET exported_at = ? WHERE id = ?", (at, visit))

    def visit(self, visit: str) -> Visit:
        """Return a visit; ``KeyError`` if there is none of this id."""
        row = self._db.execute("SELECT * FROM visit WHERE id = ?", (visit,)).fetchone()
        if row is None:
            raise KeyError(visit)
        steps = self._db.execute("SELECT event, state, at FROM step WHERE visit = ? ORDER BY number", (visit,))
        ending = VisitEnd(row["outcome"], row["reason"], row["held"], row["executed_at"]) if row["outcome"] else None
        return Visit(
            id=row["id"],
            work_order=row["work_order"],
            unit=row["unit"],
            generation=row["generation"],
            state=VisitState(row["state"]),
            started_at=row["started_at"],
            envelope=row["envelope"],
            found=json.loads(row["found"]),
            status=json.loads(row["status"]),
            ending=ending,
            steps=tuple(VisitStep(VisitEvent(s["event"]), VisitState(s["state"]), s["at"]) for s in steps),
        )

    def unfinished(self) -> list[Visit]:
        """Return the visits that have not ended, oldest first."""
        rows = self._db.execute("SELECT id FROM visit WHERE outcome = '' ORDER BY started_at, rowid").fetchall()
        return [self.visit(row["id"]) for row in rows]

    def to_export(self, again: bool) -> list[Visit]:
        """Return the visits that have ended and were not handed out yet; with ``again`` all that have ended."""
        rows = self._db.execute(
            "SELECT id FROM visit WHERE outcome != '' AND (exported_at IS NULL OR ?) ORDER BY executed_at, rowid",
            (again,),
        ).fetchall()
        return [self.visit(row["id"]) for row in rows]

    def _empty_log(self) -> None:
        """Copy the write-ahead log into the database and cut it to nothing: what was erased is in neither."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _digest(envelope: bytes) -> bytes:
    return hashlib.sha256(envelope).digest()
