"""A column of units by kind that comes back in the field's own order, which PostgreSQL does not keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

ORDER = ("communication", "metering", "option", "cover")
"""As they are plugged together, and as people name them; kinds of another catalogue come behind these."""


class UnitsByKind(models.JSONField):
    """An object of unit ids by kind, always in :data:`ORDER`, on whichever database."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the object as it was written, its members in order."""
        found = super().from_db_value(value, expression, connection)
        return in_order(found) if isinstance(found, dict) else found

    def deconstruct(self) -> Any:
        """Be a plain JSON column to migrations: the table is the same."""
        name, _, arguments, keywords = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, keywords


def in_order(units: Mapping[str, str]) -> dict[str, str]:
    """Return units by kind in :data:`ORDER`, which a JSON column elsewhere may have lost."""
    return {kind: units[kind] for kind in sorted(units, key=_place)}


def _place(kind: str) -> tuple[int, str]:
    return (ORDER.index(kind) if kind in ORDER else len(ORDER), kind)
