"""The life of a contract as a stepper, and its generations and deliveries in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from keiki.domain.contracts.lifecycle import WORDS, ServiceState
from keiki.domain.credentials.lifecycle import WORDS as CREDENTIAL
from keiki.office.audit.models import AuditEvent
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.delivery.words import CHANNELS
from keiki.office.delivery.words import STATES as DELIVERY
from keiki.office.screens.languages import in_language
from keiki.office.screens.parts import LifeStage, Tone

from .models import ServiceContract

S = ServiceState
LIFE = (S.APPLIED, S.CHECKED, S.DESIGNING, S.SETTING, S.CONFIRMED, S.ACTIVE)
ENDING = (S.ENDING, S.READABLE, S.ENDED)


@dataclass(frozen=True)
class CredentialLine:
    """A generation of the credential: its number and state, never its values."""

    generation: int
    state: str
    nobody_holds: bool
    unit: str
    proved_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class DeliveryLine:
    """A letter or an e-mail: what it is and how far, never to whom."""

    channel: str
    state: str
    tone: Tone
    at: datetime
    trouble: str


def was_designed(contract: ServiceContract) -> bool:
    """Say whether the contract's way leads, or led, through a design: the audit keeps that units were needed."""
    if contract.state == S.DESIGNING:
        return True
    return AuditEvent.objects.filter(subject=contract.reference, happened="UnitsNeeded").exists()


def stages(contract: ServiceContract, *, designed: bool) -> tuple[LifeStage, ...]:
    """Return the stages of the contract's life; that of the design only where it was ``designed``."""
    state = ServiceState(contract.state)
    if state is S.REJECTED:
        return LifeStage(_name(S.APPLIED), Tone.OK), LifeStage(_name(S.REJECTED), Tone.BAD, current=True)
    if state in ENDING:
        shown = [each for each in ENDING if each is not S.READABLE or contract.readable_until]
        at, over = shown.index(state), state is S.ENDED
        return tuple(
            LifeStage(_name(each), _tone(place, at, done=over), current=place == at) for place, each in enumerate(shown)
        )
    life = [each for each in LIFE if designed or each is not S.DESIGNING]
    at, done = life.index(state), state is S.ACTIVE
    return tuple(
        LifeStage(_name(each), _tone(place, at, done=done), current=place == at) for place, each in enumerate(life)
    )


def _tone(place: int, at: int, *, done: bool) -> Tone:
    if place < at or (place == at and done):
        return Tone.OK
    return Tone.INFO if place == at else Tone.QUIET


def _name(state: ServiceState) -> str:
    return in_language(WORDS.states[state])


def credential_lines(generations: Iterable[RouteBCredential]) -> tuple[CredentialLine, ...]:
    """Return the generations in words."""
    return tuple(
        CredentialLine(
            each.generation,
            in_language(CREDENTIAL.states[each.state]),
            each.nobody_holds,
            each.communication_unit,
            each.proved_at,
            each.delivered_at,
        )
        for each in generations
    )


def delivery_lines(deliveries: Iterable[Delivery]) -> tuple[DeliveryLine, ...]:
    """Return the deliveries in words."""
    return tuple(_delivery(each) for each in deliveries)


def _delivery(row: Delivery) -> DeliveryLine:
    waiting = row.state == DeliveryState.WAITING
    tone = Tone.OK if row.state == DeliveryState.SENT else Tone.QUIET
    if waiting:
        tone = Tone.BAD if row.trouble else Tone.INFO
    trouble = in_language((row.trouble_ja, row.trouble)) if waiting else ""
    return DeliveryLine(
        in_language(CHANNELS[row.channel]),
        in_language(DELIVERY[row.state]),
        tone,
        row.sent_at or row.created_at,
        trouble,
    )
