"""From a status report to a diagnosis: four lamps, a message, causes, what to do next and what to be careful with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keiki.domain.diagnosis.status import How, NotReadable, RouteBMedium, StatusReport
from keiki.domain.diagnosis.table import DiagnosisId, classify
from keiki.domain.diagnosis.words import CAUSES_BY_MEDIUM, LAMPS, STATES, TEXTS, Words

_GOOD = {"clear", "normal"}


@dataclass(frozen=True)
class Lamp:
    """One status lamp. ``good`` is None where the state is not known."""

    id: str
    name: Words
    state: str
    word: Words
    good: bool | None


@dataclass(frozen=True)
class Diagnosis:
    """What a status means, in words for both languages, as of ``at`` and read ``how``."""

    id: DiagnosisId
    ok: bool
    lamps: tuple[Lamp, Lamp, Lamp, Lamp]
    message: Words
    causes: tuple[Words, ...]
    todo: tuple[Words, ...]
    notes: tuple[Words, ...]
    at: datetime
    how: How


def diagnose(report: StatusReport | NotReadable, medium: RouteBMedium | None) -> Diagnosis:
    """Diagnose a report for a unit whose route B runs over ``medium``; None (not known) names the causes of both."""
    if isinstance(report, NotReadable):
        found, states, at = DiagnosisId.NOT_READABLE, ["unknown"] * 4, report.asked_at
    else:
        found, at = classify(report), report.read_at
        states = [report.startup, report.authentication, report.connection, report.condition]
    text = TEXTS[found]
    a, b, c, d = (_lamp(id_, state) for id_, state in zip(LAMPS, states, strict=True))
    return Diagnosis(
        id=found,
        ok=found is DiagnosisId.ACTIVE,
        lamps=(a, b, c, d),
        message=text.message,
        causes=text.causes + (_signal_causes(medium) if found is DiagnosisId.HEMS_UNCONNECTED else ()),
        todo=text.todo,
        notes=text.notes,
        at=at,
        how=report.how,
    )


def _lamp(id_: str, state: str) -> Lamp:
    good = None if state == "unknown" else state in _GOOD
    return Lamp(id_, LAMPS[id_], str(state), STATES[state], good)


def _signal_causes(medium: RouteBMedium | None) -> tuple[Words, ...]:
    media = tuple(RouteBMedium) if medium is None else (medium,)
    return tuple(cause for each in media for cause in CAUSES_BY_MEDIUM[each])
