"""A delivery: one half of a credential on its way to the customer."""

from __future__ import annotations

from django.db import models

from keiki.office.credentials.models import RouteBCredential


class DeliveryChannel(models.TextChoices):
    """Which half goes which way."""

    LETTER = "letter", "authentication ID by post"
    MAIL = "mail", "password by e-mail"


class DeliveryState(models.TextChoices):
    """Where a delivery is."""

    WAITING = "waiting", "to be sent"
    SENT = "sent", "accepted by the mail server or handed to the mailing room"
    STOPPED = "stopped", "overtaken by a newer credential or the end of the contract"


class Delivery(models.Model):
    """One half of a credential, sent exactly when the mail server (or the mailing room's folder) accepted it.

    ``trouble`` and ``trouble_ja`` say in English and Japanese why the last attempt was not accepted.
    """

    credential = models.ForeignKey(RouteBCredential, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=6, choices=DeliveryChannel.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, default=None)
    sent_at = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")
    trouble_ja = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        verbose_name_plural = "deliveries"
        constraints = (models.UniqueConstraint(fields=["credential", "channel"], name="delivery_once"),)
        indexes = (models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="delivery_due"),)

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the delivery."""
        return f"{self.channel} {self.pk}"

    @property
    def supply_point(self) -> str:
        """The supply point that it is about."""
        return self.credential.supply_point
