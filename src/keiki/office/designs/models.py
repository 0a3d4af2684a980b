"""The design of a supply point's units, with everything it was decided from."""

from __future__ import annotations

from django.db import models

from keiki.domain.designs.lifecycle import DesignState
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs.units import UnitsByKind


class Design(models.Model):
    """A design. ``version`` grows with every change: whoever saves an older one is told.

    ``needs``, ``installed`` and ``combination`` are attribute tables of the catalogue; ``decided_from`` lists each fact
    with its source and its as-of time; ``broken`` is what the gate last refused with. ``reopened_because`` says in both
    languages why a finished design is open again, until it passes the gate anew.
    """

    contract = models.ForeignKey(ServiceContract, on_delete=models.PROTECT, related_name="designs")
    supply_point = models.CharField(max_length=22)
    office = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=10, default=DesignState.OPEN, choices=[(s, s) for s in DesignState])
    version = models.PositiveIntegerField(default=1)
    depot = models.CharField(max_length=40, blank=True, default="")
    needs = models.JSONField()
    installed = UnitsByKind()
    combination = UnitsByKind(null=True, default=None)
    reasons = models.JSONField(default=list)
    broken = models.JSONField(default=list)
    catalogue = models.CharField(max_length=60)
    catalogue_version = models.CharField(max_length=40)
    decided_from = models.JSONField(default=list)
    reopened_because = models.JSONField(default=list)
    reopened_at = models.DateTimeField(null=True, default=None)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, default=None)

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["office", "state", "-id"], name="design_office_state"),
            models.Index(fields=["office", "state", "opened_at"], name="design_office_opened"),
            models.Index(fields=["office", "state", "finished_at"], name="design_office_finished"),
            models.Index(fields=["office", "opened_at"], name="design_opened"),
            models.Index(
                fields=["office", "state", "reopened_at"],
                condition=models.Q(reopened_at__isnull=False),
                name="design_reopened",
            ),
            models.Index(fields=["supply_point"], name="design_supply_point"),
            models.Index(fields=["state", "opened_at"], name="design_state"),
            models.Index(fields=["contract", "state"], name="design_contract_state"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["contract"],
                condition=~models.Q(state__in=[DesignState.BUILT, DesignState.WITHDRAWN]),
                name="one_live_design",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the design."""
        return f"D-{self.pk}"


class DesignStep(models.Model):
    """What a design's choice was before a step of its designer: what "undo" goes back to, the newest first.

    Working memory, not history (that is the audit): a step that was taken back is gone, and so are all steps of a
    design that was finished or reopened.
    """

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="steps")
    combination = UnitsByKind(null=True)
    reasons = models.JSONField(default=list)

    class Meta:
        """Order."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"step {self.pk} of {self.design_id}"


class WatchedSource(models.Model):
    """How far a source's changes have been looked at. The cursor is the owner's own, kept as it came."""

    source = models.CharField(max_length=80, unique=True)
    cursor = models.TextField(blank=True, default="")
    watched_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source} at {self.watched_at.isoformat()}"
