"""Around every command: the device is opened, what happens is shown, and the exit status says how it ended.

Exit status: 0 done; 1 the device is not in order; 2 wrong usage; 3 refused or given up; 4 a visit is unfinished.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog
import typer

from keiki.domain.diagnosis import Diagnosis, diagnose
from keiki.foundation.files.sqlite_schema import FileNewer
from keiki.foundation.program.data_folder import FolderNotMade
from keiki.foundation.program.language import chosen
from keiki.foundation.settings.errors import WrongSettingError
from keiki.handheld import answers, wiring
from keiki.handheld.enrolment import EnrolmentError
from keiki.handheld.journal import VisitStep
from keiki.handheld.reading import report
from keiki.handheld.refusals import DeviceRefusal
from keiki.handheld.screen import TerminalScreen
from keiki.handheld.settings import DeviceSettings
from keiki.handheld.visit import VisitConclusion
from keiki.handheld.wiring import Device
from keiki.protocols.sealing.errors import SealingError
from keiki.protocols.sealing.identity import IdentityCard

NOT_IN_ORDER, REFUSED, UNFINISHED = 1, 3, 4


class Lang(StrEnum):
    """The languages of the screen."""

    JA = "ja"
    EN = "en"


@contextmanager
def in_order(as_json: bool, lang: Lang | None = None) -> Iterator[None]:
    """End with a plain sentence where the device itself is not as it must be."""
    try:
        yield
    except (EnrolmentError, FileNewer, FolderNotMade, WrongSettingError) as error:
        sys.stderr.write(f"{error.text.in_language(lang or chosen())}\n")
        if as_json:
            message = {"ja": error.text.ja, "en": error.text.en}
            print_answer({"outcome": "refused", "reason": "not_in_order", "error": str(error), "message": message})
        raise typer.Exit(NOT_IN_ORDER) from None


@contextmanager
def at_work(data: Path, as_json: bool, lang: Lang | None) -> Iterator[tuple[Device, TerminalScreen | None]]:
    """Open the device; show a refusal that comes before there is a visit."""
    settings = wiring.prepare(data, logged=as_json)
    screen = None if as_json else _screen(settings, lang)
    try:
        with wiring.device(data, logged=as_json) as device:
            yield device, screen
    except (DeviceRefusal, SealingError) as refused:
        structlog.get_logger().warning("refused", reason=refused.code)
        if screen:
            screen.refuse(refused.code)
        else:
            print_answer(answers.of_refusal(refused.code))
        raise typer.Exit(REFUSED) from None
    except sqlite3.Error as error:
        raise EnrolmentError("journal_unusable", why=error) from None


def _screen(settings: DeviceSettings, lang: Lang | None) -> TerminalScreen:
    return TerminalScreen("en" if (lang or settings.lang) == "en" else "ja", settings.zone)


def teller(visit: str, screen: TerminalScreen | None) -> Callable[[VisitStep], None]:
    """Return what is told of every journalled step: it goes into the log and onto the screen."""
    log = structlog.get_logger()

    def tell(step: VisitStep) -> None:
        log.info("step", visit=visit, did=step.event.value, state=step.state.value)
        if screen:
            screen.step(step)

    return tell


def finish(done: list[VisitConclusion], device: Device, screen: TerminalScreen | None, as_json: bool) -> None:
    """Show the conclusions and leave with the exit status of the worst."""
    shown: list[dict[str, Any]] = []
    for each in done:
        diagnosis = _diagnosis(device, each)
        shown.append(answers.of_visit(each.visit, each.trouble, diagnosis))
        structlog.get_logger().info("visit", visit=each.visit.id, state=each.visit.state.value, reason=each.trouble)
        if screen:
            screen.conclude(each, diagnosis)
    if as_json:
        print_answer(shown[0] if len(shown) == 1 else {"visits": shown})
    code = max(0 if each.trouble is None else REFUSED if each.visit.ended else UNFINISHED for each in done)
    if code:
        raise typer.Exit(code)


def _diagnosis(device: Device, done: VisitConclusion) -> Diagnosis | None:
    if done.trouble is not None or done.visit.ending is None:
        return None
    medium = device.settings.medium_of(done.visit.found.get("communication_model", ""))
    return diagnose(report(done.visit.status, device.clock(), device.settings.zone), medium)


def print_card(card: IdentityCard, as_json: bool) -> None:
    """Print an identity card as others enrol it."""
    if as_json:
        print_answer(json.loads(card.to_json()))
    else:
        sys.stdout.write(card.to_json())


def print_answer(answer: dict[str, Any]) -> None:
    """Print an answer as one line, so that a program finds it whatever else a terminal shows."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
