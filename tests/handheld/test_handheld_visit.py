"""A visit on a real (bench) meter: it succeeds once, refuses what it must, and never guesses."""

from __future__ import annotations

import collections
import dataclasses
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from handheld_world import AUTHENTICATION_ID, NOW, PASSWORD, Hand, Office, PtyMeter

from keiki.bench.meters.port import answer
from keiki.bench.radio.joining import HemsCredential, join
from keiki.bench.radio.meter_station import MeterStation
from keiki.domain.workorders.visit import VisitState
from keiki.handheld.journal import Visit
from keiki.handheld.results import as_result, export
from keiki.handheld.settings import DeviceSettings
from keiki.handheld.visit import VisitConclusion, _Work, begin, carry_out, give_up
from keiki.protocols.meter_port import procedure
from keiki.protocols.meter_port.codec import decode, encode
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.messages import MeterRefusalReason
from keiki.protocols.relay.body import STATUS, write_result
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.relay.wire import open_visit_result
from keiki.protocols.sealing.errors import ForeignBarcode, Malformed, SealingError, WrongPurpose, WrongVersion
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose


def visit(hand: Hand, meter: PtyMeter, sheet: str | Visit, order: str = "WO-2026-000123") -> VisitConclusion:
    begun = begin(hand.device, sheet, order) if isinstance(sheet, str) else sheet
    device = dataclasses.replace(hand.device, settings=DeviceSettings(answer_seconds=meter.patience))
    with device.open_port(meter.path) as line:
        return carry_out(hand.device, begun, line, lambda _: None)


def events(done: VisitConclusion) -> list[str]:
    return [step.event.value for step in done.visit.steps]


def held(meter: PtyMeter) -> tuple[int, str, str] | None:
    credential = meter.meter.communication._store.held
    return dataclasses.astuple(credential) if credential else None


def test_a_visit_sets_proves_reads_and_closes(hand: Hand, meter: PtyMeter, office: Office) -> None:
    done = visit(hand, meter, office.sheet(meter.meter, hand.card))
    assert events(done) == ["find_meter", "open_envelope", "match_meter", "write", "acknowledge", "prove", "close"]
    assert done.trouble is None
    assert held(meter) == (1, AUTHENTICATION_ID, PASSWORD)
    result = as_result(done.visit)
    assert (result.result.outcome, result.result.generation) == (CommandOutcome.SUCCEEDED, 1)
    assert result.work_order == "WO-2026-000123"
    assert result.communication_unit == meter.meter.units.communication_serial
    assert result.metering_unit == meter.meter.units.metering_serial
    assert result.result.status is not None
    assert (result.result.status.startup, result.result.status.connection) == ("clear", "failure")
    assert result.result.executed_at == NOW


def join_hems(meter: PtyMeter) -> None:
    """Let a HEMS join over the air with the credential of the first visit."""
    credential = HemsCredential(AUTHENTICATION_ID, PASSWORD)
    collections.deque(join(MeterStation(meter.meter), "hems", credential, os.urandom), maxlen=0)
    assert meter.meter.communication.route_b.joined == "hems"


def test_a_result_says_the_last_exchange_only_where_the_settings_send_it(
    hand: Hand, meter: PtyMeter, office: Office, tmp_path: Path
) -> None:
    visit(hand, meter, office.sheet(meter.meter, hand.card))
    join_hems(meter)
    hand.wait(timedelta(minutes=2))
    done = visit(hand, meter, office.sheet(meter.meter, hand.card, generation=2))
    assert done.visit.status["last_exchange"] == NOW + 120, "by the device's clock: the meter's has not moved"
    for send in (True, False):
        device = dataclasses.replace(hand.device, settings=DeviceSettings(send_last_exchange=send))
        paths = export(device, tmp_path / f"{send}", again=True)
        opened = [open_visit_result(path.read_bytes(), office.identity, hand.card) for path in paths]
        seen = [each.result.status.last_exchange for each in opened if each.result.status]
        assert sorted(seen, key=str) == ([NOW + 120, None] if send else [None, None])
        assert {len(write_result(each.result)[STATUS]) for each in opened} == ({5, 6} if send else {5})


