"""What a design is decided from, and everything that may stand in its way, each with its owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keiki.domain.linkage.decision import NEEDS, REQUIRED, Blocked, DecisionInputs, RouteBApplication, decision_inputs
from keiki.domain.linkage.record import LinkedRecord, Records, Reject, SourceRow, Unavailable
from keiki.domain.linkage.terms import TERMS

Build = Callable[..., LinkedRecord]
Rejecting = Callable[[LinkedRecord, str, Reject], LinkedRecord]
WIRELESS = RouteBApplication(route_b="wireless")


def inputs(record: LinkedRecord, application: RouteBApplication = WIRELESS) -> DecisionInputs:
    found = decision_inputs(record, application)
    assert isinstance(found, DecisionInputs), found
    return found


def blocked(record: LinkedRecord) -> Blocked:
    found = decision_inputs(record, WIRELESS)
    assert isinstance(found, Blocked)
    return found


def test_needs_and_installed_units_in_the_catalogues_words(build: Build) -> None:
    found = inputs(build())
    assert found.needs == {
        "medium": "rf",
        "route_b": "wireless",
        "two_way": False,
        "phase": "1P3W",
        "capacity": 60,
        "remote_switching": False,
        "voltage_measurement": False,
        "rain": True,
    }
    assert found.installed == {"communication": "RF-N1", "metering": "3W60-1N", "option": "NONE", "cover": "CV-N"}
    assert {fact.name for fact in found.basis} == set(REQUIRED)


@pytest.mark.parametrize(
    ("application", "route_b"),
    [
        (RouteBApplication(route_b="plc"), "plc"),
        (RouteBApplication(route_b="none"), "none"),
        (RouteBApplication(), "none"),
        (RouteBApplication(present_route_b="wireless"), "wireless"),
        (RouteBApplication(route_b="none", present_route_b="wireless"), "none"),
    ],
)
def test_route_b_is_what_is_applied_for_or_what_there_is(
    build: Build, application: RouteBApplication, route_b: str
) -> None:
    assert inputs(build(), application).needs["route_b"] == route_b


@pytest.mark.parametrize(
    ("contract", "applied", "two_way"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_renewable_interconnection_needs_two_ways(build: Build, contract: bool, applied: bool, two_way: bool) -> None:
    record = build(customer={"renewable": contract})
    assert inputs(record, RouteBApplication(renewable=applied)).needs["two_way"] is two_way


def test_notes_do_not_block(build: Build) -> None:
    found = inputs(build(customer={"renewable": True}))
    assert [note.rule for note in found.notes] == ["one-way-for-renewable"]


def test_a_dead_source_is_named_once_with_its_owner_and_since_when(build: Build) -> None:
    since = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    (problem,) = blocked(build(distribution=Unavailable(since, ("応答なし", "no answer")))).problems
    assert (problem.code, problem.source) == ("unavailable", "distribution")
    assert problem.owner == ("distributionの所有者", "owner of distribution")
    assert "2026-11-23 10:30+09:00" in problem.message[1]
    assert "no answer" in problem.message[1]
    assert "応答なし" in problem.message[0]


def test_a_point_nobody_knows_and_a_contract_that_ended(build: Build, now: datetime) -> None:
    found = blocked(
        build(construction=Records(()), customer={"moved_out": now.date()}, supervisory={"last_reading": None})
    )
    assert [(p.code, p.source) for p in found.missing] == [("ended", "customer"), ("unknown-point", "construction")]
    assert not found.stale
    assert not found.contradicting


@pytest.mark.parametrize("term", REQUIRED)
def test_every_required_fact_is_missed_by_name(build: Build, term: str) -> None:
    source = next(answer.source.id for answer in build().answers if term in answer.source.terms)
    (problem,) = blocked(build(**{source: {term: ...}})).missing
    assert (problem.code, problem.subject, problem.source) == ("absent", term, source)
    assert TERMS[term].ja in problem.message[0]
    assert TERMS[term].en in problem.message[1]


def test_a_fact_that_is_not_there_is_missed_in_a_whole_sentence(build: Build) -> None:
    (problem,) = blocked(build(distribution={"medium": ...})).missing
    assert problem.message == (
        f"distributionの所有者の{TERMS['medium'].ja}が読めません。",
        f"owner of distribution does not give a readable value for: {TERMS['medium'].en}.",
    )


def test_why_a_fact_could_not_be_read_is_said(build: Build, rejecting: Rejecting) -> None:
    reject = Reject("distribution", 1, "keiro", "AAA", ("medium",), ("対応表にない", "not in the table"))
    (problem,) = blocked(rejecting(build(distribution={"medium": ...}), "distribution", reject)).missing
    assert problem.code == "unreadable"
    assert "not in the table" in problem.message[1]


@pytest.mark.parametrize(
    ("number", "column", "terms"),
    [(2, "KIJUN_YMD", ("contract_number", "phase")), (1, "TENKYO_YMD", ("moved_out",))],
    ids=["a second row that cannot be read", "a day of moving out that cannot be read"],
)
def test_nobody_guesses_what_is_in_force(
    build: Build, rejecting: Rejecting, number: int, column: str, terms: tuple[str, ...]
) -> None:
    """Another row may be the contract in force, or this one may have ended: what can be read is not enough."""
    reject = Reject("customer", number, column, "99999999", terms, ("読めない値です。", "not a date"))
    record = build(customer={"moved_out": ...} if terms == ("moved_out",) else {})
    doubtful = rejecting(record, "customer", reject)
    (problem,) = blocked(doubtful).problems
    assert (problem.code, problem.subject, problem.source) == ("unreadable", "customer", "customer")
    assert problem.message == ("読めない値です。", "not a date")


def test_an_unreadable_fact_that_decides_nothing_does_not_block(build: Build, rejecting: Rejecting) -> None:
    reject = Reject("distribution", 1, "tatemono", "Z", ("housing",), ("表にない", "not in the table"))
    inputs(rejecting(build(distribution={"housing": ...}), "distribution", reject))


@pytest.mark.parametrize(("age", "code"), [(48.01, "stale"), (-0.2, "ahead")])
def test_a_row_too_old_or_from_the_future_blocks(build: Build, age: float, code: str) -> None:
    (problem,) = blocked(build(ages={"distribution": timedelta(hours=age)})).stale
    assert (problem.code, problem.source) == (code, "distribution")
    assert ("older than the 48 h allowed" in problem.message[1]) is (code == "stale")


@pytest.mark.parametrize("age", [48.0, -0.1])
def test_a_row_at_the_limit_does_not(build: Build, age: float) -> None:
    inputs(build(ages={"distribution": timedelta(hours=age)}))


def test_a_contradiction_names_both_owners(build: Build) -> None:
    (problem,) = blocked(build(supervisory={"seen_communication_serial": "TCR9"})).contradicting
    assert problem.code == "serial-differs"
    assert problem.owner[1] == "owner of construction / owner of supervisory"


def test_everything_is_said_at_once(build: Build) -> None:
    found = blocked(
        build(
            ages={"construction": timedelta(days=9)},
            distribution=Records(()),
            customer=[{}, {"contract_number": "K2"}],
        )
    )
    assert [p.code for p in found.problems] == ["unknown-point", "stale", "two-current-contracts"]


def test_a_term_that_no_source_is_configured_for(build: Build) -> None:
    record = build()
    without = LinkedRecord(record.supply_point, tuple(a for a in record.answers if a.source.id != "supervisory"))
    (problem,) = blocked(without).missing
    assert (problem.code, problem.subject) == ("not-configured", "seen_communication_serial")


KINDS = {
    "text": st.text(max_size=3),
    "integer": st.integers(0, 200),
    "flag": st.booleans(),
    "date": st.dates(date(2000, 1, 1)),
    "moment": st.datetimes(timezones=st.just(UTC)),
}


def cells(name: str) -> st.SearchStrategy[object]:
    """Draw what a source may say of a term, or that it says nothing (``...``)."""
    term = TERMS[name]
    values = st.sampled_from(term.choices) if term.choices else KINDS[term.kind]
    return st.one_of(st.just(...), values, *([st.none()] if term.optional else []))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_rows_lack_the_answer_is_inputs_or_blocked_in_words(build: Build, data: st.DataObject) -> None:
    """Any facts missing, any values a term accepts, any number of rows, any ages: never an exception."""
    changes: dict[str, object] = {}
    for answer in build().answers:
        row = st.fixed_dictionaries({}, optional={term: cells(term) for term in answer.source.terms})
        changes[answer.source.id] = data.draw(st.lists(row, max_size=2)) or Records(())
    ages = {answer.source.id: timedelta(hours=data.draw(st.integers(-1, 60))) for answer in build().answers}
    found = decision_inputs(build(ages=ages, **changes), WIRELESS)
    if isinstance(found, Blocked):
        assert found.problems
        assert all(p.message[0] and p.message[1] and p.owner[1] for p in found.problems)


def test_rows_are_kept_as_they_came(build: Build) -> None:
    record = build()
    assert all(isinstance(row, SourceRow) for answer in record.answers for row in answer.rows)
    with pytest.raises(KeyError, match="customer"):
        record.answer("nobody")


def test_an_ended_contract_that_nobody_refreshes_makes_no_source_look_old(build: Build, now: datetime) -> None:
    record = build(customer=[{"moved_out": date(2020, 3, 31)}, {}])
    answer = record.answer("customer")
    old, new = answer.rows
    ended = replace(old, as_of=datetime(2020, 4, 1, tzinfo=UTC))
    assert replace(answer, outcome=Records((ended, new))).as_of == new.as_of
    assert replace(answer, outcome=Records((ended,))).as_of == ended.as_of


def test_every_term_without_a_source_is_named(build: Build) -> None:
    """A configuration that forgot two whole sources: each required term of theirs, not only the first."""
    record = build()
    forgotten = ("distribution", "supervisory")
    without = LinkedRecord(record.supply_point, tuple(a for a in record.answers if a.source.id not in forgotten))
    named = [problem.subject for problem in blocked(without).missing]
    owned = {term for answer in record.answers if answer.source.id in forgotten for term in answer.source.terms}
    assert named == [term for term in REQUIRED if term in owned]
    assert set(named) > {"medium", "rain", "seen_communication_serial"}


def test_needs_and_what_they_require_against_lists_written_by_hand() -> None:
    assert {name: tuple(values) for name, values in NEEDS.items()} == {
        "medium": ("rf", "plc"),
        "route_b": ("none", "wireless", "plc"),
        "two_way": (False, True),
        "phase": ("1P2W", "1P3W", "3P3W"),
        "capacity": (),
        "remote_switching": (False, True),
        "voltage_measurement": (False, True),
        "rain": (False, True),
    }
    assert (
        *("phase", "capacity", "renewable", "remote_switching", "medium", "rain", "voltage_measurement"),
        *("communication_unit", "metering_unit", "option_unit", "cover_unit"),
        *("communication_serial", "metering_serial", "seen_communication_serial"),
    ) == REQUIRED
