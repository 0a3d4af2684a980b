"""The commands of the hand-held device.

Exit status: 0 done; 1 the device is not in order; 2 wrong usage; 3 refused; 4 a visit is unfinished (``resume``).
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from keiki.domain.diagnosis import Diagnosis, Words, diagnose
from keiki.handheld import answers, enrolment, wiring
from keiki.handheld.enrolment import EnrolmentError
from keiki.handheld.journal import Step
from keiki.handheld.photograph import read_photograph
from keiki.handheld.reading import find_units, read_status_items, report
from keiki.handheld.refusals import Refusal
from keiki.handheld.results import export
from keiki.handheld.screen import Screen
from keiki.handheld.settings import Settings, SettingsError
from keiki.handheld.visit import Conclusion, begin, carry_out, found_serials, give_up
from keiki.handheld.wiring import Device
from keiki.protocols.sealing.errors import BadIdentity, SealingError
from keiki.protocols.sealing.fields import check_serial
from keiki.protocols.sealing.identity import IdentityCard

NOT_IN_ORDER, REFUSED, UNFINISHED = 1, 3, 4

app = typer.Typer(
    help="The field worker's hand-held device (ハンディターミナル).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Lang(StrEnum):
    """The languages of the screen."""

    JA = "ja"
    EN = "en"


Data = Annotated[Path, typer.Option("--data", help="The device's folder.")]
Port = Annotated[str, typer.Option("--port", help="The meter's port: a device path or socket://host:port.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the screen.")]
Language = Annotated[Lang | None, typer.Option("--lang", help="Language of the screen; else the setting lang.")]


def run() -> None:
    """Run the command line."""
    app(prog_name="python -m keiki.handheld")


@app.command()
def init(
    data: Data,
    name: Annotated[str, typer.Option(help="The device's name, such as HHD-07.")],
    as_json: AsJson = False,
) -> None:
    """Make a new device: folder, keys, first settings. Prints its identity card for the office to enrol."""
    with _in_order(as_json):
        wiring.prepare(data)
        _print_card(enrolment.make_device(data, name), as_json)


@app.command()
def card(data: Data, as_json: AsJson = False) -> None:
    """Print the device's identity card; its fingerprint goes to standard error."""
    with _in_order(as_json):
        wiring.prepare(data)
        own = enrolment.read_identity(data).card
        _print_card(own, as_json)
        sys.stderr.write(f"fingerprint {own.fingerprint}\n")


