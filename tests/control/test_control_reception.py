"""Bytes from the relay: the office's commands are taken once; everything else is refused or quarantined, and kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from control_rig import NEW_PASSWORD, PLACE, Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keiki.control.answers import Answers
from keiki.control.journal import AgentJournal
from keiki.control.reception import Receiver, ReceptionOutcome
from keiki.domain.remote.lifecycle import CommandState
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.sealing.identity import Identity, Zone


class Desk:
    """A receiver with its journal, and the office it trusts."""

    def __init__(self, folder: Path) -> None:
        self.identity = Identity.generate(Zone.CONTROL, "control")
        self.office = Office(self.identity.card)
        self.journal = AgentJournal(folder / "journal.sqlite3")
        card = self.office.identity.card
        self.receiver = Receiver(self.identity, card, self.journal, Answers(self.identity, card))

    def receive(self, data: bytes, now: float | None = None) -> tuple[str, str]:
        reception = self.receiver.receive(data, now or time.time())
        return reception.taken.value, reception.code


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.journal.close()


def test_a_command_is_taken_once_however_often_it_comes(desk: Desk) -> None:
    message_id, data = desk.office.rewrite()
    assert [desk.receive(data) for _ in range(3)] == [("new", ""), ("again", ""), ("again", "")]
    entry = desk.journal.find(message_id)
    assert entry
    assert (entry.state, entry.kind, entry.generation) == (CommandState.RECEIVED, "rewrite_password", 2)
    assert entry.supply_point == f"06…{PLACE.supply_point[-4:]}"
    assert desk.journal.events(message_id) == ["receive"]


def test_a_command_replayed_after_it_was_answered_does_nothing(desk: Desk) -> None:
    message_id, data = desk.office.rewrite(seconds=10)
    desk.receive(data, time.time() + 11)
    desk.journal.record_put(message_id, time.time())
    before = desk.journal.find(message_id)
    assert desk.receive(data) == ("again", "")
    assert desk.journal.find(message_id) == before
    assert desk.journal.due(time.time() + 100, 10) == []


def test_an_id_used_before_with_other_content_is_quarantined(desk: Desk) -> None:
    message_id, data = desk.office.rewrite()
    desk.receive(data)
    _, other = desk.office.rewrite(generation=3, message_id=message_id)
    assert desk.receive(other) == ("quarantined", "id_used_before")
    entry = desk.journal.find(message_id)
    assert entry
    assert entry.generation == 2


def test_an_expired_command_is_refused_with_an_answer(desk: Desk) -> None:
    message_id, data = desk.office.rewrite(seconds=10)
    assert desk.receive(data, time.time() + 11) == ("refused", "expired")
    (owed,) = desk.journal.unsent(10)
    assert owed.result
    result = desk.office.open(owed.result)
    assert (result.message_id, result.outcome, result.reason) == (message_id, CommandOutcome.REFUSED, "expired")
    assert desk.journal.due(time.time() + 100, 10) == []


class TestNotTheOffices:
    """Quarantined: nothing is executed, nothing is answered, and a genuine command of that id is still taken."""

    def quarantined(self, desk: Desk, data: bytes, code: str) -> None:
        assert desk.receive(data) == ("quarantined", code)
        assert desk.receive(data) == ("quarantined", code)
        (record,) = desk.journal.quarantined(10)
        assert (record.code, record.size, record.times) == (code, len(data), 2)
        assert desk.journal.unsent(10) == []
        assert desk.journal.latest(10) == []

    def test_signed_by_somebody_else(self, desk: Desk) -> None:
        message_id, data = Office(desk.identity.card).rewrite()
        self.quarantined(desk, data, "bad_signature")
        _, genuine = desk.office.rewrite(message_id=message_id)
        assert desk.receive(genuine) == ("new", "")

    def test_sealed_to_somebody_else(self, desk: Desk) -> None:
        other = Office(Identity.generate(Zone.CONTROL, "other").card, identity=desk.office.identity)
        self.quarantined(desk, other.rewrite()[1], "not_for_this_recipient")

    def test_a_result_put_as_a_command(self, desk: Desk) -> None:
        _, data = desk.office.rewrite(seconds=10)
        desk.receive(data, time.time() + 11)
        (owed,) = desk.journal.unsent(1)
        assert owed.result
        assert desk.receive(owed.result) == ("quarantined", "wrong_purpose")

    @pytest.mark.parametrize("data", [b"", b"\x00", b"not CBOR at all", bytes(512), b"\xff" * 5000])
    def test_no_message_at_all(self, desk: Desk, data: bytes) -> None:
        self.quarantined(desk, data, "malformed")

    def test_every_changed_byte(self, desk: Desk) -> None:
        message_id, data = desk.office.rewrite()
        for at in range(0, len(data), 7):
            changed = data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :]
            taken, _ = desk.receive(changed)
            assert taken == "quarantined", at
        assert desk.journal.find(message_id) is None
        assert desk.journal.unsent(10) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=700))
def test_any_bytes_are_quarantined_and_nothing_raises(desk: Desk, data: bytes) -> None:
    assert desk.receiver.receive(data, time.time()).taken is ReceptionOutcome.QUARANTINED


def test_the_quarantine_keeps_nothing_of_a_message_but_its_digest(desk: Desk, tmp_path: Path) -> None:
    secret = b"something somebody put by mistake: " + NEW_PASSWORD.encode()
    desk.receive(secret)
    desk.journal.close()
    assert not any(secret in path.read_bytes() for path in tmp_path.iterdir())
    desk.journal = AgentJournal(tmp_path / "journal.sqlite3")


def test_a_stranger_does_not_fill_the_journal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keiki.control.journal.MOST_QUARANTINED", 10)
    now = time.time()
    for n in range(25):
        assert desk.receive(b"rubbish %d" % n, now + n) == ("quarantined", "malformed")
    kept = desk.journal.quarantined(100)
    assert [one.last_at for one in kept] == [now + n for n in range(24, 14, -1)]
    assert desk.journal.forgotten() == {"malformed": 15}
    message_id, data = desk.office.read_status()
    assert desk.receive(data) == ("new", "")
    assert desk.journal.find(message_id)