def test_the_envelope_is_wiped_when_the_visit_ends(hand: Hand, meter: PtyMeter, office: Office, folder) -> None:
    envelope = office.envelope(meter.meter, hand.card)
    text = office.sheet(meter.meter, hand.card)
    begun = begin(hand.device, text, "")
    assert begun.envelope is not None
    done = visit(hand, meter, begun)
    assert done.visit.envelope is None
    on_disk = b"".join(path.read_bytes() for path in folder.glob("journal.db*"))
    assert begun.envelope not in on_disk
    assert envelope[-64:] not in on_disk


def test_a_used_barcode_read_again_writes_nothing(hand: Hand, meter: PtyMeter, office: Office) -> None:
    sheet = office.sheet(meter.meter, hand.card)
    first, second = visit(hand, meter, sheet), visit(hand, meter, sheet)
    assert events(second) == ["find_meter", "open_envelope", "match_meter", "find_held", "prove", "close"]
    assert second.visit.id != first.visit.id
    assert meter.asked.count("WriteCredential") == 1


def test_no_socket_is_opened(hand: Hand, meter: PtyMeter, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the device works without network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert visit(hand, meter, office.sheet(meter.meter, hand.card)).trouble is None


# --- the envelope -----------------------------------------------------------------------------------------------------


def test_a_barcode_for_another_device_opens_nothing(hand: Hand, meter: PtyMeter, office: Office) -> None:
    other = Identity.generate("handheld", "HHD-08")
    done = visit(hand, meter, office.sheet(meter.meter, other.card))
    assert (done.trouble, done.visit.state) == ("not_for_this_recipient", VisitState.ABANDONED)
    assert meter.asked == []


def test_a_forged_signature_is_refused(hand: Hand, meter: PtyMeter) -> None:
    done = visit(hand, meter, Office().sheet(meter.meter, hand.card))
    assert (done.trouble, done.visit.state) == ("bad_signature", VisitState.ABANDONED)
    assert meter.asked == []


def test_an_expired_barcode_is_refused(hand: Hand, meter: PtyMeter, office: Office) -> None:
    done = visit(hand, meter, office.sheet(meter.meter, hand.card, expires=NOW))
    assert (done.trouble, done.visit.state) == ("expired", VisitState.ABANDONED)
    assert as_result(done.visit).result.reason == "expired"


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda text: text[: len(text) // 2 * 1], SealingError),
        (lambda text: text.replace("KEIKI1:", "KEIKI9:"), WrongVersion),
        (lambda text: "https://example.org/", ForeignBarcode),
        (lambda text: "4912345678904", ForeignBarcode),
        (lambda text: text[:40] + "é" + text[41:], Malformed),
        (lambda text: "KEIKI1:", Malformed),
    ],
)
def test_what_is_no_envelope_begins_no_visit(
    hand: Hand, meter: PtyMeter, office: Office, damage: Callable[[str], str], error: type[SealingError]
) -> None:
    with pytest.raises(error):
        begin(hand.device, damage(office.sheet(meter.meter, hand.card)), "")
    assert hand.device.journal.unfinished() == []


def test_every_changed_byte_of_an_envelope_is_refused_before_the_meter_is_asked(
    hand: Hand, meter: PtyMeter, office: Office
) -> None:
    from keiki.protocols.barcode.text import envelope_to_text

    envelope = bytearray(office.envelope(meter.meter, hand.card))
    for at in range(0, len(envelope), 7):
        changed = envelope.copy()
        changed[at] ^= 0x01
        try:
            begun = begin(hand.device, envelope_to_text(bytes(changed)), "")
        except SealingError:
            continue
        done = visit(hand, meter, begun)
        assert done.visit.state is VisitState.ABANDONED
    assert meter.asked == []


def test_a_relay_envelope_is_no_barcode(hand: Hand, meter: PtyMeter, office: Office) -> None:
    control = Identity.generate("control", "SCS-1")
    done = visit(hand, meter, office.sheet(meter.meter, control.card, purpose=SealingPurpose.RELAY))
    assert done.trouble == WrongPurpose.code


# --- the meter --------------------------------------------------------------------------------------------------------


