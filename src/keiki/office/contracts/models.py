"""The route-B service contract of one customer at one supply point."""

from __future__ import annotations

from django.db import models

from keiki.domain.contracts.lifecycle import ServiceState


class ServiceContract(models.Model):
    """A customer's route-B service, from the application on.

    ``contract_number`` is the one of the customer information system, where name and address stay: whoever moves in has
    another one, and inherits nothing. ``office`` is the service office as the records had it at the application, empty
    where they had none. ``readable_until``: so long a HEMS with the former password may go on reading, as far as the
    meter told; ``None`` where its session has ended. ``rejected_because`` is a code of ``words.REJECTIONS``.

    ``customer_mark`` recognises the customer and says nothing of them (:mod:`.customer_marks`); empty until seen.
    ``addressee_problem`` is an :class:`~keiki.domain.contracts.addressee.AddresseeProblem`: why the records say that
    the customer is no longer there; empty where they do not.
    ``agent_confirmed_at`` is when the contractor confirmed the power of attorney of an agent who applied.
    """

    supply_point = models.CharField(max_length=22)
    office = models.CharField(max_length=20, blank=True, default="")
    contract_number = models.CharField(max_length=40)
    medium = models.CharField(max_length=8, choices=[("wireless", "wireless"), ("plc", "power line")])
    by_agent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=ServiceState.APPLIED, choices=[(s, s) for s in ServiceState])
    agent_confirmed_at = models.DateTimeField(null=True, default=None)
    customer_mark = models.CharField(max_length=80, blank=True, default="")
    addressee_problem = models.CharField(max_length=20, blank=True, default="")
    addressee_checked_at = models.DateTimeField(null=True, default=None)
    applied_at = models.DateTimeField()
    readable_until = models.DateTimeField(null=True, default=None)
    rejected_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """Order, indexes and constraints."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=["office", "state", "-id"], name="contract_office_state"),
            models.Index(fields=["state", "applied_at"], name="contract_state"),
            models.Index(fields=["supply_point", "id"], name="contract_supply_point"),
            models.Index(fields=["office", "id"], condition=~models.Q(addressee_problem=""), name="contract_addressee"),
            models.Index(
                fields=["office", "id"],
                condition=models.Q(by_agent=True, agent_confirmed_at=None),
                name="contract_agent_unconfirmed",
            ),
            models.Index(
                fields=["addressee_checked_at", "id"],
                condition=~models.Q(state__in=[ServiceState.ENDED, ServiceState.REJECTED]),
                name="contract_addressee_checked",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["supply_point"],
                condition=~models.Q(state__in=[ServiceState.READABLE, ServiceState.ENDED, ServiceState.REJECTED]),
                name="one_live_contract",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the contract."""
        return f"B-{self.pk}"
