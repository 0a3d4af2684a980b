"""The audit event: append-only, in the past tense, without any secret or personal data."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class AppendOnly(Exception):  # noqa: N818 - says what the table is
    """Somebody tried to change or delete an audit event."""

    def __init__(self) -> None:
        super().__init__("audit events are only ever added: write a new event that corrects the old one")


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads and adds; refuses everything else."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse: events are never changed."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse: events are never deleted."""
        raise AppendOnly


class AuditEvent(models.Model):
    """One thing that happened (``PasswordRewritten``), by whom, to what."""

    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    happened = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    supply_point = models.CharField(max_length=22, blank=True, default="")
    details = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["supply_point", "id"], name="audit_supply_point"),
            models.Index(fields=["happened", "id"], name="audit_happened"),
            models.Index(fields=["subject", "id"], name="audit_subject"),
        )

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.happened} {self.subject} by {self.by}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event; refuse to save one that is already there."""
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: events are never deleted."""
        raise AppendOnly
