"""What is still open at a supply point: contract, design, work orders and what follows them, commands, deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from keiki.domain.contracts.lifecycle import WORDS as SERVICE
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.designs.lifecycle import WORDS as DESIGN
from keiki.domain.remote.lifecycle import WORDS as COMMAND
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.contracts.journeys import waits
from keiki.office.delivery.models import DeliveryState
from keiki.office.delivery.words import CHANNELS
from keiki.office.remote.words import KINDS
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import day
from keiki.office.screens.parts import Happening, Tone
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.words import TASKS

from . import addresses
from .queries import Dossier


def open_work(kept: Dossier, today: date) -> tuple[Happening, ...]:
    """Return what is open, each with since when and where it is done."""
    return tuple(_open_happenings(kept, today))


def _open_happenings(kept: Dossier, today: date) -> Iterator[Happening]:
    contract, design = kept.live, kept.live_design
    if contract and contract.state != ServiceState.ACTIVE:
        words, state = contract.reference, in_language(SERVICE.states[contract.state])
        yield Happening(words, contract.applied_at, Tone.INFO, more=state, url=addresses.contract(contract))
    if design:
        tone = Tone.WARN if design.reopened_because else Tone.INFO
        state = in_language(DESIGN.states[design.state])
        yield Happening(design.reference, design.opened_at, tone, more=state, url=addresses.design(design))
    for order in kept.orders:
        yield from _order(order, today)
    for command in kept.commands:
        if waits(command):
            words = f"{command.reference} {in_language(KINDS[command.kind])}"
            yield Happening(words, command.created_at, Tone.INFO, more=in_language(COMMAND.states[command.state]))
    for delivery in kept.deliveries:
        if delivery.state == DeliveryState.WAITING:
            trouble = in_language((delivery.trouble_ja, delivery.trouble))
            tone = Tone.BAD if trouble else Tone.INFO
            yield Happening(in_language(CHANNELS[delivery.channel]), delivery.created_at, tone, more=trouble)


def _order(order: WorkOrder, today: date) -> Iterator[Happening]:
    url, follow_up = addresses.order(order), getattr(order, "follow_up", None)
    if order.state in (WorkOrderState.ISSUED, WorkOrderState.PRINTED):
        tone = Tone.WARN if order.visit_date < today else Tone.INFO
        more = _("visit on {day}").format(day=day(order.visit_date))
        yield Happening(order.number, order.issued_at, tone, more=more, url=url)
    if follow_up is not None and follow_up.done_at is None:
        yield Happening(in_language(TASKS[follow_up.task]), follow_up.created_at, Tone.WARN, more=order.number, url=url)
