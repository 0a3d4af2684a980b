"""The commands of the hand-held device; what stands around each of them is in :mod:`keiki.handheld.session`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from keiki.domain.diagnosis import Diagnosis, diagnose
from keiki.foundation.program.typed_command import typed
from keiki.foundation.program.version import add_version_option
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.counted import counted
from keiki.handheld import answers, enrolment, wiring
from keiki.handheld.photograph import erase_photograph, read_photograph
from keiki.handheld.reading import find_units, read_status_items, report
from keiki.handheld.refusals import DeviceRefusal
from keiki.handheld.results import export
from keiki.handheld.session import Lang, at_work, finish, in_order, print_answer, print_card, teller
from keiki.handheld.visit import begin, carry_out, found_serials, give_up
from keiki.handheld.wiring import Device
from keiki.protocols.sealing.fields import check_serial

app = typer.Typer(
    help="The field worker's hand-held device (ハンディ端末).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


add_version_option(app)
Data = Annotated[Path, typer.Option("--data", help="The device's folder.")]
Port = Annotated[str, typer.Option("--port", help="The meter's port: a device path.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the screen.")]
Language = Annotated[Lang | None, typer.Option("--lang", help="Language of the screen; else the setting lang.")]


def run() -> None:
    """Run the command line."""
    app(prog_name=typed("handheld"))


@app.command()
def init(
    data: Data,
    name: Annotated[str, typer.Option(help="The device's name, such as HHD-07.")],
    as_json: AsJson = False,
) -> None:
    """Make a new device: folder, keys, first settings. Prints its identity card for the office to enrol."""
    with in_order(as_json):
        wiring.prepare(data, logged=as_json, new=True)
        print_card(enrolment.make_device(data, name), as_json)


@app.command()
def card(
    data: Data,
    out: Annotated[Path | None, typer.Option(help="Write the card here too, as the office enrols it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the device's identity card; its fingerprint goes to standard error."""
    with in_order(as_json):
        wiring.prepare(data, logged=as_json)
        own = enrolment.read_identity(data).card
        if out:
            enrolment.write_card(out, own)
        print_card(own, as_json)
        sys.stderr.write(f"fingerprint {own.fingerprint}\n")


@app.command()
def trust_office(
    data: Data,
    card: Annotated[Path, typer.Option(help="The office's identity card.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take it in place of the office enrolled now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enrol the office whose signature on barcodes is accepted, and print its fingerprint to compare by voice."""
    with in_order(as_json):
        wiring.prepare(data, logged=as_json)
        office = enrolment.trust_office(data, card, replace)
        if as_json:
            print_answer({"office": office.name, "key_id": office.key_id.hex(), "fingerprint": office.fingerprint})
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
    """Carry out the visit of a barcode: set the password in the meter, prove it, read the status.

    The photograph is erased as soon as the journal has what was in it.
    """
    if (picture is None) == (not scan):
        raise typer.BadParameter("give either --picture or --scan")
    _check_order(order)
    with in_order(as_json, lang), at_work(data, as_json, lang) as (device, screen):
        text = read_photograph(picture) if picture else sys.stdin.readline() if scan == "-" else scan
        with device.open_port(port) as line:
            begun = begin(device, text, order)
            if picture:
                erase_photograph(picture)
            if screen:
                screen.begin(begun)
            done = carry_out(device, begun, line, teller(begun.id, screen))
        finish([done], device, screen, as_json)


@app.command()
def resume(data: Data, port: Port = "", as_json: AsJson = False, lang: Language = None) -> None:
    """Take up every unfinished visit at the meter that the device is now connected to."""
    with in_order(as_json, lang), at_work(data, as_json, lang) as (device, screen):
        unfinished = device.journal.unfinished()
        if not unfinished:
            raise DeviceRefusal("nothing_to_resume")
        done = []
        with device.open_port(port) as line:
            for visit in unfinished:
                if screen:
                    screen.begin(visit)
                done.append(carry_out(device, visit, line, teller(visit.id, screen)))
        finish(done, device, screen, as_json)


@app.command()
def abandon(
    data: Data,
    visit: Annotated[str, typer.Option(help="The visit's id or its beginning; needed if several are unfinished.")] = "",
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Give up an unfinished visit. Where a write went unanswered, the result tells the office so."""
    with in_order(as_json, lang), at_work(data, as_json, lang) as (device, screen):
        found = [each for each in device.journal.unfinished() if each.id.startswith(visit)]
        if len(found) != 1:
            raise DeviceRefusal("which_visit" if found else "nothing_to_resume")
        if screen:
            screen.begin(found[0])
        finish([give_up(device, found[0], teller(found[0].id, screen))], device, screen, as_json)


@app.command()
def status(data: Data, port: Port = "", as_json: AsJson = False, lang: Language = None) -> None:
    """Read the status of the meter at the port and say what it means. Nothing is written."""
    with in_order(as_json, lang), at_work(data, as_json, lang) as (device, screen):
        diagnosis, found = _diagnose_port(device, port)
        if screen:
            screen.diagnose(diagnosis)
        else:
            print_answer({**answers.of_diagnosis(diagnosis), "found": found})


@app.command()
def results(
    data: Data,
    out: Annotated[Path, typer.Option(help="The folder that the office reads.")],
    again: Annotated[bool, typer.Option("--again", help="Also those handed over before.")] = False,
    as_json: AsJson = False,
    lang: Language = None,
) -> None:
    """Hand over the results of ended visits: sealed to the office and signed by this device."""
    with in_order(as_json, lang), at_work(data, as_json, lang) as (device, screen):
        paths, open_ = export(device, out, again), len(device.journal.unfinished())
        if screen:
            screen.say(
                Bilingual(
                    ja=f"{len(paths)}件の結果を書き出しました。未完了の訪問：{open_}件",
                    en=f"{counted(len(paths), 'result')} handed over; {counted(open_, 'visit')} unfinished",
                )
            )
        else:
            print_answer({"results": [str(path) for path in paths], "unfinished": open_})


def _diagnose_port(device: Device, port: str) -> tuple[Diagnosis, dict[str, str]]:
    """Diagnose the meter at the port; one that does not answer is *not readable*, other refusals are raised."""
    asked_at, found, medium, items = device.clock(), {}, None, {}
    with device.open_port(port) as line:
        try:
            identity = find_units(line)
            found = found_serials(identity)
            medium = device.settings.medium_of(identity.communication_model)
            items = read_status_items(line, identity.communication_serial, device.clock)
        except DeviceRefusal as refused:
            if refused.code != "unreachable":
                raise
    return diagnose(report(items, asked_at, device.settings.zone), medium), found


def _check_order(order: str) -> None:
    try:
        if order:
            check_serial(order)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--order") from None
