"""Django's sessions in the database, so that what is stored opens nothing: the cookie's key is kept as a keyed digest.

Whoever reads the table finds no cookie. Whoever writes to it makes none: the digest needs ``keys/django-secret``, and
what a row says is signed for this one cookie, so that a copy of another's row is empty (ADR 0997).
"""

from __future__ import annotations

import base64
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils.crypto import salted_hmac

DIGEST_BYTES = 30
"""240 of SHA-256's bits: as text they fill the 40 characters of the column."""


def stored_key(session_key: str) -> str:
    """Return what stands in the database for a session's key, as its cookie has it."""
    digest = salted_hmac("keiki.office.session", session_key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:DIGEST_BYTES]).decode()


class SessionStore(DatabaseStore):
    """Django's store; only its synchronous half, which is what the office's views use."""

    @property
    def key_salt(self) -> str:
        """What the content is signed with besides the secret: this session's own key."""
        return f"keiki.office.session content:{stored_key(self.session_key or '')}"

    def exists(self, session_key: str) -> bool:
        """Say whether there is a session of this key."""
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Remove the session of this key; none named: this one."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_key(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row for this session."""
        self._get_or_create_session_key()  # type: ignore[attr-defined] # before the content is signed for it
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        plain = self.session_key
        found = None
        if plain is not None:
            self._session_key = stored_key(plain)
            try:
                found = super()._get_session_from_db()  # type: ignore[misc]
            finally:
                self._session_key = plain if found is not None else None
        return found
