"""A cache in the office's own database, for the counts that limit guesses: all processes share it, and it holds JSON.

Django's own cache in a database keeps pickles there, so whoever writes to the database would run code in the office.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.utils import timezone

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class Tallies(BaseCache):
    """Django's cache over :class:`~keiki.office.users.models.Tally`. Keys are hashed: they name people."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set a value that is not there yet; says whether it was not. Of two at once one wins."""
        kept = self._rows(key, version)
        with transaction.atomic():
            kept.filter(until__lte=timezone.now()).delete()
            try:
                with transaction.atomic():
                    self._model().objects.create(
                        key=self._hashed(key, version), value=value, until=self._until(timeout)
                    )
            except IntegrityError:
                return False
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a value that is there and has not run out."""
        row = self._rows(key, version).filter(until__gt=timezone.now()).first()
        return row.value if row else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value; what ran out goes."""
        model = self._model()
        with transaction.atomic():
            model.objects.filter(until__lte=timezone.now()).delete()
            model.objects.update_or_create(
                key=self._hashed(key, version), defaults={"value": value, "until": self._until(timeout)}
            )

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a value last anew."""
        there = self._rows(key, version).filter(until__gt=timezone.now())
        return bool(there.update(until=self._until(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._rows(key, version).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        self._model().objects.all().delete()

    def _until(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return FOREVER if seconds is None else timezone.now() + timedelta(seconds=float(seconds))

    def _hashed(self, key: str, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version).encode()).hexdigest()

    def _rows(self, key: str, version: int | None) -> Any:
        return self._model().objects.filter(key=self._hashed(key, version))

    @staticmethod
    def _model() -> Any:
        from keiki.office.users.models import Tally  # noqa: PLC0415 - the cache is made before the apps are loaded

        return Tally
