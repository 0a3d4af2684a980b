"""A state that something is decided by is read in the transaction that decides: answers come at any moment."""

from __future__ import annotations

from typing import Any

import pytest
from office_cast import Cast

from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.lifecycle import IllegalTransition
from keiki.office.audit.services import reread
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.remote.models import Disposition, RemoteCommand
from keiki.office.sources import Contact
from keiki.office.workorders import end_contract
from keiki.office.workorders import services as workorders
from keiki.protocols.relay.messages import CommandOutcome


def unanswered(cast: Cast) -> tuple[ServiceContract, RemoteCommand]:
    """A contract whose rewrite was not answered in time; the meter has the password all the same."""
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    RemoteCommand.objects.update(state="unknown")
    return contract, command


def test_an_answer_in_the_middle_of_a_lost_password_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contract, command = unanswered(cast)
    ask = cast.sources.contact

    def answered_meanwhile(*given: Any) -> Contact:
        cast.receive(cast.answer(command))
        return ask(*given)

    monkeypatch.setattr(cast.sources, "contact", answered_meanwhile)
    again = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert contract.state == ServiceState.SETTING
    assert cast.receive(cast.answer(again)) is Disposition.APPLIED
    contract.refresh_from_db()
    assert contract.state == ServiceState.CONFIRMED


def test_an_end_asked_for_twice_does_not_end_what_has_ended(cast: Cast) -> None:
    contract, command = unanswered(cast)
    cast.receive(cast.answer(command))
    contract.refresh_from_db()
    erasure = end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert erasure
    old = ServiceContract.objects.get()
    cast.receive(cast.answer(erasure))
    with pytest.raises(IllegalTransition):
        contract_services.end(cast.act(), old, cast.sealer, "moved out")
    assert RemoteCommand.objects.count() == 2


def test_a_rewrite_that_ended_meanwhile_is_ended_again_by_who_looked_before(cast: Cast) -> None:
    contract, command = unanswered(cast)
    cast.receive(cast.answer(command))
    old = ServiceContract.objects.get()
    first = end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert first
    cast.receive(cast.answer(first, CommandOutcome.UNREACHABLE))
    assert contract_services.end(cast.act(), old, cast.sealer, "moved out"), "the second press orders the erasure again"


def test_cancelling_goes_by_what_the_contract_is_now(cast: Cast) -> None:
    order = cast.order(cast.finished_design("apply_renewable"))
    assert order.design.contract.state == ServiceState.SETTING
    ServiceContract.objects.update(state=ServiceState.DESIGNING)
    workorders.cancel(cast.act(), order, "the units are gone")
    assert ServiceContract.objects.get().state == ServiceState.DESIGNING


@pytest.mark.django_db(transaction=True)
def test_nothing_is_read_for_a_decision_outside_of_its_transaction(committed_cast: Cast) -> None:
    contract = committed_cast.apply("already_wireless")
    with pytest.raises(RuntimeError, match="in the transaction"):
        reread(contract)
