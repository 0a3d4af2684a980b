"""The agent's journal: every command it ever took, what became of it, and what it still owes.

One SQLite file, WAL, ``synchronous=FULL``: what a method wrote is on disk when it returns, and each method is one
transaction. The remote command's lifecycle table (:mod:`keiki.domain.remote.lifecycle`) drives the states.

It holds no password: a command stays sealed, and is deleted with the transaction that records its answer; the sealed
answer is deleted once the relay has it. :meth:`AgentJournal.cut_log` deletes both from the write-ahead log too. Supply
points are held masked, units by serial number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from keiki.control.entries import JournalEntry, QuarantinedMessage, ReceivedCommand
from keiki.domain.remote.lifecycle import REMOTE_COMMAND, CommandEvent, CommandState
from keiki.foundation.files.sqlite_schema import bring_up_to_date, check_not_newer

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS command (
    message_id BLOB PRIMARY KEY, digest BLOB NOT NULL, kind TEXT NOT NULL, supply_point TEXT NOT NULL,
    unit TEXT NOT NULL, generation INTEGER, expires INTEGER NOT NULL, received_at REAL NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at REAL NOT NULL,
    sealed BLOB, reason TEXT NOT NULL DEFAULT '', answered_at REAL, result BLOB, put_at REAL
) STRICT;
CREATE INDEX IF NOT EXISTS command_due ON command (due_at) WHERE sealed IS NOT NULL;
CREATE INDEX IF NOT EXISTS command_owed ON command (answered_at) WHERE result IS NOT NULL;
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY, message_id BLOB NOT NULL REFERENCES command ON DELETE CASCADE,
    at REAL NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_of ON event (message_id);
CREATE TABLE IF NOT EXISTS quarantine (
    digest BLOB PRIMARY KEY, code TEXT NOT NULL, size INTEGER NOT NULL, first_at REAL NOT NULL,
    last_at REAL NOT NULL, times INTEGER NOT NULL
) STRICT;
""",
    """
CREATE INDEX quarantine_last ON quarantine (last_at);
CREATE TABLE quarantine_forgotten (code TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT;
""",
)
"""Step by step: the first is what every version before had."""
MOST_QUARANTINED = 1000
"""Quarantined messages that are listed one by one; of older ones only the number is kept, by their code."""
_WRITE_SENT = "write"
_READERS_MILLISECONDS, _BUSY_MILLISECONDS = 50, 5000
_SET_ASIDE = "set_aside"
_COLUMNS = tuple(field.name for field in fields(JournalEntry))


