"""Remote commands, the outbox they leave through, the inbox their results arrive in, and results that contradict."""

from __future__ import annotations

from django.db import models

from keiki.domain.remote.contradiction import ContradictionState
from keiki.domain.remote.lifecycle import CommandState
from keiki.office.credentials.models import RouteBCredential


class CommandKind(models.TextChoices):
    """What is asked of the meter."""

    REWRITE_PASSWORD = "rewrite_password", "rewrite the password"
    READ_STATUS = "read_status", "read the status"


class RemoteCommand(models.Model):
    """One thing asked of a meter through the relay. ``message_id`` is the idempotency key on the wire."""

    message_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20, choices=CommandKind.choices)
    supply_point = models.CharField(max_length=22)
    office = models.CharField(max_length=20, blank=True, default="")
    communication_unit = models.CharField(max_length=40)
    credential = models.ForeignKey(RouteBCredential, null=True, on_delete=models.PROTECT, related_name="commands")
    state = models.CharField(max_length=12, default=CommandState.QUEUED, choices=[(s, s) for s in CommandState])
    recipient_key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, default=None)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["supply_point", "id"], name="command_supply_point"),
            models.Index(fields=["office", "state", "-id"], name="command_office_state"),
            models.Index(fields=["state", "expires_at"], name="command_state"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.kind} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the command."""
        return f"C-{self.pk}"


class OutboxMessage(models.Model):
    """A message waiting for the relay, in the order of ``id``, sealed to the control agent: nobody here opens it.

    ``body`` is erased as soon as the relay has it, its command is answered, or its time is over.
    """

    command = models.OneToOneField(RemoteCommand, on_delete=models.PROTECT, related_name="outbox")
    body = models.BinaryField(null=True)
    sent_at = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (models.Index(fields=["id"], condition=models.Q(sent_at=None), name="outbox_unsent"),)

    def __str__(self) -> str:
        return f"outbox {self.pk} for C-{self.command_id}"


class Disposition(models.TextChoices):
    """What was done with a message from the relay."""

    APPLIED = "applied", "changed the command"
    REPEATED = "repeated", "said again what was known"
    CONTRADICTS = "contradicts", "says otherwise than the command's final answer: kept for a person"
    SET_ASIDE = "set_aside", "answers a command but could not be applied: kept for a person"
    UNKNOWN = "unknown", "answers no command of this office"
    REFUSED = "refused", "not readable, not for this office or not from an enrolled control agent"


class InboxMessage(models.Model):
    """A message from the relay, kept once by its digest, with what was done about it."""

    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=64, blank=True, default="")
    received_at = models.DateTimeField()
    disposition = models.CharField(max_length=12, choices=Disposition.choices)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        """Indexes."""

        indexes = (models.Index(fields=["disposition", "received_at"], name="inbox_disposition"),)

    def __str__(self) -> str:
        return f"inbox {self.digest[:8]} ({self.disposition})"


class ContradictingResult(models.Model):
    """A result that says otherwise than what was ``recorded`` of its command when it came, until a person decides.

    The same said again is the same row, with another one in ``times``. ``generation`` is 0 where the result names none.
    """

    command = models.ForeignKey(RemoteCommand, on_delete=models.PROTECT, related_name="contradictions")
    supply_point = models.CharField(max_length=22)
    office = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(
        max_length=20, default=ContradictionState.OPEN, choices=[(s, s) for s in ContradictionState]
    )
    recorded = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True, default="")
    generation = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decided_at = models.DateTimeField(null=True, default=None)
    because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["command", "outcome", "reason", "generation"], name="contradiction_once"),
        )
        indexes = (models.Index(fields=["office", "state", "-id"], name="contradiction_office"),)

    def __str__(self) -> str:
        return f"{self.reference}: {self.command_id} {self.recorded}, then {self.outcome} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the contradicting result."""
        return f"R-{self.pk}"


class SetAsideMessage(models.Model):
    """An answer that could not be applied, kept as it came until a person settles it; the others went on.

    ``body`` is sealed to the office and wiped when it is settled. ``trouble`` says why, without what was in it.
    """

    digest = models.CharField(max_length=64, unique=True)
    body = models.BinaryField()
    command = models.ForeignKey(RemoteCommand, null=True, on_delete=models.PROTECT, related_name="set_aside")
    supply_point = models.CharField(max_length=22, blank=True, default="")
    office = models.CharField(max_length=20, blank=True, default="")
    received_at = models.DateTimeField()
    trouble = models.CharField(max_length=300)
    trouble_ja = models.CharField(max_length=300)
    settled_at = models.DateTimeField(null=True, default=None)
    settled_by = models.CharField(max_length=100, blank=True, default="")
    because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order and indexes."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["office", "id"], condition=models.Q(settled_at=None), name="set_aside_unsettled"),
        )

    def __str__(self) -> str:
        return f"{self.reference} ({'settled' if self.settled_at else 'open'})"

    @property
    def reference(self) -> str:
        """What people call the message."""
        return f"M-{self.pk}"
