"""The status of a communication unit as pages show it: the newest diagnosis in words, and what is awaited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import get_current_timezone

from keiki.domain.access import Right, Rights
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.foundation.text.bilingual import Bilingual
from keiki.office.screens.languages import in_language, japanese
from keiki.office.screens.parts import PathStep, ShownLamp, Tone
from keiki.office.support.models import DiagnosisRun, ReadingMethodChoice
from keiki.office.support.services import explain
from keiki.office.support.words import HOW

from .journeys import journey
from .models import ServiceContract

WRITTEN = (ServiceState.SETTING, ServiceState.CONFIRMED, ServiceState.ACTIVE, ServiceState.ENDING)
"""The states of a contract in which some meter was, or is being, given its password."""
TONES = {True: Tone.OK, False: Tone.BAD, None: Tone.QUIET}


@dataclass(frozen=True)
class DiagnosedReading:
    """A finished reading in words. ``exchange``: when the HEMS of an open session last had an answer."""

    reference: str
    ok: bool
    silent: bool
    message: str
    exchange: str
    lamps: tuple[ShownLamp, ...]
    causes: tuple[str, ...]
    todo: tuple[str, ...]
    notes: tuple[str, ...]
    at: datetime
    how: str


@dataclass(frozen=True)
class ShownStatus:
    """What a page shows: ``found`` the newest reading, ``awaited`` the path of one on its way."""

    contract: ServiceContract | None
    found: DiagnosedReading | None
    failed: tuple[PathStep, ...]
    awaited: tuple[PathStep, ...]
    may_read: bool


def status(
    readings: Sequence[DiagnosisRun], contract: ServiceContract | None, rights: Rights, now: datetime
) -> ShownStatus:
    """Return the status from a supply point's readings, oldest first, and its live contract."""
    if contract is not None:  # what was read before is of a former customer's HEMS
        readings = [each for each in readings if each.asked_at >= contract.applied_at]
    finished = [each for each in readings if each.read_at is not None]
    newest = max(finished, key=lambda each: (each.read_at, each.pk), default=None)
    last = readings[-1] if readings else None
    open_ = last is not None and last.read_at is None and last.command is not None
    path = journey(last.command, now) if open_ and last and last.command else ()
    waits = bool(path) and any(step.tone is Tone.INFO for step in path)
    return ShownStatus(
        contract=contract,
        found=in_words(newest, contract.medium if contract else None) if newest else None,
        failed=() if waits else path,
        awaited=path if waits else (),
        may_read=contract is not None and _readable(contract) and rights.may(Right.READ_STATUS, contract.office),
    )


def _readable(contract: ServiceContract) -> bool:
    return contract.state in WRITTEN and not contract.addressee_problem


def in_words(run: DiagnosisRun, medium: str | None) -> DiagnosedReading:
    """Return what a finished run means, in the reader's language."""
    found = explain(run, medium)
    exchange = found.exchange(get_current_timezone())
    return DiagnosedReading(
        reference=run.reference,
        ok=found.ok,
        silent=found.silent,
        message=_word(found.message),
        exchange=_word(exchange) if exchange else "",
        lamps=tuple(ShownLamp(_word(lamp.name), _word(lamp.word), TONES[lamp.good]) for lamp in found.lamps),
        causes=tuple(map(_word, found.causes)),
        todo=tuple(map(_word, found.todo)),
        notes=tuple(map(_word, found.notes)),
        at=found.at,
        how=in_language(HOW[ReadingMethodChoice(run.how)]),
    )


def _word(words: Bilingual) -> str:
    return words.in_language("ja" if japanese() else "en")
