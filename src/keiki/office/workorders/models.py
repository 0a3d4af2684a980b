"""Work orders and the units reserved for them."""

from __future__ import annotations

from django.db import models

from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.credentials.models import RouteBCredential
from keiki.office.designs.models import Design
from keiki.office.keys.models import EnrolledDevice


class WorkOrder(models.Model):
    """A visit to make: units, the device to use, and the sealed envelope its barcode carries.

    ``envelope`` is erased when the visit's result is in, the order is cancelled, its time is over, or its generation is
    proved or superseded.
    """

    number = models.CharField(max_length=20, unique=True)
    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="work_orders")
    supply_point = models.CharField(max_length=22)
    office = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=10, default=WorkOrderState.ISSUED, choices=[(s, s) for s in WorkOrderState])
    device = models.ForeignKey(EnrolledDevice, on_delete=models.PROTECT, related_name="work_orders")
    credential = models.OneToOneField(RouteBCredential, on_delete=models.PROTECT, related_name="work_order")
    envelope = models.BinaryField(null=True)
    units = models.JSONField()
    visit_date = models.DateField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, default=None)
    result_id = models.CharField(max_length=32, blank=True, default="")
    outcome = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["office", "state", "visit_date"], name="order_office_state"),
            models.Index(fields=["office", "state", "issued_at"], name="order_office_issued"),
            models.Index(fields=["office", "visit_date"], name="order_office_visit"),
            models.Index(fields=["state", "visit_date"], name="order_state"),
            models.Index(fields=["supply_point", "id"], name="order_supply_point"),
            models.Index(fields=["expires_at"], condition=models.Q(envelope__isnull=False), name="order_sealed"),
        )

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the work order."""
        return self.number


class ReservedUnit(models.Model):
    """A unit of a depot's stock, set aside for one work order until it is built in or given back."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="reserved")
    depot = models.CharField(max_length=40)
    slot = models.CharField(max_length=20)
    unit = models.CharField(max_length=40)
    serial = models.CharField(max_length=40)
    released_at = models.DateTimeField(null=True, default=None)

    class Meta:
        """Order, indexes and constraints."""

        constraints = (
            models.UniqueConstraint(fields=["serial"], condition=models.Q(released_at=None), name="unit_reserved_once"),
        )

    def __str__(self) -> str:
        return f"{self.slot} {self.unit} {self.serial} for {self.work_order_id}"


class FollowUp(models.Model):
    """What the construction office still has to do after a visit: book the units, or look at a failed visit.

    ``outdated`` says in both languages what had changed when the visit's result came in.
    """

    work_order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="follow_up")
    office = models.CharField(max_length=20, blank=True, default="")
    task = models.CharField(max_length=40)
    units = models.JSONField(default=list)
    outdated = models.JSONField(default=list)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, default=None)

    class Meta:
        """Indexes."""

        indexes = (
            models.Index(fields=["created_at"], condition=models.Q(done_at=None), name="follow_up_open"),
            models.Index(fields=["office", "created_at"], condition=models.Q(done_at=None), name="follow_up_office"),
        )

    def __str__(self) -> str:
        return f"{self.task} after {self.work_order_id}"
