"""Decide about results that contradict what is recorded of their command: which stands, or what settled it since.

The decision is kept with its reason and its event, and changes neither command nor contract
(:mod:`keiki.domain.remote.contradiction`). What a person may decide depends on what the office knows at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from keiki.domain.remote.contradiction import (
    CONTRADICTION,
    WHY_NOT,
    ContradictionDecision,
    ContradictionState,
    possible,
)
from keiki.domain.remote.lifecycle import CommandState
from keiki.office.audit.services import Act, Changed, transition
from keiki.office.credentials.models import RouteBCredential
from keiki.office.refusal import Refusal
from keiki.office.remote.models import CommandKind, ContradictingResult, RemoteCommand

from .models import ServiceContract
from .queries import live_contract


class NotDecidable(Refusal):
    """The decision would not be true now; says what to do first."""

    code = "not_decidable"


@dataclass(frozen=True)
class ContradictionContext:
    """What the office knows around a contradicting result.

    ``contract`` goes by what is recorded, if any does; ``settled_by`` is the reference of the newer generation or
    reading that says what the meter holds, empty where there is none.
    """

    contract: ServiceContract | None
    settled_by: str

    @property
    def possible(self) -> tuple[ContradictionDecision, ...]:
        """What may be decided now."""
        return possible(relied_on=self.contract is not None, settled=bool(self.settled_by))


def contradiction_context(result: ContradictingResult) -> ContradictionContext:
    """Return what the office knows around ``result``, read with its command and credential."""
    command, credential = result.command, result.command.credential
    if credential is None:
        later = RemoteCommand.objects.filter(
            supply_point=command.supply_point,
            kind=CommandKind.READ_STATUS,
            pk__gt=command.pk,
            state=CommandState.SUCCEEDED,
        ).first()
        return ContradictionContext(None, later.reference if later else "")
    newer = RouteBCredential.objects.filter(
        supply_point=command.supply_point, generation__gt=credential.generation
    ).order_by("-generation")
    proved = newer.filter(proved_at__isnull=False).first()
    contract = live_contract(command.supply_point)
    mine = contract is not None and contract.contract_number == credential.contract_number
    return ContradictionContext(contract if mine and not newer.exists() else None, proved.reference if proved else "")


def decide(act: Act, result: ContradictingResult, decision: ContradictionDecision, because: str, seen: str) -> bool:
    """Decide about ``result`` with the reason; ``seen`` is the state of its command that the person decided from.

    Returns whether anything changed: the same decision again does not. Raises
    :class:`~keiki.office.audit.services.Changed` where somebody decided otherwise or the command went on meanwhile,
    and :class:`NotDecidable` where the decision would not be true.
    """
    with transaction.atomic():
        rows = ContradictingResult.objects.select_for_update(of=("self",)).select_related("command__credential")
        kept = rows.get(pk=result.pk)
        if kept.state == CONTRADICTION.after(ContradictionState.OPEN, decision):
            return False
        if kept.state != ContradictionState.OPEN or kept.command.state != seen:
            raise Changed(kept.reference)
        known = contradiction_context(kept)
        if decision not in known.possible:
            raise NotDecidable(WHY_NOT[decision].ja, WHY_NOT[decision].en)
        transition(
            act,
            kept,
            CONTRADICTION,
            decision,
            "ContradictionDecided",
            columns={"decided_by": act.by, "decided_at": act.at, "because": because},
            because=because,
            command=kept.command.reference,
            recorded=kept.command.state,
            outcome=kept.outcome,
            settled_by=known.settled_by if decision is ContradictionDecision.SETTLE_ANEW else "",
        )
        return True
