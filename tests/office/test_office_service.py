"""The contract: who may apply, which way it goes, losing the password, ending."""

from __future__ import annotations

import pytest
from office_cast import Cast, happened

from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.decision import Blocked
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.designs.models import Design
from keiki.office.remote.models import RemoteCommand
from keiki.office.workorders import end_contract
from keiki.protocols.relay.messages import CommandOutcome


def confirmed(cast: Cast) -> ServiceContract:
    """A contract whose first password was proved in the meter."""
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    contract.refresh_from_db()
    return contract


def test_the_customer_may_write_the_name_as_people_do(cast: Cast) -> None:
    name = cast.place("plain").customer.name
    contract = cast.apply("plain", applicant=f" {name.replace('　', ' ')} ")
    assert contract.state == ServiceState.CHECKED


def test_somebody_else_is_rejected_and_no_name_is_kept(cast: Cast) -> None:
    contract = cast.apply("plain", applicant="別人 太郎")
    assert contract.state == ServiceState.REJECTED
    assert contract.rejected_because
    kept = str(ServiceContract.objects.values()) + str(happened())
    assert "別人" not in kept
    assert cast.place("plain").customer.name not in kept


def test_a_second_application_is_refused_while_one_lives(cast: Cast) -> None:
    cast.apply("plain")
    with pytest.raises(contract_services.ServiceRefused, match="live route-B contract"):
        cast.apply("plain")
    assert ServiceContract.objects.count() == 1


def test_units_that_serve_it_already_lead_to_a_rewrite_without_a_visit(cast: Cast) -> None:
    contract = cast.apply("already_wireless")
    decision = cast.decide(contract)
    assert decision.way is contract_services.Way.REWRITE
    assert contract.state == ServiceState.SETTING
    assert not Design.objects.exists()
    assert RemoteCommand.objects.get() == decision.command


def test_units_that_serve_another_medium_lead_to_a_design(cast: Cast) -> None:
    contract = cast.apply("already_wireless", medium="plc")
    assert cast.decide(contract).way is contract_services.Way.DESIGN
    assert contract.state == ServiceState.DESIGNING


def test_nothing_is_decided_from_contradicting_records(cast: Cast) -> None:
    contract = cast.apply("plain")
    cast.servers.follow_wall(
        contract.supply_point, communication_serial="TCR000000001", state="normal", reading=None, now=cast.now
    )
    decision = cast.decide(contract)
    assert decision.way is contract_services.Way.BLOCKED
    assert isinstance(decision.inputs, Blocked)
    assert contract.state == ServiceState.CHECKED


def test_a_lost_password_stops_what_waits_and_goes_to_the_same_communication_unit(cast: Cast) -> None:
    contract = confirmed(cast)
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert contract.state == ServiceState.SETTING
    assert command.communication_unit == cast.place("already_wireless").installed.communication_serial
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.STOPPED}
    with pytest.raises(contract_services.ServiceRefused, match="on its way"):
        contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)


def test_an_unreachable_meter_leaves_the_contract_waiting_and_it_can_be_tried_again(cast: Cast) -> None:
    contract = confirmed(cast)
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    cast.receive(cast.answer(command, CommandOutcome.UNREACHABLE, reason="no_answer"))
    contract.refresh_from_db()
    assert contract.state == ServiceState.SETTING
    again = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert again.credential is not None
    assert again.credential.generation == 3


def test_the_end_overwrites_the_password_with_one_that_nobody_holds(cast: Cast) -> None:
    contract = confirmed(cast)
    command = end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert command
    assert command.credential
    assert command.credential.nobody_holds
    contract.refresh_from_db()
    assert contract.state == ServiceState.ENDING
    cast.receive(cast.answer(command))
    contract.refresh_from_db()
    assert contract.state == ServiceState.ENDED
    kept = RouteBCredential.objects.filter(supply_point=contract.supply_point)
    assert all(not each.sealed_id and not each.sealed_password for each in kept)
    assert not Delivery.objects.filter(state=DeliveryState.WAITING).exists()


def test_an_end_before_anything_is_in_a_meter_ends_at_once_and_calls_the_visit_off(cast: Cast) -> None:
    design = cast.finished_design("plain")
    order = cast.order(design)
    contract = ServiceContract.objects.get(pk=design.contract_id)
    assert end_contract.end(cast.act(), contract, cast.sealer, "changed their mind") is None
    order.refresh_from_db()
    design.refresh_from_db()
    contract.refresh_from_db()
    assert (order.state, design.state, contract.state) == ("cancelled", "withdrawn", "ended")
    assert not order.reserved.filter(released_at=None).exists()