@app.command()
def trust_office(
    data: Data,
    card: Annotated[Path, typer.Option(help="The office's identity card.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take it in place of the office enrolled now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enrol the office whose signature on barcodes is accepted, and print its fingerprint to compare by voice."""
    with _in_order(as_json):
        wiring.prepare(data)
        office = enrolment.trust_office(data, card, replace)
        if as_json:
            _print({"office": office.name, "key_id": office.key_id.hex(), "fingerprint": office.fingerprint})
        else:
            sys.stdout.write(f"office {office.name}, fingerprint {office.fingerprint}\n")


@app.command()
def visit(
    *,
    data: Data,
    port: Port = "",
    picture: Annotated[Path | None, typer.Option(help="A photograph of the sheet, PNG or JPEG.")] = None,
    scan: Annotated[str, typer.Option(help="A scanner's text, or - for one line of standard input.")] = "",
    order: Annotated[str, typer.Option(help="The work order's number, printed on the sheet.")] = "",
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Carry out the visit of a barcode: set the password in the meter, prove it, read the status."""
    if (picture is None) == (not scan):
        raise typer.BadParameter("give either --picture or --scan")
    _check_order(order)
    with _in_order(as_json), _at_work(data, as_json, lang) as (device, screen):
        text = read_photograph(picture) if picture else sys.stdin.readline() if scan == "-" else scan
        with device.open_port(port) as line:
            begun = begin(device, text, order)
            if screen:
                screen.begin(begun)
            done = carry_out(device, begun, line, _teller(begun.id, screen))
        _finish([done], device, screen, as_json)


@app.command()
def resume(data: Data, port: Port = "", as_json: AsJson = False, lang: Language = None) -> None:
    """Take up every unfinished visit at the meter that the device is now connected to."""
    with _in_order(as_json), _at_work(data, as_json, lang) as (device, screen):
        unfinished = device.journal.unfinished()
        if not unfinished:
            raise Refusal("nothing_to_resume")
        done = []
        with device.open_port(port) as line:
            for visit in unfinished:
                if screen:
                    screen.begin(visit)
                done.append(carry_out(device, visit, line, _teller(visit.id, screen)))
        _finish(done, device, screen, as_json)


@app.command()
def abandon(
    data: Data,
    visit: Annotated[str, typer.Option(help="The visit's id or its beginning; needed if several are unfinished.")] = "",
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Give up an unfinished visit. Where a write went unanswered, the result tells the office so."""
    with _in_order(as_json), _at_work(data, as_json, lang) as (device, screen):
        found = [each for each in device.journal.unfinished() if each.id.startswith(visit)]
        if len(found) != 1:
            raise Refusal("which_visit" if found else "nothing_to_resume")
        if screen:
            screen.begin(found[0])
        _finish([give_up(device, found[0], _teller(found[0].id, screen))], device, screen, as_json)


@app.command()
def status(data: Data, port: Port = "", as_json: AsJson = False, lang: Language = None) -> None:
    """Read the status of the meter at the port and say what it means. Nothing is written."""
    with _in_order(as_json), _at_work(data, as_json, lang) as (device, screen):
        diagnosis, found = _diagnose_port(device, port)
        if screen:
            screen.diagnose(diagnosis)
        else:
            _print({**answers.of_diagnosis(diagnosis), "found": found})


@app.command()
def results(
    data: Data,
    out: Annotated[Path, typer.Option(help="The folder that the office reads.")],
    again: Annotated[bool, typer.Option("--again", help="Also those handed over before.")] = False,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Hand over the results of ended visits: sealed to the office and signed by this device."""
    with _in_order(as_json), _at_work(data, as_json, lang) as (device, screen):
        paths, open_ = export(device, out, again), len(device.journal.unfinished())
        if screen:
            screen.say(
                Words(
                    f"{len(paths)}件の結果を書き出しました。未完了の訪問：{open_}件",
                    f"{len(paths)} results handed over; {open_} visits unfinished",
                )
            )
        else:
            _print({"results": [str(path) for path in paths], "unfinished": open_})


@contextmanager
def _in_order(as_json: bool) -> Iterator[None]:
    """End with a plain sentence where the device itself is not as it must be."""
    try:
        yield
    except (EnrolmentError, SettingsError, BadIdentity) as error:
        sys.stderr.write(f"{error}\n")
        if as_json:
            _print({"outcome": "refused", "reason": "not_in_order", "error": str(error)})
        raise typer.Exit(NOT_IN_ORDER) from None


@contextmanager
def _at_work(data: Path, as_json: bool, lang: Lang | None) -> Iterator[tuple[Device, Screen | None]]:
    """Open the device; show a refusal that comes before there is a visit."""
    settings = wiring.prepare(data)
    screen = None if as_json else _screen(settings, lang)
    try:
        with wiring.device(data) as device:
            yield device, screen
    except (Refusal, SealingError) as refused:
        structlog.get_logger().warning("refused", reason=refused.code)
        if screen:
            screen.refuse(refused.code)
        else:
            _print(answers.of_refusal(refused.code))
        raise typer.Exit(REFUSED) from None
    except sqlite3.Error as error:
        raise EnrolmentError(
            f"The device's journal cannot be used ({error}): nothing more was done. Free space on it, or replace it."
        ) from None


def _screen(settings: Settings, lang: Lang | None) -> Screen:
    return Screen("en" if (lang or settings.lang) == "en" else "ja", settings.zone)


def _teller(visit: str, screen: Screen | None) -> Callable[[Step], None]:
    log = structlog.get_logger()

    def tell(step: Step) -> None:
        log.info("step", visit=visit, event_=step.event.value, state=step.state.value)
        if screen:
            screen.step(step)

    return tell


def _finish(done: list[Conclusion], device: Device, screen: Screen | None, as_json: bool) -> None:
    """Show the conclusions and leave with the exit status of the worst."""
    shown: list[dict[str, Any]] = []
    for each in done:
        diagnosis = _diagnosis(device, each)
        shown.append(answers.of_visit(each.visit, each.trouble, diagnosis))
        structlog.get_logger().info("visit", visit=each.visit.id, state=each.visit.state.value, reason=each.trouble)
        if screen:
            screen.conclude(each, diagnosis)
    if as_json:
        _print(shown[0] if len(shown) == 1 else {"visits": shown})
    code = max(0 if each.trouble is None else REFUSED if each.visit.ended else UNFINISHED for each in done)
    if code:
        raise typer.Exit(code)


def _diagnosis(device: Device, done: Conclusion) -> Diagnosis | None:
    if done.trouble is not None or done.visit.ending is None:
        return None
    medium = device.settings.medium_of(done.visit.found.get("communication_model", ""))
    return diagnose(report(done.visit.status, device.clock(), device.settings.zone), medium)


def _diagnose_port(device: Device, port: str) -> tuple[Diagnosis, dict[str, str]]:
    """Diagnose the meter at the port; one that does not answer is *not readable*, other refusals are raised."""
    asked_at, found, medium, items = device.clock(), {}, None, {}
    with device.open_port(port) as line:
        try:
            identity = find_units(line)
            found = found_serials(identity)
            medium = device.settings.medium_of(identity.communication_model)
            items = read_status_items(line, identity.communication_serial, device.clock)
        except Refusal as refused:
            if refused.code != "unreachable":
                raise
    return diagnose(report(items, asked_at, device.settings.zone), medium), found


def _print_card(card: IdentityCard, as_json: bool) -> None:
    if as_json:
        _print(json.loads(card.to_json()))
    else:
        sys.stdout.write(card.to_json())


def _check_order(order: str) -> None:
    try:
        if order:
            check_serial(order)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--order") from None


def _print(answer: dict[str, Any]) -> None:
    """Print an answer as one line, so that a program finds it whatever else a terminal shows."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
