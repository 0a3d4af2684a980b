"""One row per generation of a supply point's route-B credential. No column and no attribute holds it in the clear."""

from __future__ import annotations

from django.db import models

from keiki.domain.credentials.lifecycle import CredentialState


class GenerationRegister(models.Model):
    """The newest generation of a supply point: it only ever grows, whoever the customer is."""

    supply_point = models.CharField(max_length=22, primary_key=True)
    latest = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.supply_point}: generation {self.latest}"


class RouteBCredential(models.Model):
    """A generation of a credential.

    ``sealed_id`` and ``sealed_password`` are AES-256-GCM under the vault's key, bound to this row. The password is
    wiped when it is delivered or superseded, or where nothing proved it in time after ``expires_at``, the end of its
    newest envelope; a credential that ``nobody_holds`` never had either. ``id_since`` is the
    generation that the authentication ID was drawn with: a lost password keeps the ID. ``unit_number`` is
    ``communication_unit`` in the one spelling that units are compared in.
    """

    supply_point = models.CharField(max_length=22)
    generation = models.PositiveIntegerField()
    contract_number = models.CharField(max_length=40)
    id_since = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default=CredentialState.BORN, choices=[(s, s) for s in CredentialState])
    nobody_holds = models.BooleanField(default=False)
    sealed_id = models.BinaryField(default=bytes)
    sealed_password = models.BinaryField(default=bytes)
    kek_id = models.CharField(max_length=16, blank=True, default="")
    recipient_key_id = models.CharField(max_length=16, blank=True, default="")
    communication_unit = models.CharField(max_length=40, blank=True, default="")
    unit_number = models.CharField(max_length=40, blank=True, default="")
    born_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, default=None)
    expires_at = models.DateTimeField(null=True, default=None)
    proved_at = models.DateTimeField(null=True, default=None)
    delivered_at = models.DateTimeField(null=True, default=None)

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("supply_point", "generation")
        indexes = (
            models.Index(fields=["unit_number"], condition=~models.Q(unit_number=""), name="credential_unit_number"),
            models.Index(fields=["state", "expires_at"], name="credential_state_expiry"),
        )
        constraints = (
            models.UniqueConstraint(fields=["supply_point", "generation"], name="credential_generation"),
            models.CheckConstraint(condition=models.Q(generation__gt=0), name="credential_generation_positive"),
        )

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"

    @property
    def reference(self) -> str:
        """What the audit calls the credential."""
        return f"credential {self.supply_point} generation {self.generation}"
