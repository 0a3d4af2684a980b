"""The safe procedure against a real meter: exactly once in the meter, whatever the line loses, and nothing guessed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meters_wall import ID, NEW, OLD, Wall

from keiki.protocols.eap_psk import AuthenticationFailed
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.procedure import (
    ATTEMPTS,
    LOST,
    IntendedMeter,
    MeterCredential,
    MeterWriteEvent,
    MeterWriteOutcome,
    MeterWriteResult,
    drive,
    read_status,
    rewrite_credential,
    set_credential,
)
from keiki.protocols.meter_port.proof import asking_side, meter_side


def run(
    wall: Wall, credential: MeterCredential, fates: Sequence[str] = (), target: IntendedMeter | None = None
) -> tuple[MeterWriteOutcome, list[MeterWriteEvent]]:
    """Drive the procedure over a line on which each request meets its fate: "sent", lost "before" or "after"."""
    left, events = list(fates), []

    def ask(request: m.Request) -> Any:
        fate = left.pop(0) if left else "sent"
        if fate == "before":
            return LOST
        reply = wall.ask(request)
        return LOST if fate == "after" else reply

    outcome = drive(set_credential(target or wall.target, credential, wall.random.randbytes), ask, events.append)
    return outcome, events


@pytest.mark.parametrize(("unit", "connection"), [("TMC-RW1", "clear"), ("TMC-RW2", "failure")])
def test_a_rewrite_says_whether_the_former_hems_still_has_its_session(unit: str, connection: str) -> None:
    wall = Wall()
    metering = "TMM-13-060TB" if unit.endswith("2") else wall.meter.units.metering
    units = replace(wall.meter.units, communication=unit, communication_serial="TCX1", metering=metering)
    wall.meter.replace_units(units)
    wall.write(OLD)
    wall.join(OLD)
    outcome = drive(rewrite_credential(wall.target, NEW, wall.random.randbytes), wall.ask, lambda _: None)
    assert (outcome.result, outcome.generation) == (MeterWriteResult.SUCCEEDED, 2)
    assert outcome.status
    assert outcome.status.connection.value == connection


def test_a_rewrite_succeeds_though_the_status_cannot_be_read_afterwards() -> None:
    wall = Wall()

    def ask(request: m.Request) -> Any:
        return LOST if isinstance(request, m.ReadMeterStatus) else wall.ask(request)

    outcome = drive(rewrite_credential(wall.target, NEW, wall.random.randbytes), ask, lambda _: None)
    assert (outcome.result, outcome.status) == (MeterWriteResult.SUCCEEDED, None)


def writes(wall: Wall) -> int:
    return sum(isinstance(request, m.WriteCredential) for request in wall.asked)


def holds(wall: Wall, credential: MeterCredential) -> bool:
    return wall.write(credential) == m.AlreadyHeld()


def test_a_first_credential_is_written_and_proved() -> None:
    wall = Wall()
    outcome, events = run(wall, OLD)
    assert outcome.result is MeterWriteResult.SUCCEEDED
    assert (outcome.written, outcome.generation) == ("yes", 1)
    assert events == [
        MeterWriteEvent.MATCH_METER,
        MeterWriteEvent.WRITE,
        MeterWriteEvent.ACKNOWLEDGE,
        MeterWriteEvent.PROVE,
    ]
    assert holds(wall, OLD)


def test_the_same_again_is_proved_and_not_written() -> None:
    wall = Wall()
    run(wall, OLD)
    before = writes(wall)
    outcome, events = run(wall, OLD)
    assert (outcome.result, outcome.written) == (MeterWriteResult.SUCCEEDED, "no")
    assert events == [MeterWriteEvent.MATCH_METER, MeterWriteEvent.FIND_HELD, MeterWriteEvent.PROVE]
    assert writes(wall) == before


def test_a_newer_one_in_the_meter_is_left_alone() -> None:
    wall = Wall()
    wall.write(NEW)
    before = writes(wall)
    outcome, _ = run(wall, OLD)
    assert (outcome.result, outcome.reason) == (MeterWriteResult.REFUSED, m.MeterRefusalReason.OLDER_GENERATION)
    assert (outcome.written, outcome.generation) == ("no", 2)
    assert writes(wall) == before


def test_the_same_generation_with_other_content_is_not_taken_for_success() -> None:
    wall = Wall()
    wall.write(replace(NEW, password="SomebodyElse"))
    outcome, events = run(wall, NEW)
    assert (outcome.result, outcome.reason) == (MeterWriteResult.REFUSED, m.MeterRefusalReason.NOT_AUTHENTICATED)
    assert MeterWriteEvent.PROVE not in events


def test_another_meter_is_told_and_nothing_is_written() -> None:
    wall = Wall()
    for target in (IntendedMeter("TCR000000000"), IntendedMeter(wall.target.communication_serial, "0" * 22)):
        outcome, events = run(wall, OLD, target=target)
        assert outcome.result is MeterWriteResult.WRONG_METER
        assert outcome.identity == wall.meter.identity()
        assert events == []
    assert writes(wall) == 0


@pytest.mark.parametrize(
    ("name", "break_it", "reason"),
    [
        ("plain", lambda meter: None, m.MeterRefusalReason.NO_ROUTE_B),
        ("already_wireless", lambda meter: meter.communication.fail(), m.MeterRefusalReason.UNIT_DOWN),
        (
            "already_wireless",
            lambda meter: setattr(meter.damage, "refuse_writes", True),
            m.MeterRefusalReason.WRITE_PROTECTED,
        ),
    ],
)
def test_a_refusal_has_its_reason(name: str, break_it: Any, reason: m.MeterRefusalReason) -> None:
    wall = Wall(name)
    break_it(wall.meter)
    outcome, events = run(wall, OLD)
    assert (outcome.result, outcome.reason, outcome.written) == (MeterWriteResult.REFUSED, reason, "no")
    assert MeterWriteEvent.PROVE not in events


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_reply_to_the_write_is_asked_about_and_not_guessed(when: str) -> None:
    wall = Wall()
    outcome, events = run(wall, OLD, ["sent", "sent", when])
    assert (outcome.result, outcome.written) == (MeterWriteResult.SUCCEEDED, "yes")
    again = [MeterWriteEvent.WRITE, MeterWriteEvent.ACKNOWLEDGE] if when == "before" else [MeterWriteEvent.FIND_HELD]
    assert events == [
        MeterWriteEvent.MATCH_METER,
        MeterWriteEvent.WRITE,
        MeterWriteEvent.LOSE_REPLY,
        *again,
        MeterWriteEvent.PROVE,
    ]
    assert writes(wall) == 1
    assert holds(wall, OLD)


def test_silence_after_a_write_leaves_it_unknown() -> None:
    wall = Wall()
    outcome, events = run(wall, OLD, ["sent", "sent", "after", *["before"] * 50])
    assert (outcome.result, outcome.written) == (MeterWriteResult.UNREACHABLE, "unknown")
    assert events[-1] is MeterWriteEvent.LOSE_REPLY
    outcome, _ = run(wall, OLD)
    assert (outcome.result, outcome.written) == (MeterWriteResult.SUCCEEDED, "no")
    assert writes(wall) == 1


def test_silence_from_the_start_is_unreachable_and_bounded() -> None:
    wall = Wall()
    outcome, events = run(wall, OLD, ["before"] * 1000)
    assert (outcome.result, outcome.written, events) == (MeterWriteResult.UNREACHABLE, "no", [])
    assert wall.asked == []


@given(st.lists(st.sampled_from(["sent", "before", "after"]), max_size=40))
def test_whatever_is_lost_the_meter_is_written_once_and_the_outcome_is_true(fates: list[str]) -> None:
    wall = Wall()
    wall.write(OLD)
    outcome, events = run(wall, NEW, fates)
    held = wall.meter.communication.generation
    accepted = sum(1 for request in wall.asked if request == m.WriteCredential(2, ID, NEW.password))
    assert len(wall.asked) <= 100
    assert accepted <= ATTEMPTS
    assert held in (1, 2)
    if outcome.result is MeterWriteResult.SUCCEEDED:
        assert held == 2
        assert events[-1] is MeterWriteEvent.PROVE
    else:
        assert outcome.result is MeterWriteResult.UNREACHABLE
    if outcome.written == "yes":
        assert held == 2
    if outcome.written == "no":
        assert held == 1
    assert run(wall, NEW)[0].result is MeterWriteResult.SUCCEEDED
    assert holds(wall, NEW)


@given(st.lists(st.one_of(st.none(), st.sampled_from([m.Accepted(), m.Generation(0), m.Challenge(b"")])), max_size=30))
def test_replies_that_fit_no_question_never_make_a_success(replies: list[Any]) -> None:
    left = list(replies)
    outcome = drive(
        set_credential(IntendedMeter("TCR1"), OLD, bytes),
        lambda _: (left.pop(0) if left else None) or LOST,
        lambda _: None,
    )
    assert outcome.result is MeterWriteResult.UNREACHABLE


def test_the_status_is_read_of_the_meter_that_was_meant() -> None:
    wall = Wall()
    wall.write(OLD)
    outcome = drive(read_status(wall.target), wall.ask, lambda _: None)  # type: ignore[arg-type]
    assert outcome.status is not None
    assert outcome.status.clock == wall.clock.now()
    assert drive(read_status(IntendedMeter("TCR1")), wall.ask, lambda _: None).result is MeterWriteResult.WRONG_METER  # type: ignore[arg-type]


def test_the_proof_shows_the_authentication_id_to_nobody() -> None:
    wall = Wall()
    wall.write(OLD)
    challenge = wall.ask(m.AuthenticateBegin())
    assert isinstance(challenge, m.Challenge)
    assert ID.encode() not in challenge.message
    assert ID[-8:].encode() not in challenge.message


def test_one_challenge_takes_one_answer() -> None:
    wall = Wall()
    wall.write(OLD)
    challenge = wall.ask(m.AuthenticateBegin())
    assert isinstance(challenge, m.Challenge)
    wrong, right = (
        asking_side(wall.target.communication_serial, ID, password, bytes(16)).receive(challenge.message)
        for password in ("NotThatOne00", OLD.password)
    )
    assert wall.ask(m.AuthenticateFinish(wrong)) == m.Refused(m.MeterRefusalReason.NOT_AUTHENTICATED)
    assert wall.ask(m.AuthenticateFinish(right)) == m.Refused(m.MeterRefusalReason.NOT_UNDERSTOOD)
    wall.ask(m.AuthenticateBegin())
    assert wall.ask(m.AuthenticateFinish(b"nonsense")) == m.Refused(m.MeterRefusalReason.NOT_UNDERSTOOD)


def test_another_unit_that_holds_the_same_proves_nothing_for_this_one() -> None:
    elsewhere = meter_side("TCR2", ID, OLD.password, bytes(16))
    with pytest.raises(AuthenticationFailed):
        asking_side("TCR1", ID, OLD.password, bytes(16)).receive(elsewhere.begin())


def test_a_proof_changes_no_lamp() -> None:
    wall = Wall()
    wall.write(OLD)
    before = wall.status()
    run(wall, replace(OLD, password="NotThatOne00"))
    assert wall.status() == before


def test_nothing_shows_in_repr() -> None:
    wall = Wall()
    wall.write(OLD)
    shown = f"{OLD!r} {wall.meter.communication._store.held!r} {wall.asked!r}"
    assert OLD.password not in shown
    assert ID not in shown


@pytest.mark.parametrize("lost", [0, 3, 4])
@pytest.mark.parametrize("question", [m.Identify, m.ReadGeneration, m.ReadMeterStatus, m.AuthenticateBegin])
def test_a_lost_question_is_asked_four_times_and_no_fifth(question: type[m.Request], lost: int) -> None:
    """Four is what the manual says of ``answer_seconds``: three lost ones change nothing, four are *unreachable*."""
    wall, asked = Wall(), []

    def ask(request: m.Request) -> Any:
        asked.append(type(request))
        return LOST if isinstance(request, question) and asked.count(question) <= lost else wall.ask(request)

    reading = question is m.ReadMeterStatus
    procedure = read_status(wall.target) if reading else set_credential(wall.target, OLD, wall.random.randbytes)
    outcome = drive(procedure, ask, lambda _: None)
    assert outcome.result is (MeterWriteResult.SUCCEEDED if lost < 4 else MeterWriteResult.UNREACHABLE)
    assert asked.count(question) == min(lost + 1, 4)


def test_names_that_journals_keep_are_written_out() -> None:
    """Against a list written by hand: journals of devices and agents carry these very words."""
    assert [each.value for each in MeterWriteEvent] == [
        "match_meter",
        "write",
        "lose_reply",
        "find_held",
        "acknowledge",
        "prove",
    ]
    assert [each.value for each in MeterWriteResult] == ["succeeded", "refused", "unreachable", "wrong_meter"]
