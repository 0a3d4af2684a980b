"""The identity card of a device that the office may seal to."""

from __future__ import annotations

from django.db import models


class DeviceRole(models.TextChoices):
    """What a device is for."""

    CONTROL = "control", "control agent"
    HANDHELD = "handheld", "hand-held device"


class EnrolledDevice(models.Model):
    """The public half of a device's identity, as enrolled; revoked once and for good."""

    key_id = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=DeviceRole.choices)
    card = models.TextField()
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, default=None)
    revoked_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        constraints = (
            models.UniqueConstraint(
                fields=["role", "name"], condition=models.Q(revoked_at=None), name="device_name_in_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.name} ({self.key_id})"

    @property
    def reference(self) -> str:
        """What the audit calls the device."""
        return f"device {self.key_id}"
