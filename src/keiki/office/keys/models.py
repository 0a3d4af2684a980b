"""The identity cards of devices that the office may seal to, and the requests by which two people change them."""

from __future__ import annotations

from django.db import models

from keiki.domain.keys.lifecycle import KeyRequestState


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


class RequestKind(models.TextChoices):
    """What a key request asks for."""

    ENROL = "enrol", "enrol a card"
    REVOKE = "revoke", "revoke a card"


class KeyRequest(models.Model):
    """One security officer's request about a device's card, and what another one decided.

    ``card`` is the card to be enrolled, or the enrolled card to be revoked; a card is public.
    """

    kind = models.CharField(max_length=6, choices=RequestKind.choices)
    state = models.CharField(max_length=10, default=KeyRequestState.ASKED, choices=[(s, s) for s in KeyRequestState])
    role = models.CharField(max_length=10, choices=DeviceRole.choices)
    name = models.CharField(max_length=100)
    key_id = models.CharField(max_length=16)
    card = models.TextField()
    because = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decided_at = models.DateTimeField(null=True, default=None)
    decided_because = models.CharField(max_length=200, blank=True, default="")

    supply_point = ""
    """A device belongs to no supply point; the audit asks every row."""

    class Meta:
        """Order and constraints."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "key_id"], condition=models.Q(state=KeyRequestState.ASKED), name="key_asked_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference}: {self.kind} {self.name} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the request."""
        return f"K-{self.pk}"
