"""When the device has plaintext, and what it keeps: opened late, dropped early, erased when it is over."""

from __future__ import annotations

import dataclasses
import gc
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from handheld_world import NOW, PASSWORD, Hand, Office, PtyMeter, draw_barcode

from keiki.domain.workorders.visit import VisitEvent, VisitState
from keiki.handheld import visit as visiting
from keiki.handheld.journal import VisitJournal, VisitStep
from keiki.handheld.photograph import erase_photograph
from keiki.handheld.port import MeterLine
from keiki.handheld.refusals import DeviceRefusal
from keiki.handheld.settings import DeviceSettings
from keiki.handheld.visit import begin, carry_out, give_up
from keiki.protocols.barcode.text import envelope_to_text, text_to_envelope
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.procedure import MeterCredential
from keiki.protocols.sealing import message
from keiki.protocols.sealing.credential import OpenedCredential, open_credential
from keiki.protocols.sealing.errors import SealingError
from keiki.protocols.sealing.message import SealingPurpose


class WatchedLine:
    """A line to a meter that calls ``on_ask`` right before every request leaves."""

    def __init__(self, line: MeterLine, on_ask: Callable[[m.Request], None]) -> None:
        self._line, self._on_ask = line, on_ask

    def ask(self, request: m.Request) -> Any:
        self._on_ask(request)
        return self._line.ask(request)


def plaintext_alive() -> list[object]:
    """The objects of this process that hold an opened credential."""
    kinds = (OpenedCredential, MeterCredential, m.WriteCredential)
    return [each for each in gc.get_objects() if isinstance(each, kinds) and each.password == PASSWORD]


def carry(hand: Hand, meter: PtyMeter, sheet: str, on_ask: Callable[[m.Request], None]) -> visiting.VisitConclusion:
    device = dataclasses.replace(hand.device, settings=DeviceSettings(answer_seconds=meter.patience))
    with device.open_port(meter.path) as line:
        watched = WatchedLine(line, on_ask)
        return carry_out(hand.device, begin(device, sheet, ""), watched, lambda _: None)  # type: ignore[arg-type]


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


# --- opened late, dropped early ---------------------------------------------------------------------------------------


