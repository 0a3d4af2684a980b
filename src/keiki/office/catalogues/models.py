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


class JobKind(models.TextChoices):
    """What is asked for."""

    BRING_IN = "bring_in", "prove files and bring them in"
    PUBLISH = "publish", "prove a proposed version once more and publish it"
    COMPARE = "compare", "tell what a version changes"


class CatalogueJob(models.Model):
    """Long work on a catalogue that somebody asked for on the screens: the worker does it, and says how far it is.

    ``key`` is the same for the same work. ``files`` are those to bring in, or those to compare the version with; they
    are kept while they may be needed to mend a mistake. ``version`` is what came in, or what is published or compared.
    ``outcome`` is what it came to, in plain values: ``refused`` with its ``problems``, or a ``difference``.
    """

    kind = models.CharField(max_length=10, choices=JobKind.choices)
    key = models.CharField(max_length=140)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    origin = models.CharField(max_length=200, blank=True, default="")
    version = models.ForeignKey(CatalogueVersion, null=True, on_delete=models.PROTECT, related_name="jobs")
    files = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, default=None)
    outcome = models.JSONField(default=dict)

    class Meta:
        """Order and indexes."""

        ordering = ("-id",)
        indexes = (
            models.Index(fields=["key", "-id"], name="catalogue_job_key"),
            models.Index(fields=["id"], condition=models.Q(finished_at=None), name="catalogue_job_open"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.kind} by {self.asked_by}"

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"J-{self.pk}"
