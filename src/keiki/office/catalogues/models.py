"""A version of the utility's catalogue: its files as they were brought in, and what became of it."""

from __future__ import annotations

from django.db import models

from keiki.domain.catalogues.lifecycle import CatalogueState


class CatalogueVersion(models.Model):
    """A catalogue version. Its files never change: a name and version stand for one content, for good.

    ``files`` maps file names to texts and ``digest`` is SHA-256 over them; ``report`` is the proof in plain values
    (``domain/catalogues/report.py``). ``because`` says why it was rejected or withdrawn.
    """

    supply_point = ""  # an event about a catalogue is about no supply point

    name = models.CharField(max_length=40)
    version = models.CharField(max_length=30)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, default=None)
    files = models.JSONField()
    digest = models.CharField(max_length=64)
    report = models.JSONField()
    state = models.CharField(max_length=10, default=CatalogueState.DRAFT, choices=[(s, s) for s in CatalogueState])
    brought_in_by = models.CharField(max_length=100)
    brought_in_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100, blank=True, default="")
    proposed_at = models.DateTimeField(null=True, default=None)
    published_by = models.CharField(max_length=100, blank=True, default="")
    published_at = models.DateTimeField(null=True, default=None)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_at = models.DateTimeField(null=True, default=None)
    because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["name", "version"], name="catalogue_version_once"),)
        indexes = (models.Index(fields=["state", "-effective_from", "-published_at"], name="catalogue_in_force"),)

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call it: name and version."""
        return f"{self.name} {self.version}"
