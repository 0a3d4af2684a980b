"""The audit event, chained, and the checkpoints over it: append-only, without secret or personal data; verifications.

The format of both is ``docs/audit.md``; the database's own guards are in ``guards.py``.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from keiki.office.refusal import Refusal


class AppendOnly(Refusal):
    """Somebody tried to change or delete an audit event."""

    code = "append_only"

    def __init__(self) -> None:
        super().__init__(
            "監査記録は追加しかできません。訂正は新しい記録として追加してください",
            "audit events are only ever added: write a new event that corrects the old one",
        )


Row = TypeVar("Row", bound=models.Model)


class OnlyAdded(models.QuerySet[Row]):
    """Reads and adds; refuses everything else."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse: events are never changed."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse: events are never deleted."""
        raise AppendOnly


class SilentSource(models.Model):
    """A data server that did not answer whoever asked last; there while that is so (``source_outages.py``)."""

    source = models.CharField(max_length=80, unique=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source} since {self.since.isoformat()}"


class AppendOnlyRow(models.Model):
    """A row that is added once and stays as it is."""

    objects = OnlyAdded.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refuse to save one that is already there."""
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: nothing is deleted."""
        raise AppendOnly


class AuditEvent(AppendOnlyRow):
    """One thing that happened (``PasswordRewritten``), by whom, from where, to what; chained to the one before."""

    position = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    origin = models.CharField(max_length=200, blank=True, default="")
    happened = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    supply_point = models.CharField(max_length=22, blank=True, default="")
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Order and indexes."""

        ordering = ("position",)
        indexes = (
            models.Index(fields=["supply_point", "id"], name="audit_supply_point"),
            models.Index(fields=["happened", "id"], name="audit_happened"),
            models.Index(fields=["subject", "id"], name="audit_subject"),
            models.Index(fields=["by", "position"], name="audit_by"),
            models.Index(fields=["at", "position"], name="audit_at"),
        )

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.happened} {self.subject} by {self.by}"


class AuditCheckpoint(AppendOnlyRow):
    """The office's signed word for the events up to ``position``; ``line`` is what was signed."""

    number = models.BigIntegerField(unique=True)
    position = models.BigIntegerField()
    line = models.TextField()

    class Meta:
        """Order."""

        ordering = ("number",)

    def __str__(self) -> str:
        return f"checkpoint {self.number} over event {self.position}"


class AuditVerification(models.Model):
    """A verification that somebody asked for on the screens: the worker does it, and says how far it is.

    ``verdict`` is what it came to, in plain values; it says nothing that the audit does not.
    """

    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, default=None)
    finished_at = models.DateTimeField(null=True, default=None)
    seen = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    verdict = models.JSONField(default=dict)

    class Meta:
        """Order."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.reference}: {self.seen} of {self.total} events"

    @property
    def reference(self) -> str:
        """What people call the verification."""
        return f"V-{self.pk}"
