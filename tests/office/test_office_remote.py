"""Remote commands: results come late, twice, for nothing, or from somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from office_cast import Cast, happened

from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.remote.lifecycle import CommandState
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.delivery.models import Delivery
from keiki.office.keys import services as key_services
from keiki.office.remote.models import ContradictingResult, Disposition, InboxMessage, OutboxMessage, RemoteCommand
from keiki.office.remote.queries import unsent
from keiki.office.remote.services import expire, sent
from keiki.protocols.relay.messages import CommandOutcome, RewritePassword
from keiki.protocols.sealing.credential import open_credential
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose

DAY = timedelta(days=1)


@pytest.fixture
def setting(cast: Cast) -> ServiceContract:
    """A contract whose units serve route B already: its password is on the way to the meter."""
    contract = cast.apply("already_wireless")
    assert cast.decide(contract).way is contract_services.Way.REWRITE
    return contract


@pytest.fixture
def command(setting: ServiceContract) -> RemoteCommand:
    return RemoteCommand.objects.get(supply_point=setting.supply_point)


def test_the_message_is_for_the_agent_the_meter_and_the_generation(cast: Cast, command: RemoteCommand) -> None:
    message = cast.command(command)
    assert isinstance(message, RewritePassword)
    installed = cast.place("already_wireless").installed
    assert message.communication_unit == installed.communication_serial
    opened = open_credential(
        message.credential,
        cast.control,
        cast.office.card,
        int(cast.now.timestamp()),
        purpose=SealingPurpose.RELAY,
        communication_unit=installed.communication_serial,
        supply_point=command.supply_point,
    )
    assert opened.context.generation == 1


def test_a_success_proves_the_credential_confirms_the_contract_and_schedules_both_halves(
    cast: Cast, setting: ServiceContract, command: RemoteCommand
) -> None:
    sent(cast.act("office worker"), OutboxMessage.objects.get(command=command))
    assert cast.receive(cast.answer(command)) is Disposition.APPLIED
    command.refresh_from_db()
    setting.refresh_from_db()
    assert command.state == CommandState.SUCCEEDED
    assert setting.state == ServiceState.CONFIRMED
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"letter", "mail"}
    assert happened().count("PasswordRewritten") == 1


def test_the_same_result_again_and_sealed_anew_changes_nothing(cast: Cast, command: RemoteCommand) -> None:
    first = cast.answer(command)
    assert cast.receive(first) is Disposition.APPLIED
    before = happened()
    assert cast.receive(first) is Disposition.REPEATED
    assert cast.receive(cast.answer(command)) is Disposition.REPEATED
    assert InboxMessage.objects.get(disposition=Disposition.APPLIED).times == 2
    assert happened() == before


def test_an_answer_that_overtook_the_note_of_sending_counts_and_nothing_is_sent_again(
    cast: Cast, command: RemoteCommand
) -> None:
    assert command.state == CommandState.QUEUED
    assert cast.receive(cast.answer(command)) is Disposition.APPLIED
    assert not unsent().exists()


def test_a_contradicting_result_is_kept_for_a_person_and_changes_nothing(cast: Cast, command: RemoteCommand) -> None:
    cast.receive(cast.answer(command))
    assert cast.receive(cast.answer(command, CommandOutcome.REFUSED, reason="expired")) is Disposition.CONTRADICTS
    command.refresh_from_db()
    assert command.state == CommandState.SUCCEEDED
    assert "ResultContradicted" in happened()
    assert ContradictingResult.objects.get().times == 1
    cast.receive(cast.answer(command, CommandOutcome.REFUSED, reason="expired"))
    assert ContradictingResult.objects.get().times == 2


def test_a_success_with_another_generation_is_no_success(cast: Cast, command: RemoteCommand) -> None:
    assert cast.receive(cast.answer(command, generation=7)) is Disposition.CONTRADICTS
    command.refresh_from_db()
    assert command.state == CommandState.QUEUED
    assert cast.receive(cast.answer(command)) is Disposition.APPLIED
    assert cast.receive(cast.answer(command, generation=8)) is Disposition.CONTRADICTS


def test_results_for_nothing_from_a_stranger_or_broken_are_kept_and_change_nothing(
    cast: Cast, command: RemoteCommand
) -> None:
    stranger = Identity.generate("control", "stranger")
    assert cast.receive(cast.answer(command, signer=stranger)) is Disposition.REFUSED
    assert cast.receive(b"\x00" * 512) is Disposition.REFUSED
    assert cast.receive(b"") is Disposition.REFUSED
    command.message_id = "00" * 16
    assert cast.receive(cast.answer(command)) is Disposition.UNKNOWN
    assert RemoteCommand.objects.get().state == CommandState.QUEUED


def test_a_revoked_agent_is_not_believed(cast: Cast, command: RemoteCommand) -> None:
    data = cast.answer(command)
    key_services.revoke(cast.act(), cast.control.card.key_id.hex(), "stolen")
    assert cast.receive(data) is Disposition.REFUSED


def test_a_command_without_answer_expires_as_unknown_and_can_still_be_answered(
    cast: Cast, setting: ServiceContract, command: RemoteCommand
) -> None:
    assert expire(cast.act(later=timedelta(minutes=59))) == 0
    assert expire(cast.act(later=DAY)) == 1
    command.refresh_from_db()
    assert command.state == CommandState.UNKNOWN
    assert not unsent().exists()
    assert cast.receive(cast.answer(command), DAY) is Disposition.APPLIED
    setting.refresh_from_db()
    assert setting.state == ServiceState.CONFIRMED


def test_a_superseded_generation_does_not_come_back_by_a_late_success(
    cast: Cast, setting: ServiceContract, command: RemoteCommand
) -> None:
    """Generation 1 was never answered and expired; 2 was proved; then 1's success arrives."""
    expire(cast.act(later=DAY))
    second = contract_services.lose_password(cast.act(), setting, cast.sealer, cast.sources)
    assert cast.receive(cast.answer(second)) is Disposition.APPLIED
    deliveries = set(Delivery.objects.values_list("pk", "state"))
    assert cast.receive(cast.answer(command)) is Disposition.APPLIED
    first = command.credential
    assert first is not None
    first.refresh_from_db()
    setting.refresh_from_db()
    assert first.state == CredentialState.SUPERSEDED
    assert setting.state == ServiceState.CONFIRMED
    assert set(Delivery.objects.values_list("pk", "state")) == deliveries


