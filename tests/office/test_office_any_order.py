"""Whatever the order in which answers, repetitions, expiries and losses come: what must always hold, holds."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_cast import Cast

from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.credentials.lifecycle import CredentialState
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.remote.models import RemoteCommand
from keiki.office.remote.services import expire
from keiki.office.workorders import end_contract
from keiki.protocols.relay.messages import CommandOutcome

STEPS = st.lists(
    st.one_of(
        st.just(("lose",)),
        st.just(("expire",)),
        st.just(("end",)),
        st.tuples(st.just("answer"), st.integers(0, 9), st.sampled_from(list(CommandOutcome))),
    ),
    max_size=12,
)
IN_METER = (CredentialState.PROVED, CredentialState.DELIVERED)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_comes_in_whatever_order(cast: Cast, steps: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        contract = cast.apply("already_wireless")
        cast.decide(contract)
        proved_before = 0
        for step in steps:
            take(cast, contract, step)
            proved_before = check(proved_before)
        transaction.set_rollback(True)


def take(cast: Cast, contract: ServiceContract, step: tuple[object, ...]) -> None:
    """One step; what the office refuses changes nothing."""
    contract.refresh_from_db()
    if step[0] == "expire":
        expire(cast.act(later=timedelta(days=1)))
    elif step[0] == "lose" and contract.state in (ServiceState.SETTING, ServiceState.CONFIRMED, ServiceState.ACTIVE):
        try:
            contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
        except contract_services.ServiceRefused:
            assert contract.state == ServiceState.SETTING
    elif step[0] == "end" and contract.state != ServiceState.ENDED:
        try:
            end_contract.end(cast.act(), contract, cast.sealer, "moved out")
        except contract_services.ServiceRefused:
            assert contract.state == ServiceState.ENDING
    elif step[0] == "answer":
        commands = list(RemoteCommand.objects.order_by("id"))
        assert isinstance(step[1], int)
        assert isinstance(step[2], CommandOutcome)
        cast.receive(cast.answer(commands[step[1] % len(commands)], step[2]))


def check(proved_before: int) -> int:
    """What must hold after every step; returns the newest generation that was ever proved."""
    held = list(RouteBCredential.objects.filter(state__in=IN_METER))
    assert len(held) <= 1
    newest = max(RouteBCredential.objects.exclude(proved_at=None).values_list("generation", flat=True), default=0)
    assert newest >= proved_before
    if held:
        assert held[0].generation == newest
    for older in RouteBCredential.objects.filter(generation__lt=newest):
        assert older.state in (CredentialState.SUPERSEDED, CredentialState.DISCARDED)
        assert not older.sealed_password
    contract = ServiceContract.objects.get()
    if contract.state == ServiceState.CONFIRMED:
        assert held
        assert not held[0].nobody_holds
        waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
        assert {each.credential_id for each in waiting} == {held[0].pk}
    if contract.state == ServiceState.ENDED:
        assert held
        assert held[0].nobody_holds
        assert not Delivery.objects.filter(state=DeliveryState.WAITING).exists()
    return newest