class AgentJournal:
    """The journal at ``path``; one agent holds it, anybody may read it."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        if read_only:
            self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
            check_not_newer(self._db, path, len(_SCHEMA))
            return
        path.touch(mode=0o600)
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        bring_up_to_date(self._db, path, _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def find(self, message_id: bytes) -> JournalEntry | None:
        """Return the command of this id, if it was ever taken."""
        return next(self._entries("WHERE message_id = ?", message_id), None)

    def receive(self, received: ReceivedCommand, sealed: bytes, now: float) -> None:
        """Take a command: it will be executed, whatever happens to this process."""
        state = REMOTE_COMMAND.after(CommandState.SENT, CommandEvent.RECEIVE)
        with self._transaction():
            self._insert(received, state, sealed, now)
            self._say(received.message_id, CommandEvent.RECEIVE, now)

    def refuse_at_once(self, received: ReceivedCommand, reason: str, result: bytes, now: float) -> None:
        """Take a command and answer it in one: it will never be executed."""
        state = REMOTE_COMMAND.after(CommandState.SENT, CommandEvent.RECEIVE)
        with self._transaction():
            self._insert(received, state, None, now)
            self._say(received.message_id, CommandEvent.RECEIVE, now)
            self._move(received.message_id, state, CommandEvent.REFUSE, now)
            self._answer(received.message_id, reason, result, now)

    def execute(self, entry: JournalEntry, now: float) -> None:
        """A command is about to be carried out."""
        with self._transaction():
            self._move(entry.message_id, entry.state, CommandEvent.EXECUTE, now)
            self._db.execute("UPDATE command SET attempts = attempts + 1 WHERE message_id = ?", (entry.message_id,))

    def note(self, message_id: bytes, name: str, now: float) -> None:
        """Record a step of the procedure before it is taken."""
        with self._transaction():
            self._say(message_id, name, now)

    def try_again(self, message_id: bytes, due_at: float, now: float) -> None:
        """The meter did not answer, or the agent died meanwhile: it is asked again at ``due_at``."""
        with self._transaction():
            self._move(message_id, CommandState.EXECUTING, CommandEvent.LOSE_REPLY, now)
            self._db.execute("UPDATE command SET due_at = ? WHERE message_id = ?", (due_at, message_id))

    def answer(
        self, entry: JournalEntry, events: tuple[CommandEvent, ...], reason: str, result: bytes, now: float
    ) -> None:
        """Record the answer and forget the sealed command, in one."""
        with self._transaction():
            state = entry.state
            for event in events:
                state = self._move(entry.message_id, state, event, now)
            self._answer(entry.message_id, reason, result, now)

    def set_aside(self, message_id: bytes, reason: str, now: float) -> None:
        """Put a command away that can neither be carried out nor answered: it is never due again, and owes nothing."""
        with self._transaction():
            self._say(message_id, _SET_ASIDE, now)
            self._db.execute(
                "UPDATE command SET reason = ?, answered_at = ?, put_at = ?, sealed = NULL, result = NULL"
                " WHERE message_id = ?",
                (reason, now, now, message_id),
            )

    def record_put(self, message_id: bytes, now: float) -> None:
        """The relay has the answer on disk: it is not owed any more."""
        with self._transaction():
            self._db.execute("UPDATE command SET put_at = ?, result = NULL WHERE message_id = ?", (now, message_id))

    def cut_log(self) -> None:
        """Copy the write-ahead log into the file and cut it to nothing: what was deleted is in neither.

        A reader that holds on for longer than a moment puts it off until the next call.
        """
        self._db.execute(f"PRAGMA busy_timeout = {_READERS_MILLISECONDS}")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")

    def quarantine(self, digest: bytes, code: str, size: int, now: float) -> None:
        """Record a message that is nobody's command, or that nobody can show to be the office's."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, 1)"
                " ON CONFLICT (digest) DO UPDATE SET last_at = excluded.last_at, times = times + 1",
                (digest, code, size, now, now),
            )
            self._forget_oldest_quarantined()

    def _forget_oldest_quarantined(self) -> None:
        """Whoever can put on the relay decides how many messages come, and not how much the journal keeps of them."""
        oldest = self._db.execute(
            "SELECT digest, code FROM quarantine ORDER BY last_at DESC LIMIT -1 OFFSET ?", (MOST_QUARANTINED,)
        ).fetchall()
        for digest, code in oldest:
            self._db.execute("DELETE FROM quarantine WHERE digest = ?", (digest,))
            self._db.execute(
                "INSERT INTO quarantine_forgotten VALUES (?, 1)"
                " ON CONFLICT (code) DO UPDATE SET messages = messages + 1",
                (code,),
            )

    def recover(self, now: float) -> int:
        """After a start: what was being carried out when the agent died counts as a lost reply. Returns how many."""
        cut_off = list(self._entries("WHERE state = ?", CommandState.EXECUTING.value))
        for entry in cut_off:
            self.try_again(entry.message_id, now, now)
        return len(cut_off)

    def purge(self, before: float) -> int:
        """Forget what was answered, put and expired before ``before``; an expired id can do nothing any more."""
        with self._transaction():
            self._db.execute("DELETE FROM quarantine WHERE last_at < ?", (before,))
            gone = self._db.execute(
                "DELETE FROM command WHERE put_at < ? AND answered_at < ? AND expires < ?", (before, before, before)
            )
            return gone.rowcount

    def due(self, now: float, limit: int) -> list[JournalEntry]:
        """Commands to be carried out now: least tried first, so that silent meters hold up nobody, then oldest."""
        waiting = "WHERE sealed IS NOT NULL AND state = ? AND due_at <= ? ORDER BY attempts, received_at LIMIT ?"
        return list(self._entries(waiting, CommandState.RECEIVED.value, now, limit))

    def next_due(self, after: float) -> float | None:
        """When the next command that is not due yet becomes due."""
        (found,) = self._db.execute(
            "SELECT min(due_at) FROM command WHERE sealed IS NOT NULL AND due_at > ?", (after,)
        ).fetchone()
        return float(found) if found is not None else None

    def unsent(self, limit: int) -> list[JournalEntry]:
        """Answers that the relay does not have yet, oldest first."""
        return list(self._entries("WHERE result IS NOT NULL ORDER BY answered_at LIMIT ?", limit))

    def wrote(self, message_id: bytes) -> bool:
        """Whether a write was ever sent to the meter for this command."""
        return _WRITE_SENT in self.events(message_id)

    def events(self, message_id: bytes) -> list[str]:
        """What happened to a command, in order."""
        rows = self._db.execute("SELECT name FROM event WHERE message_id = ? ORDER BY number", (message_id,))
        return [str(name) for (name,) in rows]

    def latest(self, limit: int) -> list[JournalEntry]:
        """The commands taken last, newest first."""
        return list(self._entries("ORDER BY received_at DESC LIMIT ?", limit))

    def counts(self) -> dict[str, int]:
        """How many commands are in which state."""
        return dict(self._db.execute("SELECT state, count(*) FROM command GROUP BY state").fetchall())

    def quarantined(self, limit: int) -> list[QuarantinedMessage]:
        """The messages quarantined last, newest first."""
        rows = self._db.execute("SELECT * FROM quarantine ORDER BY last_at DESC LIMIT ?", (limit,))
        return [QuarantinedMessage(*row) for row in rows]

    def forgotten(self) -> dict[str, int]:
        """How many quarantined messages are no longer listed, by their code."""
        there = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'quarantine_forgotten'").fetchone()
        return dict(self._db.execute("SELECT code, messages FROM quarantine_forgotten").fetchall()) if there else {}

    def _entries(self, where: str, *values: object) -> Iterator[JournalEntry]:
        for row in self._db.execute(f"SELECT * FROM command {where}", values):  # noqa: S608 - fixed texts of this file
            values_by_name = dict(zip(_COLUMNS, row, strict=True))
            yield JournalEntry(**{**values_by_name, "state": CommandState(values_by_name["state"])})

    def _insert(self, received: ReceivedCommand, state: CommandState, sealed: bytes | None, now: float) -> None:
        r = received
        known = (r.message_id, r.digest, r.kind, r.supply_point, r.unit, r.generation, r.expires)
        self._db.execute(
            "INSERT INTO command (message_id, digest, kind, supply_point, unit, generation, expires,"
            " received_at, state, due_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*known, now, state.value, now, sealed),
        )

    def _move(self, message_id: bytes, state: CommandState, event: CommandEvent, now: float) -> CommandState:
        after = REMOTE_COMMAND.after(state, event)
        changed = self._db.execute(
            "UPDATE command SET state = ? WHERE message_id = ? AND state = ?", (after.value, message_id, state.value)
        )
        if changed.rowcount != 1:
            raise RuntimeError(f"the journal does not hold this command as {state.value}: another agent writes to it")
        self._say(message_id, event, now)
        return after

    def _answer(self, message_id: bytes, reason: str, result: bytes, now: float) -> None:
        self._db.execute(
            "UPDATE command SET reason = ?, answered_at = ?, result = ?, sealed = NULL WHERE message_id = ?",
            (reason, now, result, message_id),
        )

    def _say(self, message_id: bytes, name: str, now: float) -> None:
        self._db.execute("INSERT INTO event (message_id, at, name) VALUES (?, ?, ?)", (message_id, now, str(name)))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
