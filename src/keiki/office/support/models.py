"""Diagnosis runs: a reading of the communication unit's status, remote or on site, and what it was found to mean."""

from __future__ import annotations

from django.db import models

from keiki.office.remote.models import RemoteCommand


class ReadingMethodChoice(models.TextChoices):
    """How the status was read."""

    REMOTE = "remote", "through the supervisory control system"
    ON_SITE = "on_site", "with the hand-held device"


class DiagnosisRun(models.Model):
    """One reading. ``report`` is absent while it is awaited and where the meter was not readable.

    ``last_exchange_at``: when the unit last answered the HEMS that is joined, where the reading says it.
    """

    supply_point = models.CharField(max_length=22)
    office = models.CharField(max_length=20, blank=True, default="")
    how = models.CharField(max_length=8, choices=ReadingMethodChoice.choices)
    command = models.OneToOneField(RemoteCommand, null=True, on_delete=models.PROTECT, related_name="diagnosis")
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, default=None)
    report = models.JSONField(null=True, default=None)
    last_exchange_at = models.DateTimeField(null=True, default=None)
    diagnosis = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["supply_point", "id"], name="diagnosis_supply_point"),
            models.Index(fields=["office", "-id"], name="diagnosis_office"),
        )

    def __str__(self) -> str:
        return f"{self.reference} ({self.diagnosis or 'awaited'})"

    @property
    def reference(self) -> str:
        """What people call the run."""
        return f"R-{self.pk}"