def test_another_meter_at_the_port_is_not_written_and_the_right_one_is_later(
    hand: Hand, meter: PtyMeter, office: Office, new_meter: Callable[..., PtyMeter]
) -> None:
    neighbour = new_meter("plain")
    done = visit(hand, neighbour, office.sheet(meter.meter, hand.card))
    assert (done.trouble, done.visit.state) == ("not_for_this_meter", VisitState.READY)
    assert neighbour.asked == ["Identify"]
    [unfinished] = hand.device.journal.unfinished()
    assert visit(hand, meter, unfinished).trouble is None
    assert held(neighbour) is None


def test_a_unit_moved_to_another_supply_point_is_not_written(hand: Hand, meter: PtyMeter, office: Office) -> None:
    done = visit(hand, meter, office.sheet(meter.meter, hand.card, supply_point="06" + "9" * 20))
    assert done.trouble == "not_for_this_meter"
    assert meter.asked == ["Identify"], "the envelope is not even opened"


def test_a_unit_without_route_b_is_refused(hand: Hand, office: Office, new_meter: Callable[..., PtyMeter]) -> None:
    plain = new_meter("plain")
    done = visit(hand, plain, office.sheet(plain.meter, hand.card))
    assert (done.trouble, done.visit.state) == ("no_route_b", VisitState.ABANDONED)
    assert as_result(done.visit).result.outcome is CommandOutcome.REFUSED


def test_a_unit_that_is_down_is_refused(hand: Hand, meter: PtyMeter, office: Office) -> None:
    meter.meter.communication.fail()
    assert visit(hand, meter, office.sheet(meter.meter, hand.card)).trouble == "unit_down"


def test_an_older_sheet_never_replaces_a_newer_password(hand: Hand, meter: PtyMeter, office: Office) -> None:
    assert visit(hand, meter, office.sheet(meter.meter, hand.card, generation=5)).trouble is None
    done = visit(hand, meter, office.sheet(meter.meter, hand.card, generation=4))
    assert (done.trouble, done.visit.state) == ("older_generation", VisitState.ABANDONED)
    assert as_result(done.visit).result.generation == 5
    assert held(meter)[0] == 5


def test_the_same_generation_with_another_content_is_not_proved(hand: Hand, meter: PtyMeter, office: Office) -> None:
    from keiki.protocols.meter_port.messages import WriteCredential

    meter.meter.communication.write(WriteCredential(1, AUTHENTICATION_ID, "another12345"))
    done = visit(hand, meter, office.sheet(meter.meter, hand.card))
    assert (done.trouble, done.visit.state) == ("not_authenticated", VisitState.ABANDONED)
    assert held(meter)[2] == "another12345"


def test_a_write_protected_meter_is_refused_with_certainty(hand: Hand, meter: PtyMeter, office: Office) -> None:
    meter.meter.damage.refuse_writes = True
    done = visit(hand, meter, office.sheet(meter.meter, hand.card))
    assert (done.trouble, done.visit.state) == ("write_protected", VisitState.ABANDONED)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_lost_replies_are_asked_about_and_the_meter_is_written_once(
    hand: Hand, meter: PtyMeter, office: Office, when: str, count: int
) -> None:
    meter.meter.damage.lose_replies(count, when, writes_only=True)
    meter.patience = 0.1
    done = visit(hand, meter, office.sheet(meter.meter, hand.card))
    assert done.trouble is None
    assert held(meter) == (1, AUTHENTICATION_ID, PASSWORD)
    assert events(done)[4] == "lose_reply"
    assert meter.asked.count("WriteCredential") == (1 if when == "after" else count + 1)


def test_a_silent_meter_leaves_the_visit_to_be_resumed(hand: Hand, meter: PtyMeter, office: Office) -> None:
    meter.fall_silent(1, "before")
    done = visit(hand, meter, office.sheet(meter.meter, hand.card))
    assert (done.trouble, done.visit.state) == ("unreachable", VisitState.READY)
    meter.answer_again()
    assert visit(hand, meter, office.sheet(meter.meter, hand.card) and done.visit).trouble is None


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 4, 6, 8])
def test_silence_at_any_point_is_taken_up_without_doubling_or_losing(
    hand: Hand, meter: PtyMeter, office: Office, at: int, when: str
) -> None:
    sheet = office.sheet(meter.meter, hand.card)
    meter.fall_silent(at, when)
    first = visit(hand, meter, sheet)
    meter.answer_again()
    if first.trouble is not None:
        [unfinished] = hand.device.journal.unfinished()
        again = begin(hand.device, sheet, "")
        assert again.id == unfinished.id == first.visit.id
        first = visit(hand, meter, again)
    assert (first.trouble, first.visit.state) == (None, VisitState.CLOSED)
    assert held(meter) == (1, AUTHENTICATION_ID, PASSWORD)
    assert hand.device.journal.unfinished() == []
    assert [v.id for v in hand.device.journal.to_export(again=True)] == [first.visit.id]


