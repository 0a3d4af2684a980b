"""Whether something may be addressed to a contract's customer: the records of contracts in every shape they come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keiki.domain.contracts.addressee import (
    AcceptedContract,
    AddresseeProblem,
    check_contract,
    check_customer,
    words_of,
)
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.record import (
    Fact,
    LinkedRecord,
    Records,
    Reject,
    SourceAnswer,
    SourceCard,
    SourceRow,
    Unavailable,
)
from keiki.domain.linkage.terms import Value
from keiki.domain.supply_point import SupplyPoint

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
CARD = SourceCard(
    "cis", ("お客さま", "customers"), ("contract_number", "moved_out", "contract_since"), timedelta(hours=60)
)
MINE = AcceptedContract("K1", ServiceState.ACTIVE)
P = AddresseeProblem


def row(number: int, as_of: datetime = NOW, **facts: Value) -> SourceRow:
    facts = {"moved_out": None, "contract_since": TODAY - 900 * DAY, **facts}
    return SourceRow(number, as_of, {name: Fact(name, value, "cis", as_of, NOW) for name, value in facts.items()})


def linked(*rows: SourceRow, rejects: tuple[Reject, ...] = ()) -> LinkedRecord:
    answer = SourceAnswer(CARD, NOW, Records(rows, rejects))
    return LinkedRecord(SupplyPoint("0" * 22), (answer,))


def reject(number: int, *terms: str) -> Reject:
    return Reject("cis", number, "column", "字", terms, ("読めません", "cannot be read"))


NEXT = {"contract_number": "K2"}
OURS = {"contract_number": "K1"}


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (linked(row(1, **OURS)), None),
        (linked(row(1, **OURS, moved_out=TODAY + DAY)), None),
        (linked(row(1, **OURS, moved_out=TODAY)), P.MOVED_OUT),
        (linked(row(1, **OURS, moved_out=TODAY), row(2, **NEXT)), P.ANOTHER_CONTRACT),
        (linked(row(1, **NEXT)), P.ANOTHER_CONTRACT),
        (linked(row(1, **OURS, moved_out=TODAY), row(2, **NEXT, contract_since=TODAY + DAY)), P.MOVED_OUT),
        (linked(row(1, **OURS, moved_out=TODAY + DAY), row(2, **NEXT, contract_since=TODAY + DAY)), None),
        (linked(row(1, **OURS), row(2, **NEXT)), P.SEVERAL_CONTRACTS),
        (linked(row(1, **OURS), row(2, **OURS)), P.SEVERAL_CONTRACTS),
        (linked(row(1, **OURS, contract_since=TODAY + DAY)), P.NOT_BEGUN),
        (linked(), P.NO_RECORD),
        (linked(rejects=(reject(1, "contract_number"),)), P.UNREADABLE),
        (linked(row(1, **OURS), rejects=(reject(1, "moved_out"),)), P.UNREADABLE),
        (linked(row(1, **OURS), rejects=(reject(2, "contract_number"),)), P.UNREADABLE),
        (linked(row(1)), P.UNREADABLE),
        (linked(row(1, NOW - 3 * DAY, **OURS)), P.STALE),
        (linked(row(1, NOW + DAY, **OURS)), P.STALE),
        (LinkedRecord(SupplyPoint("0" * 22), (SourceAnswer(CARD, NOW, Unavailable(NOW, ("無", "none"))),)), P.SILENT),
        (LinkedRecord(SupplyPoint("0" * 22), ()), P.NOT_CONFIGURED),
    ],
)
def test_only_the_same_contract_in_force_passes(record: LinkedRecord, problem: AddresseeProblem | None) -> None:
    assert check_contract(MINE, record) is problem


@pytest.mark.parametrize("state", [ServiceState.ENDED, ServiceState.REJECTED])
def test_of_a_contract_that_is_over_nothing_is_said(state: ServiceState) -> None:
    assert check_contract(AcceptedContract("K1", state), linked(row(1, **OURS))) is P.CONTRACT_OVER


def test_an_agent_counts_only_where_the_contractor_confirmed() -> None:
    def by_agent(*, confirmed: bool | None) -> AddresseeProblem | None:
        return check_contract(AcceptedContract("K1", ServiceState.ACTIVE, None, confirmed), linked(row(1, **OURS)))

    assert by_agent(confirmed=False) is P.AGENT_UNCONFIRMED
    assert by_agent(confirmed=True) is by_agent(confirmed=None) is None


def test_a_customer_is_compared_where_one_was_recorded() -> None:
    assert check_customer(AcceptedContract("K1", ServiceState.ACTIVE, "a"), "a") is None
    assert check_customer(AcceptedContract("K1", ServiceState.ACTIVE, "a"), "b") is P.ANOTHER_CUSTOMER
    assert check_customer(AcceptedContract("K1", ServiceState.ACTIVE, None), "b") is None


def test_every_problem_has_its_words() -> None:
    assert {each for each in AddresseeProblem if each.customer_is_gone} == {
        P.MOVED_OUT,
        P.NO_RECORD,
        P.ANOTHER_CONTRACT,
        P.ANOTHER_CUSTOMER,
    }
    for problem in AddresseeProblem:
        for state in ServiceState:
            words = words_of(problem, state)
            assert 0 < len(words.ja) <= 200
            assert 0 < len(words.en) <= 200


def test_what_is_to_be_done_about_a_customer_who_is_gone_is_right_at_each_stage() -> None:
    """Where a password may be in the meter it is erased; before, nothing is; what is over is not ended again."""
    erased = {ServiceState.SETTING, ServiceState.CONFIRMED, ServiceState.ACTIVE}
    planned = {ServiceState.APPLIED, ServiceState.CHECKED, ServiceState.DESIGNING}
    for state in ServiceState:
        words = words_of(P.MOVED_OUT, state)
        assert ("which erases the meter's password" in words.en) is (state in erased)
        assert ("パスワードを消去してください" in words.ja) is (state in erased)
        assert ("with its open design and work order" in words.en) is (state in planned)
        assert ("end the contract" in words.en) is (state in erased | planned)
        assert ("契約を廃止して" in words.ja) is (state in erased | planned)
