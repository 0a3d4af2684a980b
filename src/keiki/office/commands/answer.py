"""What a command answers: plain values and an exit code.

0 done; 1 refused or impossible, with ``error`` saying what, why and what to do; 2 wrong usage; 3 a rule of the business
says no (a broken design, the wrong applicant); 4 nothing may be decided from the records as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DONE, REFUSED, NOT_ALLOWED, BLOCKED = 0, 1, 3, 4


@dataclass(frozen=True)
class CommandAnswer:
    """Plain values and the exit code that goes with them."""

    values: Mapping[str, Any]
    code: int = DONE

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.values, ensure_ascii=False)

    def as_text(self) -> str:
        """Indented lines for people."""
        return "\n".join(_lines(self.values))


def refused(code: str, ja: str, en: str, exit_code: int = REFUSED, **values: Any) -> CommandAnswer:
    """A refusal: ``error`` in English for programs, ``message`` in both languages for people, and what it brings."""
    return CommandAnswer({"error": en, "code": code, "message": {"ja": ja, "en": en}, **values}, exit_code)


@dataclass(frozen=True)
class TableAnswer(CommandAnswer):
    """An answer that people see as ``text``: a table instead of its lines."""

    text: str = ""

    def as_text(self) -> str:
        """The drawing."""
        return self.text


def _lines(value: Any, indent: str = "") -> list[str]:
    if isinstance(value, Mapping):
        found = []
        for key, item in value.items():
            if isinstance(item, (Mapping, list)) and item:
                found += [f"{indent}{key}:", *_lines(item, indent + "  ")]
            else:
                found.append(f"{indent}{key}: {_word(item)}")
        return found
    if isinstance(value, list):
        return [line for item in value for line in [f"{indent}-", *_lines(item, indent + "  ")]]
    return [f"{indent}{_word(value)}"]


def _word(value: Any) -> str:
    if value is None or value in ({}, []):
        return "-"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