def test_an_older_success_while_a_newer_rewrite_is_on_its_way_tells_the_customer_nothing(
    cast: Cast, setting: ServiceContract, command: RemoteCommand
) -> None:
    expire(cast.act(later=DAY))
    second = contract_services.lose_password(cast.act(), setting, cast.sealer, cast.sources)
    cast.receive(cast.answer(command))
    setting.refresh_from_db()
    assert setting.state == ServiceState.SETTING
    assert not Delivery.objects.exists()
    cast.receive(cast.answer(second))
    setting.refresh_from_db()
    assert setting.state == ServiceState.CONFIRMED
    assert {d.credential.generation for d in Delivery.objects.all()} == {2}


def test_the_outbox_row_the_command_and_the_audit_event_stand_or_fall_together(
    cast: Cast, setting: ServiceContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (RemoteCommand.objects.count(), OutboxMessage.objects.count(), happened())
    cast.receive(cast.answer(RemoteCommand.objects.get()))
    setting.refresh_from_db()
    events = happened()

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(OutboxMessage.objects, "create", fail)
    with pytest.raises(OSError, match="disk"):
        contract_services.lose_password(cast.act(), setting, cast.sealer, cast.sources)
    setting = ServiceContract.objects.get(pk=setting.pk)
    assert setting.state == ServiceState.CONFIRMED
    assert (RemoteCommand.objects.count(), OutboxMessage.objects.count()) == before[:2]
    assert happened() == [*events, "SupplyPointLookedUp", "CustomerDataRead", "UnitSearched"], "only who asked"


def test_a_stranger_fills_neither_inbox_nor_audit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keiki.office.remote.services.MOST_REFUSED", 10)
    monkeypatch.setattr("keiki.office.remote.services.STRANGE_PER_HOUR", 4)
    for n in range(25):
        assert cast.receive(b"rubbish %d" % n, timedelta(seconds=n)) is Disposition.REFUSED
    assert InboxMessage.objects.count() == 10
    assert InboxMessage.objects.earliest("received_at").received_at == cast.now + timedelta(seconds=15)
    told = AuditEvent.objects.filter(happened="StrangeMessageReceived")
    assert [event.details.get("following", "") for event in told] == ["", "", "", "not told for an hour"]
    cast.receive(b"rubbish of the next hour", timedelta(hours=2))
    assert told.all().count() == 5


def test_a_strangers_messages_hide_no_result(
    cast: Cast, command: RemoteCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keiki.office.remote.services.MOST_REFUSED", 3)
    answer = cast.answer(command, CommandOutcome.SUCCEEDED)
    assert cast.receive(answer) is Disposition.APPLIED
    for n in range(9):
        cast.receive(b"rubbish %d" % n)
    assert cast.receive(answer) is Disposition.REPEATED
