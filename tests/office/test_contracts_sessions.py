"""A former HEMS may read as long as its session lives: the contract says until when, and is not called ended before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from office_cast import ACTIVE, UNCONNECTED, Cast, happened
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.contracts import queries
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.remote.models import RemoteCommand
from keiki.office.support.models import DiagnosisRun
from keiki.office.workorders import end_contract
from keiki.protocols.relay.messages import CommandOutcome, CommandResult, StatusItems

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ending_contract(cast: Cast) -> tuple[ServiceContract, RemoteCommand]:
    """A contract whose password is in the meter and is to be erased."""
    contract = cast.apply("already_wireless")
    set_up = cast.decide(contract).command
    assert set_up
    cast.receive(cast.answer(set_up))
    contract.refresh_from_db()
    command = end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert command
    return contract, command


def test_a_contract_waits_for_the_session_that_the_meter_kept_open(cast: Cast) -> None:
    contract, command = ending_contract(cast)
    cast.receive(cast.answer(command, status=ACTIVE))
    contract.refresh_from_db()
    assert contract.state == "readable"
    assert contract.readable_until == cast.now + DAY
    assert queries.describe(contract)["readable_until"] == (cast.now + DAY).isoformat()
    assert "ServiceEnded" not in happened()
    assert contract_services.end_sessions(cast.act(later=DAY - timedelta(seconds=1))) == []
    assert contract_services.end_sessions(cast.act(later=DAY)) == [contract]
    contract.refresh_from_db()
    assert contract.state == "ended"
    assert happened()[-1] == "ServiceEnded"
    assert contract_services.end_sessions(cast.act(later=2 * DAY)) == []


def test_a_contract_ends_at_once_where_the_meter_ended_the_session(cast: Cast) -> None:
    contract, command = ending_contract(cast)
    cast.receive(cast.answer(command, status=UNCONNECTED))
    contract.refresh_from_db()
    assert (contract.state, contract.readable_until) == ("ended", None)


def test_an_agent_that_does_not_say_counts_as_an_open_session(cast: Cast) -> None:
    contract, command = ending_contract(cast)
    assert command.credential
    message_id, executed_at = bytes.fromhex(command.message_id), int(cast.now.timestamp())
    result = CommandResult(message_id, CommandOutcome.SUCCEEDED, "", command.credential.generation, None, executed_at)
    cast.receive(cast.sealed(result))
    contract.refresh_from_db()
    assert contract.state == "readable"


def test_the_next_customer_may_apply_while_the_former_hems_may_read(cast: Cast) -> None:
    contract, command = ending_contract(cast)
    cast.receive(cast.answer(command, status=ACTIVE))
    assert queries.live_contract(contract.supply_point) is None
    again = cast.apply("already_wireless")
    assert again.state == "checked"


def test_the_contracts_page_says_until_when_and_what_happens_then(cast: Cast) -> None:
    contract, command = ending_contract(cast)
    cast.receive(cast.answer(command, status=ACTIVE))
    client = World(cast).as_(Role.DESK_OPERATOR, language="en")
    page = client.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    assert "The former HEMS may read until" in page
    assert "The contract ends by itself after that." in page
    assert "this contract is over" not in page


def test_a_lost_password_says_until_when_the_old_one_reads(cast: Cast) -> None:
    contract = cast.apply("already_wireless")
    set_up = cast.decide(contract).command
    assert set_up
    cast.receive(cast.answer(set_up))
    contract.refresh_from_db()
    assert contract.readable_until is None
    cast.receive(
        cast.answer(contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources), status=ACTIVE)
    )
    contract.refresh_from_db()
    assert (contract.state, contract.readable_until) == ("confirmed", cast.now + DAY)
    client = World(cast).as_(Role.DESK_OPERATOR, language="en")
    page = client.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    assert "A HEMS with the former password may go on reading until" in page


def test_the_life_of_a_session_is_the_utilitys_setting(cast: Cast) -> None:
    contract, command = ending_contract(cast)
    status = StatusItems(*ACTIVE, read_at=int(cast.now.timestamp()))  # type: ignore[arg-type]
    assert command.credential
    generation, executed_at = command.credential.generation, int(cast.now.timestamp())
    result = CommandResult(
        bytes.fromhex(command.message_id), CommandOutcome.SUCCEEDED, "", generation, status, executed_at
    )
    contract_services.rewritten(cast.act(), command, result, timedelta(hours=2))
    contract.refresh_from_db()
    assert contract.readable_until == cast.now + timedelta(hours=2)


def test_the_former_contract_shows_no_reading_of_the_next_customers_hems(cast: Cast) -> None:
    """Neither a reading since the next customer applied, nor the button that would end it a second time."""
    contract, command = ending_contract(cast)
    cast.receive(cast.answer(command, status=ACTIVE))
    ServiceContract.objects.filter(pk=contract.pk).update(addressee_problem="moved_out")
    following = cast.apply("already_wireless")
    ServiceContract.objects.filter(pk=following.pk).update(applied_at=cast.now + timedelta(minutes=1))
    reading = {"how": "remote", "asked_at": cast.now + timedelta(minutes=2), "read_at": cast.now + timedelta(minutes=2)}
    report = {"startup": "clear", "authentication": "failure", "connection": "failure", "condition": "normal"}
    DiagnosisRun.objects.create(
        supply_point=contract.supply_point, office=contract.office, report=report, diagnosis="hems_failure", **reading
    )
    client = World(cast).as_(Role.DESK_OPERATOR, language="en")
    former = client.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    assert "NG: HEMS is failure" not in former
    assert "The former HEMS may read until" in former
    assert reverse("points:end", args=[contract.pk]) not in former
    assert "NG: HEMS is failure" in client.get(reverse("contracts:detail", args=[following.pk])).content.decode()