def silent_after_the_write(hand: Hand, meter: PtyMeter, office: Office) -> VisitConclusion:
    meter.fall_silent(4, "after")
    done = visit(hand, meter, office.sheet(meter.meter, hand.card, expires=NOW + 600))
    assert "WriteCredential" in meter.asked
    return done


def test_a_visit_given_up_after_an_unanswered_write_says_unsure(hand: Hand, meter: PtyMeter, office: Office) -> None:
    done = silent_after_the_write(hand, meter, office)
    assert done.trouble == "unsure"
    ended = give_up(hand.device, done.visit, lambda _: None)
    result = as_result(ended.visit).result
    assert (result.outcome, result.reason) == (CommandOutcome.UNREACHABLE, "unsure")


def test_a_visit_that_expires_unsure_says_unsure(hand: Hand, meter: PtyMeter, office: Office) -> None:
    done = silent_after_the_write(hand, meter, office)
    hand.wait(timedelta(hours=1))
    meter.answer_again()
    again = visit(hand, meter, done.visit)
    assert (again.trouble, again.visit.state) == ("unsure", VisitState.ABANDONED)
    assert meter.asked == []


def test_a_refusal_after_an_unanswered_write_leaves_the_visit_open(hand: Hand, meter: PtyMeter, office: Office) -> None:
    """The password may be in the meter: a visit that ended as refused would say that it is not."""
    done = silent_after_the_write(hand, meter, office)
    refused = procedure.MeterWriteOutcome(procedure.MeterWriteResult.REFUSED, "unknown", MeterRefusalReason.NO_ROUTE_B)
    concluded = _Work(hand.device, done.visit.id, None, lambda _: None).conclude(refused)
    assert concluded.trouble == "no_route_b"
    assert not concluded.visit.ended
    assert hand.device.journal.unfinished() == [concluded.visit]


def test_a_visit_given_up_untouched_says_given_up(hand: Hand, meter: PtyMeter, office: Office) -> None:
    begun = begin(hand.device, office.sheet(meter.meter, hand.card), "")
    result = as_result(give_up(hand.device, begun, lambda _: None).visit).result
    assert (result.outcome, result.reason, result.generation) == (CommandOutcome.REFUSED, "given_up", None)


def test_two_unfinished_visits_each_find_their_meter(
    hand: Hand, meter: PtyMeter, office: Office, new_meter: Callable[..., PtyMeter]
) -> None:
    other = new_meter("flat_plc_route_b")
    for place in (meter, other):
        place.fall_silent(1, "before")
        assert visit(hand, place, office.sheet(place.meter, hand.card)).trouble == "unreachable"
        place.answer_again()
    for place in (other, meter):
        for unfinished in hand.device.journal.unfinished():
            visit(hand, place, unfinished)
    assert hand.device.journal.unfinished() == []
    assert held(meter) == held(other) == (1, AUTHENTICATION_ID, PASSWORD)


def test_a_socket_stands_for_a_port_where_the_settings_allow_it(hand: Hand, meter: PtyMeter, office: Office) -> None:
    def serve(server: socket.socket) -> None:
        line, _ = server.accept()
        reader = FrameReader()
        with line:
            while data := line.recv(4096):
                for body in reader.feed(data):
                    reply = answer(meter.meter, decode(body))
                    assert reply is not None
                    line.sendall(frame(encode(reply)))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        begun = begin(hand.device, office.sheet(meter.meter, hand.card), "")
        device = dataclasses.replace(hand.device, settings=DeviceSettings(allow_socket_port=True))
        with device.open_port(f"socket://127.0.0.1:{server.getsockname()[1]}") as line:
            done = carry_out(hand.device, begun, line, lambda _: None)
        thread.join(5)
    assert done.trouble is None
    assert held(meter) == (1, AUTHENTICATION_ID, PASSWORD)
