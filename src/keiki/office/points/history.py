"""Everything that happened around a supply point as one history, newest first: what, when, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from keiki.domain.contracts.lifecycle import WORDS as SERVICE
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.credentials.lifecycle import WORDS as CREDENTIAL
from keiki.domain.designs.lifecycle import WORDS as DESIGN
from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.diagnosis import DiagnosisId, is_silent
from keiki.domain.remote.lifecycle import WORDS as COMMAND
from keiki.domain.remote.lifecycle import CommandState
from keiki.domain.workorders.lifecycle import WORDS as ORDER
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.contracts.words import MEDIA
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.delivery.words import CHANNELS
from keiki.office.delivery.words import STATES as DELIVERY
from keiki.office.remote.models import CommandKind
from keiki.office.remote.words import KINDS
from keiki.office.screens.languages import in_language
from keiki.office.screens.parts import Happening, Tone
from keiki.office.support.models import DiagnosisRun, ReadingMethodChoice
from keiki.office.support.words import HOW

from . import addresses
from .queries import Dossier

COMMAND_TONES = {
    CommandState.SUCCEEDED: Tone.OK,
    CommandState.REFUSED: Tone.BAD,
    CommandState.UNREACHABLE: Tone.BAD,
    CommandState.UNKNOWN: Tone.WARN,
}


def history(kept: Dossier) -> tuple[Happening, ...]:
    """Return the happenings, newest first."""
    found = [*_contracts(kept), *_designs(kept), *_orders(kept), *_commands(kept), *_credentials(kept)]
    found += [*_deliveries(kept), *_readings(kept)]
    return tuple(sorted(found, key=_moment, reverse=True))


def _moment(happening: Happening) -> datetime:
    if happening.at is None:
        raise TypeError("a history has times")
    return happening.at


def _contracts(kept: Dossier) -> Iterator[Happening]:
    for each in kept.contracts:
        rejected = each.state == ServiceState.REJECTED
        words = _("{contract}: route B applied for ({medium})").format(
            contract=each.reference, medium=in_language(MEDIA[each.medium])
        )
        tone = Tone.BAD if rejected else Tone.QUIET
        more = in_language(SERVICE.states[each.state])
        yield Happening(words, each.applied_at, tone, more=more, url=addresses.contract(each))


def _designs(kept: Dossier) -> Iterator[Happening]:
    for each in kept.designs:
        more, url = in_language(DESIGN.states[each.state]), addresses.design(each)
        yield Happening(_("{design}: design opened").format(design=each.reference), each.opened_at, more=more, url=url)
        if each.finished_at:
            tone = Tone.QUIET if each.state == DesignState.WITHDRAWN else Tone.OK
            yield Happening(
                _("{design}: design finished").format(design=each.reference), each.finished_at, tone, url=url
            )


def _orders(kept: Dossier) -> Iterator[Happening]:
    for each in kept.orders:
        url = addresses.order(each)
        words = _("{order}: work order issued for {device}").format(order=each.number, device=each.device.name)
        yield Happening(words, each.issued_at, more=in_language(ORDER.states[each.state]), url=url)
        if each.recorded_at:
            tone = Tone.OK if each.state == WorkOrderState.DONE else Tone.BAD
            words = _("{order}: result of the visit recorded").format(order=each.number)
            yield Happening(words, each.recorded_at, tone, more=in_language(ORDER.states[each.state]), url=url)


def _commands(kept: Dossier) -> Iterator[Happening]:
    for each in kept.commands:
        if each.kind == CommandKind.READ_STATUS:
            continue  # told by its reading
        what = in_language(KINDS[each.kind])
        state = CommandState(each.state)
        words = _("{command}: ordered to {what}").format(command=each.reference, what=what)
        yield Happening(words, each.created_at, more="" if each.answered_at else in_language(COMMAND.states[state]))
        if each.answered_at:
            words = _("{command}: {what} answered").format(command=each.reference, what=what)
            more = in_language(COMMAND.states[state])
            yield Happening(words, each.answered_at, COMMAND_TONES.get(state, Tone.QUIET), more=more)


def _credentials(kept: Dossier) -> Iterator[Happening]:
    for each in kept.generations:
        state = in_language(CREDENTIAL.states[each.state])
        note = _("a password that nobody holds") if each.nobody_holds else ""
        words = _("Generation {number} of the credential made").format(number=each.generation)
        yield Happening(words, each.born_at, more=" · ".join(filter(None, (state, note))))
        if each.proved_at:
            words = _("Generation {number} proved in the meter").format(number=each.generation)
            yield Happening(words, each.proved_at, Tone.OK, more=each.communication_unit)


def _deliveries(kept: Dossier) -> Iterator[Happening]:
    for each in kept.deliveries:
        trouble = in_language((each.trouble_ja, each.trouble)) if each.state == DeliveryState.WAITING else ""
        yield Happening(
            in_language(CHANNELS[each.channel]),
            each.sent_at or each.created_at,
            _tone(each),
            more=_state(each, trouble),
        )


def _tone(delivery: Delivery) -> Tone:
    if delivery.state == DeliveryState.SENT:
        return Tone.OK
    return Tone.BAD if delivery.trouble and delivery.state == DeliveryState.WAITING else Tone.QUIET


def _state(delivery: Delivery, trouble: str) -> str:
    return " · ".join(filter(None, (in_language(DELIVERY[delivery.state]), trouble)))


def _readings(kept: Dossier) -> Iterator[Happening]:
    for each in kept.readings:
        words = _("{reading}: status read").format(reading=each.reference)
        if each.read_at is None:
            words = _("{reading}: status asked for").format(reading=each.reference)
        yield Happening(
            words,
            each.read_at or each.asked_at,
            _reading_tone(each),
            more=in_language(HOW[ReadingMethodChoice(each.how)]),
        )


def _reading_tone(run: DiagnosisRun) -> Tone:
    if run.read_at is None:
        return Tone.QUIET
    good = run.diagnosis == DiagnosisId.ACTIVE and not is_silent(run.last_exchange_at, run.read_at)
    return Tone.OK if good else Tone.WARN
