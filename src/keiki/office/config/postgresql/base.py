"""Django's PostgreSQL engine, where one transaction at a time may write, as on SQLite (ADR 0951).

Every transaction takes one advisory lock before anything else and holds it until it ends, so the audit's chain is
continued in the order of commit, and two transactions never wait for each other. Reads outside of one do not wait.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import DatabaseError
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL

ONE_WRITER = 0x4B65696B69
"""The advisory lock's number: ``Keiki`` in ASCII."""


class DatabaseWrapper(PostgreSQL):
    """A connection whose transactions wait for their turn when they begin."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit:
            try:
                with self.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_WRITER])
            except DatabaseError:
                self._no_turn()
                raise

    def _no_turn(self) -> None:
        """Leave the transaction that did not get its turn: nothing was begun."""
        with suppress(DatabaseError):
            self._rollback()  # type: ignore[attr-defined]
            super()._set_autocommit(True)  # type: ignore[misc]
