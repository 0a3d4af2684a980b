"""What zones answer in codes, as the story says it in the chosen language: from the tables that the codes come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from keiki.cli.story.page import Page, StepFailed
from keiki.cli.zones import ZoneRefused, ZoneSilent
from keiki.domain.diagnosis.words import LAMPS, STATES
from keiki.domain.lifecycle import Lifecycle
from keiki.domain.remote.lifecycle import REMOTE_COMMAND
from keiki.domain.workorders.visit import VISIT

KINDS = {
    "communication": ("communication unit", "通信ユニット"),
    "metering": ("metering unit", "計量ユニット"),
    "option": ("optional unit", "付加機能ユニット"),
    "cover": ("terminal cover", "端子カバー"),
}
"""The kinds of units, in English and Japanese, in the order of a combination."""
VALUES = {
    "rf": ("radio", "無線"),
    "plc": ("power line", "電力線"),
    "wireless": ("wireless", "無線"),
    "none": ("none", "なし"),
    "detached": ("detached", "戸建て"),
    "multi_dwelling": ("flats", "集合住宅"),
    "normal": ("normal", "正常"),
    "abnormality": ("abnormality", "異常"),
    "starting": ("starting", "起動中"),
    "hokusetsu": ("Hokusetsu", "北摂"),
    "senshu": ("Senshu", "泉州"),
}
"""What the linked records say in codes; the two service offices are the bench's."""


def state(page: Page, lifecycle: Lifecycle[Any, Any], code: str) -> str:
    """A state as its lifecycle calls it."""
    found = next(words for each, words in lifecycle.words.states.items() if str(each) == code)
    return page.words(found.en, found.ja)


def steps(page: Page, codes: Iterable[str]) -> str:
    """The steps of a visit or of an agent's journal, one after the other."""
    events = {str(e): words for table in (REMOTE_COMMAND, VISIT) for e, words in table.words.events.items()}
    found = [events[code] for code in codes]
    return " → ".join(page.words(each.en, each.ja) for each in found)


def value(page: Page, found: object) -> str:
    """A value of a linked record."""
    return page.words(*VALUES[found]) if isinstance(found, str) and found in VALUES else str(found)


def kinds(page: Page, codes: Iterable[str]) -> str:
    """Kinds of units."""
    return page.words(", ", "、").join(page.words(*KINDS[code]) for code in codes)


def lamps(page: Page, found: Mapping[str, str]) -> str:
    """The status items with their states."""
    lang = page.language.value
    return "  ".join(
        f"{LAMPS[lamp].in_language(lang)} {STATES[code].in_language(lang)}" for lamp, code in found.items()
    )


def reason(page: Page, error: Exception) -> str:
    """Why a step did not happen, or why a zone refused, as far as who says so speaks the language."""
    if isinstance(error, StepFailed):
        return page.words(error.en, error.ja)
    if isinstance(error, ZoneRefused):
        return refusal(page, error.answer) or error.text.in_language(page.language)
    if isinstance(error, ZoneSilent):
        return error.text.in_language(page.language)
    return page.words(str(error), f"途中で止まりました: {error}")


def refusal(page: Page, answer: Mapping[str, Any]) -> str:
    """What a zone's refusal says; empty where it has no words."""
    found = answer.get("message") or answer.get("explanation", {}).get("what") or {}
    return str(found.get(page.language.value, "")) if isinstance(found, Mapping) else ""
