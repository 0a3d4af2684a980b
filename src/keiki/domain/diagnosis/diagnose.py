"""From a status report to a diagnosis: the lamps, a message, causes, what to do next and what to be careful with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from keiki.domain.diagnosis.exchange import exchange_in_words, is_silent
from keiki.domain.diagnosis.status import NotReadable, ReadingMethod, RouteBMedium, StatusReport
from keiki.domain.diagnosis.table import DiagnosisId, classify
from keiki.domain.diagnosis.words import CAUSES_BY_MEDIUM, SILENT_HEMS, STATES, TEXTS
from keiki.foundation.status_items import STATUS_ITEMS, FaultState, StatusItem
from keiki.foundation.text.bilingual import Bilingual


@dataclass(frozen=True)
class StatusLamp:
    """One status lamp. ``good`` is None where the state is not known."""

    id: str
    name: Bilingual
    state: str
    word: Bilingual
    good: bool | None


@dataclass(frozen=True)
class Diagnosis:
    """What a status means, in words for both languages, as of ``at`` and read ``how``.

    ``last_exchange`` is None where the reading does not say it; ``silent``: it is old, though the session is open.
    """

    id: DiagnosisId
    ok: bool
    lamps: tuple[StatusLamp, ...]
    message: Bilingual
    causes: tuple[Bilingual, ...]
    todo: tuple[Bilingual, ...]
    notes: tuple[Bilingual, ...]
    at: datetime
    how: ReadingMethod
    last_exchange: datetime | None = None
    silent: bool = False

    def exchange(self, zone: tzinfo) -> Bilingual | None:
        """Say when the HEMS of an open session last had an answer, in ``zone``; None for any other diagnosis."""
        if self.id is not DiagnosisId.ACTIVE:
            return None
        return exchange_in_words(self.last_exchange, self.at, zone)


def diagnose(report: StatusReport | NotReadable, medium: RouteBMedium | None) -> Diagnosis:
    """Diagnose a report for a unit whose route B runs over ``medium``; None (not known) names the causes of both."""
    if isinstance(report, NotReadable):
        found, at, exchange = DiagnosisId.NOT_READABLE, report.asked_at, None
        states: Mapping[str, FaultState] = {}
    else:
        found, at, exchange = classify(report), report.read_at, report.last_exchange
        states = report.states()
    silent = found is DiagnosisId.ACTIVE and is_silent(exchange, at)
    text = SILENT_HEMS if silent else TEXTS[found]
    out_of_reach = silent or found is DiagnosisId.HEMS_UNCONNECTED
    return Diagnosis(
        id=found,
        ok=found is DiagnosisId.ACTIVE,
        lamps=tuple(_lamp(item, states.get(item.id)) for item in STATUS_ITEMS),
        message=text.message,
        causes=text.causes + (_signal_causes(medium) if out_of_reach else ()),
        todo=text.todo,
        notes=text.notes,
        at=at,
        how=report.how,
        last_exchange=exchange if found is DiagnosisId.ACTIVE else None,
        silent=silent,
    )


def _lamp(item: StatusItem, state: FaultState | None) -> StatusLamp:
    word = "unknown" if state is None else state.value
    return StatusLamp(item.id, item.name, word, STATES[word], None if state is None else not state.is_fault)


def _signal_causes(medium: RouteBMedium | None) -> tuple[Bilingual, ...]:
    media = tuple(RouteBMedium) if medium is None else (medium,)
    return tuple(cause for each in media for cause in CAUSES_BY_MEDIUM[each])