def test_the_envelope_is_opened_after_the_meter_gave_its_serial_number(
    hand: Hand, meter: PtyMeter, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    unseal = message.unseal
    monkeypatch.setattr(message, "unseal", lambda *given: (happened.append("opened"), unseal(*given))[1])
    done = carry(hand, meter, office.sheet(meter.meter, hand.card), lambda asked: happened.append(type(asked).__name__))
    assert done.trouble is None
    assert happened[:2] == ["Identify", "opened"]
    assert happened.count("opened") == 1


@pytest.mark.parametrize("case", ["silent", "neighbour"])
def test_before_a_silent_or_another_meter_nothing_is_opened(
    hand: Hand,
    meter: PtyMeter,
    office: Office,
    new_meter: Callable[..., PtyMeter],
    monkeypatch: pytest.MonkeyPatch,
    case: str,
) -> None:
    def refuse(*_: object) -> bytes:
        raise AssertionError("the envelope was opened before the meter gave its serial number")

    monkeypatch.setattr(message, "unseal", refuse)
    at_port = meter if case == "silent" else new_meter("plain")
    if case == "silent":
        meter.fall_silent(1, "before")
    done = carry(hand, at_port, office.sheet(meter.meter, hand.card), lambda _: None)
    assert done.trouble == ("unreachable" if case == "silent" else "not_for_this_meter")
    assert {VisitEvent.FIND_METER, VisitEvent.OPEN_ENVELOPE}.isdisjoint(step.event for step in done.visit.steps)


def test_nothing_holds_the_password_once_it_is_proved(
    hand: Hand, meter: PtyMeter, office: Office, no_collector: None
) -> None:
    """The status is read right after the proof: then no object of this process has the password, a cycle neither."""
    alive: dict[str, list[object]] = {}
    cycles: list[weakref.ref[m.Request]] = []

    def watch(asked: m.Request) -> None:
        alive[type(asked).__name__] = [type(each).__name__ for each in plaintext_alive()]
        if isinstance(asked, m.WriteCredential):
            copy = m.WriteCredential(asked.generation, asked.authentication_id, asked.password)
            cycles.append(weakref.ref(copy))
            around: list[object] = [copy]
            around.append(around)

    assert carry(hand, meter, office.sheet(meter.meter, hand.card), watch).trouble is None
    assert alive["WriteCredential"], "the probe of this test sees plaintext where there is some"
    assert alive["ReadMeterStatus"] == []
    assert cycles[0]() is None, "what was made during the write is swept"


def test_a_meter_swapped_between_its_serial_number_and_the_write_is_not_written(
    hand: Hand, meter: PtyMeter, office: Office, new_meter: Callable[..., PtyMeter]
) -> None:
    """The worker pulls the plug after the first answer and puts it into the neighbour's meter."""
    neighbour = new_meter("flat_plc_route_b")
    device = dataclasses.replace(hand.device, settings=DeviceSettings(answer_seconds=3.0))
    with device.open_port(meter.path) as first, device.open_port(neighbour.path) as second:
        lines = [first]

        class Swapped:
            def ask(self, request: m.Request) -> Any:
                line = lines[-1]
                lines.append(second)
                return line.ask(request)

        sheet = office.sheet(meter.meter, hand.card)
        done = carry_out(hand.device, begin(device, sheet, ""), Swapped(), lambda _: None)  # type: ignore[arg-type]
    assert done.trouble == "not_for_this_meter"
    assert not done.visit.ended
    assert "WriteCredential" not in neighbour.asked + meter.asked


# --- erased when it is over -------------------------------------------------------------------------------------------


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def opens(hand: Hand, office: Office, envelope: bytes, meter: PtyMeter) -> bool:
    """Whether the device's private key opens an envelope, whatever the hour."""
    try:
        open_credential(
            envelope,
            hand.device.identity,
            office.identity.card,
            0,
            purpose=SealingPurpose.BARCODE,
            communication_unit=meter.meter.units.communication_serial,
            supply_point=None,
        )
    except SealingError:
        return False
    return True


def nothing_left(folder: Path, envelope: bytes) -> bool:
    """Whether no piece of the sealed part is in any file, the write-ahead log included."""
    left, sealed = everything_in(folder), message.parse(envelope).sealed
    return not any(sealed[at : at + 32] in left for at in range(0, len(sealed) - 32))


def test_a_folder_taken_with_its_key_opens_nothing_that_was_proved(
    hand: Hand, meter: PtyMeter, office: Office, folder: Path
) -> None:
    """Taken at the moment of the proof, before the visit is closed: device folder with key, journal and log."""
    sheet = office.sheet(meter.meter, hand.card)
    envelope, at_proof = text_to_envelope(sheet), []
    assert opens(hand, office, envelope, meter), "the key of the folder would open it"

    def tell(step: VisitStep) -> None:
        if step.event is VisitEvent.WRITE:
            assert not nothing_left(folder, envelope), "the probe of this test finds the envelope while it is there"
        if step.event is VisitEvent.PROVE:
            at_proof.append(nothing_left(folder, envelope))

    device = dataclasses.replace(hand.device, settings=DeviceSettings(answer_seconds=meter.patience))
    with device.open_port(meter.path) as line:
        done = carry_out(hand.device, begin(device, sheet, ""), line, tell)
    assert done.trouble is None
    assert at_proof == [True]


def test_a_barcode_read_again_after_the_proof_takes_up_its_visit(hand: Hand, meter: PtyMeter, office: Office) -> None:
    sheet = office.sheet(meter.meter, hand.card)
    begun = begin(hand.device, sheet, "")
    for event in (VisitEvent.OPEN_ENVELOPE, VisitEvent.MATCH_METER, VisitEvent.FIND_HELD, VisitEvent.PROVE):
        hand.device.journal.record(begun.id, event, NOW)
    again = begin(hand.device, sheet, "WO-7")
    assert (again.id, again.envelope, again.work_order) == (begun.id, None, "WO-7")
    assert give_up(hand.device, again, lambda _: None).visit.state is VisitState.CLOSED


def test_an_envelope_whose_time_is_over_is_erased_and_its_visit_says_expired(
    hand: Hand, meter: PtyMeter, office: Office, folder: Path
) -> None:
    sheet = office.sheet(meter.meter, hand.card, expires=NOW + 600)
    begun = begin(hand.device, sheet, "")
    assert hand.device.journal.erase_expired(NOW + 599) == 0
    hand.wait(timedelta(minutes=10))
    assert hand.device.journal.erase_expired(hand.device.clock()) == 1
    assert nothing_left(folder, text_to_envelope(sheet))
    done = carry(hand, meter, sheet, lambda _: None)
    assert (done.visit.id, done.trouble, done.visit.state) == (begun.id, "expired", VisitState.ABANDONED)
    assert meter.asked == []


def test_a_journal_of_an_earlier_version_is_upgraded_and_erased(hand: Hand, meter: PtyMeter, office: Office) -> None:
    """The journal as it was before: without expiry and digest, an envelope in it, one visit proved, one over."""
    sheets = [office.sheet(meter.meter, hand.card, generation=n, expires=NOW + 600 * n) for n in (1, 2, 3)]
    begun = [begin(hand.device, sheet, "") for sheet in sheets]
    database = hand.device.journal._db
    database.execute("UPDATE visit SET state = 'proved' WHERE id = ?", (begun[2].id,))
    for column in ("expires", "digest"):
        database.execute(f"ALTER TABLE visit DROP COLUMN {column}")
    database.execute("PRAGMA user_version = 0")
    path = Path(database.execute("PRAGMA database_list").fetchone()["file"])
    upgraded = VisitJournal(path)
    assert begin(dataclasses.replace(hand.device, journal=upgraded), sheets[1], "").id == begun[1].id
    assert upgraded.erase_expired(NOW + 600) == 2
    assert [upgraded.visit(each.id).envelope is None for each in begun] == [True, False, True]
    upgraded.close()


def test_a_command_of_the_device_erases_what_is_over_first(folder: Path, office: Office, meter: PtyMeter) -> None:
    from keiki.handheld import enrolment, wiring

    card = enrolment.read_identity(folder).card
    sheet = office.sheet(meter.meter, card, expires=NOW)
    with wiring.device(folder) as device:
        begin(device, sheet, "")
    with sqlite3.connect(folder / "journal.db") as reading:
        assert reading.execute("SELECT count(*) FROM visit WHERE envelope IS NOT NULL").fetchone() == (1,)
    with wiring.device(folder) as device:
        assert [each.envelope for each in device.journal.unfinished()] == [None]
    assert nothing_left(folder, text_to_envelope(sheet))


def test_a_photograph_is_erased_once_the_journal_has_it(tmp_path: Path, office: Office, hand: Hand) -> None:
    picture = tmp_path / "sheet.png"
    draw_barcode(envelope_to_text(bytes(100))).save(picture)
    with picture.open("rb") as still_open:
        erase_photograph(picture)
        assert not any(still_open.read()), "the bytes are overwritten, not only unlinked"
    assert not picture.exists()
    with pytest.raises(DeviceRefusal) as refused:
        erase_photograph(picture)
    assert refused.value.code == "picture_not_erased"
