"""What changed since a decision: order does not matter, silence is not a change, our own work is expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keiki.domain.linkage.change import DecidedFact, compare, expected_facts, plain
from keiki.domain.linkage.decision import DecisionInputs, RouteBApplication, decision_inputs
from keiki.domain.linkage.record import LinkedRecord, Reject, Unavailable

Build = Callable[..., LinkedRecord]
Rejecting = Callable[[LinkedRecord, str, Reject], LinkedRecord]
WHEN = datetime(2026, 11, 1, tzinfo=UTC)
LINE = {"kind": "communication", "new": "RF-W1", "new_serial": "TCR7"}


def told_by(record: LinkedRecord) -> list[DecidedFact]:
    inputs = decision_inputs(record, RouteBApplication(route_b="wireless"))
    assert isinstance(inputs, DecisionInputs)
    return [DecidedFact(fact.name, plain(fact.value), fact.source) for fact in inputs.basis]


def test_nothing_changed(build: Build) -> None:
    found = compare(told_by(build()), build())
    assert (found.changes, found.unknown) == ((), ())


@pytest.mark.parametrize(
    ("changed", "subject", "need"),
    [
        ({"distribution": {"rain": False}}, "rain", "rain"),
        ({"distribution": {"medium": "plc"}}, "medium", "medium"),
        ({"customer": {"renewable": True}}, "renewable", "two_way"),
        ({"customer": {"remote_switching": True}}, "remote_switching", "remote_switching"),
        ({"construction": {"cover_unit": "CV-R"}}, "cover_unit", None),
        ({"construction": {"metering_serial": "TMS9"}}, "metering_serial", None),
    ],
)
def test_another_value_is_a_change_with_its_owner(build: Build, changed: Any, subject: str, need: str | None) -> None:
    (change,) = compare(told_by(build()), build(**changed)).changes
    assert (change.subject, change.need) == (subject, need)
    assert change.source == next(iter(changed))
    assert change.before != change.after
    assert all(change.message)


def test_another_serial_number_on_the_wall_is_a_change_and_a_contradiction(build: Build) -> None:
    found = compare(told_by(build()), build(supervisory={"seen_communication_serial": "TCR9"}))
    assert [change.subject for change in found.changes] == ["seen_communication_serial", "serial-differs"]
    assert not found.only_needs


@pytest.mark.parametrize("written", ["tcr7", "TCR-7", "ＴＣＲ７", "'TCR7", "T C R 7"])
def test_another_spelling_of_a_serial_number_is_no_change(build: Build, written: str) -> None:
    """Before a visit (the record is only written anew) and after it (the meter and the stock spell alike or not)."""
    same = {"supervisory": {"seen_communication_serial": written}, "construction": {"communication_serial": written}}
    plain_one = {"supervisory": {"seen_communication_serial": "TCR7"}, "construction": {"communication_serial": "TCR7"}}
    assert compare(told_by(build(**plain_one)), build(**same)).changes == ()
    assert compare(told_by(build()), build(**same), expected_facts([LINE])).changes == ()
    other = {**same, "supervisory": {"seen_communication_serial": f"{written}1"}}
    assert compare(told_by(build(**plain_one)), build(**other)).changes


def test_a_contract_that_ended_is_a_change_said_once(build: Build) -> None:
    ended = build(customer={"moved_out": (WHEN - timedelta(days=30)).date()})
    subjects = [change.subject for change in compare(told_by(build()), ended).changes]
    assert subjects == ["ended", "read-after-move-out"]
    assert [change.subject for change in compare(told_by(build()), build(customer=[])).changes] == ["unknown-point"]


@pytest.mark.parametrize(
    "now",
    [
        {"distribution": Unavailable(WHEN, ("停止", "down"))},
        {"distribution": {"rain": False}, "ages": {"distribution": timedelta(hours=49)}},
        {"distribution": {"rain": False}, "ages": {"distribution": -timedelta(hours=1)}},
        {"distribution": {"rain": ...}},
    ],
)
def test_who_cannot_be_taken_at_their_word_changes_nothing(build: Build, now: Any) -> None:
    found = compare(told_by(build()), build(**now))
    assert found.changes == ()
    assert found.unknown == ("distribution",)


def test_a_row_beside_it_that_cannot_be_read_changes_nothing(build: Build, rejecting: Rejecting) -> None:
    """Which of the two is in force nobody knows, so the readable one is not taken at its word."""
    reject = Reject("distribution", 2, "upd", "x", ("medium", "rain"), ("読めません。", "unreadable"))
    found = compare(told_by(build()), rejecting(build(distribution={"rain": False}), "distribution", reject))
    assert found.changes == ()
    assert found.unknown == ("distribution",)


def test_what_an_order_builds_in_is_expected_in_either_record_first(build: Build) -> None:
    told, expected = told_by(build()), expected_facts([LINE])
    wall = {"supervisory": {"seen_communication_serial": "TCR7"}}
    book = {"construction": {"communication_unit": "RF-W1", "communication_serial": "TCR7"}}
    for now in (wall, book, {**wall, **book}):
        assert compare(told, build(**now), expected).changes == ()
        assert compare(told, build(**now)).changes
    other = build(supervisory={"seen_communication_serial": "TCR8"})
    assert [change.subject for change in compare(told, other, expected).changes] == [
        "seen_communication_serial",
        "serial-differs",
    ]
