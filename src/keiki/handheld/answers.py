"""What the device tells a program that asked with ``--json``: the same as the screen, in fixed names."""

from __future__ import annotations

from typing import Any

from keiki.domain.diagnosis import Diagnosis
from keiki.foundation.text.bilingual import Bilingual
from keiki.handheld.journal import Visit
from keiki.handheld.refusals import EXPLANATIONS


def of_visit(visit: Visit, trouble: str | None, diagnosis: Diagnosis | None) -> dict[str, Any]:
    """A visit with its steps, what was found, its ending or its trouble, and the diagnosis."""
    return {
        "visit": visit.id,
        "state": visit.state.value,
        "work_order": visit.work_order,
        "communication_unit": visit.unit,
        "generation": visit.generation,
        "outcome": visit.ending.outcome if visit.ending else "unfinished",
        "reason": trouble or "",
        "steps": [{"event": step.event.value, "state": step.state.value, "at": step.at} for step in visit.steps],
        "found": dict(visit.found),
        "status": dict(visit.status) or None,
        **({"error": EXPLANATIONS[trouble].what.en, "explanation": _explain(trouble)} if trouble else {}),
        "diagnosis": of_diagnosis(diagnosis) if diagnosis else None,
    }


def of_refusal(code: str) -> dict[str, Any]:
    """A refusal before anything was begun."""
    return {
        "outcome": "refused",
        "reason": code,
        "error": EXPLANATIONS[code].what.en,
        "explanation": _explain(code),
    }


def of_diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis with its lamps and words."""
    return {
        "id": diagnosis.id.value,
        "ok": diagnosis.ok,
        "how": diagnosis.how.value,
        "at": diagnosis.at.isoformat(),
        "lamps": {lamp.id: lamp.state for lamp in diagnosis.lamps},
        "last_exchange": diagnosis.last_exchange.isoformat() if diagnosis.last_exchange else None,
        "silent": diagnosis.silent,
        "message": _both(diagnosis.message),
        "causes": [_both(cause) for cause in diagnosis.causes],
        "todo": [_both(todo) for todo in diagnosis.todo],
        "notes": [_both(note) for note in diagnosis.notes],
    }


def _explain(code: str) -> dict[str, dict[str, str]]:
    words = EXPLANATIONS[code]
    return {"what": _both(words.what), "why": _both(words.why), "todo": _both(words.todo)}


def _both(words: Bilingual) -> dict[str, str]:
    return {"ja": words.ja, "en": words.en}
