"""Results that contradict what is recorded: the desk sees both, decides with a reason, and is told what hinders."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from office_cast import Cast, happened
from screens_rig import ELSEWHERE, World

from keiki.domain.access import Role
from keiki.domain.remote.contradiction import CONTRADICTION, ContradictionDecision, ContradictionState, possible
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.contradictions import decide
from keiki.office.contracts.models import ServiceContract
from keiki.office.remote.models import ContradictingResult, RemoteCommand
from keiki.office.support import services as support
from keiki.protocols.relay.messages import CommandOutcome

DESK, SUPPORT, AUDITOR = Role.DESK_OPERATOR, Role.SUPPORT_AGENT, Role.AUDITOR


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def contract(world: World) -> ServiceContract:
    """Its password was written, by the first answer."""
    found = world.cast.apply("already_wireless")
    command = world.cast.decide(found).command
    assert command
    world.cast.receive(world.cast.answer(command))
    found.refresh_from_db()
    return found


@pytest.fixture
def result(world: World, contract: ServiceContract) -> ContradictingResult:
    """The control agent says afterwards that the meter refused."""
    command = RemoteCommand.objects.get()
    world.cast.receive(world.cast.answer(command, CommandOutcome.REFUSED, reason="older_generation"))
    return ContradictingResult.objects.get()


def press(client: Client, result: ContradictingResult, decision: str, **more: str) -> Any:
    given = {"decision": decision, "because": "SCSの運用者に確認", "seen": "succeeded", **more}
    return client.post(reverse("contracts:decide_contradiction", args=[result.pk]), given)


def shown(client: Client, result: ContradictingResult) -> str:
    answer = client.get(reverse("contracts:contradiction", args=[result.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_both_sides_and_what_hinges_on_it(
    world: World, contract: ServiceContract, result: ContradictingResult
) -> None:
    page = shown(world.as_(DESK, language="en"), result)
    for words in ("succeeded", "the meter holds a newer password", contract.reference, "No newer rewrite or reading"):
        assert words in page
    japanese = shown(world.as_(DESK), result)
    assert "計器により新しいパスワードがある" in japanese
    for words in ("記録済みの結果が正しい", "後から届いた結果が正しい", "新しい書換え・読取りで解決"):
        assert words in japanese
    assert result.reference in world.as_(DESK).get(reverse("contracts:detail", args=[contract.pk])).content.decode()


@pytest.mark.parametrize("role", [DESK, SUPPORT])
def test_a_decision_is_kept_with_its_reason_and_its_event_and_the_list_is_empty(
    world: World, contract: ServiceContract, result: ContradictingResult, role: Role
) -> None:
    client, before = world.as_(role), (contract.state, RemoteCommand.objects.get().state)
    assert press(client, result, "keep_recorded").status_code == 302
    result.refresh_from_db()
    contract.refresh_from_db()
    assert result.state == "recorded_stands"
    assert (contract.state, RemoteCommand.objects.get().state) == before
    event = AuditEvent.objects.get(happened="ContradictionDecided")
    assert (event.subject, event.by, event.supply_point) == (result.reference, result.decided_by, contract.supply_point)
    assert event.details["because"] == result.because == "SCSの運用者に確認"
    assert (event.details["before"], event.details["after"]) == ("open", "recorded_stands")
    assert client.get(reverse("contracts:contradictions")).context["table"].pager.total == 0
    assert client.get(reverse("contracts:contradictions"), {"state": "decided"}).context["table"].pager.total == 1
    page = shown(client, result)
    assert "SCSの運用者に確認" in page
    assert "どちらが正しいかの判断" not in page


def test_a_decision_needs_its_reason(world: World, result: ContradictingResult) -> None:
    assert press(world.as_(DESK), result, "keep_recorded", because=" ").status_code == 422
    assert press(world.as_(DESK), result, "whatever").status_code == 422
    result.refresh_from_db()
    assert result.state == "open"


def test_pressing_twice_decides_once(world: World, result: ContradictingResult) -> None:
    client = world.as_(DESK)
    for _ in range(2):
        assert press(client, result, "keep_recorded").status_code == 302
    assert happened().count("ContradictionDecided") == 1


def test_who_decides_otherwise_too_late_is_told_in_place_by_whom(world: World, result: ContradictingResult) -> None:
    cast = world.cast
    first = world.person(SUPPORT)
    first.name = "鈴木"
    first.save()
    decide(cast.act(first.username), result, ContradictionDecision.KEEP_RECORDED, "asked", "succeeded")
    late = press(world.as_(DESK, language="en"), result, "settle_anew")
    assert late.status_code == 409
    page = late.content.decode()
    assert "鈴木 decided otherwise meanwhile" in page
    assert "what is recorded stands" in page
    assert happened().count("ContradictionDecided") == 1


def test_a_command_that_went_on_meanwhile_is_shown_as_it_is_now_with_what_was_written(
    world: World, contract: ServiceContract
) -> None:
    cast = world.cast
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    cast.receive(cast.answer(command, generation=7))
    result = ContradictingResult.objects.get()
    assert (result.recorded, result.generation) == ("queued", 7)
    cast.receive(cast.answer(command))
    client = world.as_(DESK, language="en")
    stale = press(client, result, "keep_recorded", seen="queued")
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "What is recorded of the command changed meanwhile" in page
    assert "SCSの運用者に確認" in page
    assert 'name="seen" value="succeeded"' in page
    assert press(client, result, "keep_recorded").status_code == 302


def test_the_later_result_is_not_believed_while_a_contract_goes_by_the_first(
    world: World, contract: ServiceContract, result: ContradictingResult
) -> None:
    cast, client = world.cast, world.as_(DESK, language="en")
    for decision, words in (("believe_later", "rewrite the password first"), ("settle_anew", "order one first")):
        refused = press(client, result, decision)
        assert refused.status_code == 409
        assert words in refused.content.decode()
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert press(client, result, "settle_anew").status_code == 409
    cast.receive(cast.answer(command))
    assert "came later and succeeded" in shown(client, result)
    assert press(client, result, "settle_anew").status_code == 302
    event = AuditEvent.objects.get(happened="ContradictionDecided")
    assert command.credential
    assert event.details["settled_by"] == command.credential.reference


def test_where_no_contract_goes_by_it_any_more_the_later_result_may_be_believed(
    world: World, contract: ServiceContract
) -> None:
    cast = world.cast
    last = contract_services.end(cast.act(), contract, cast.sealer, "moved out")
    assert last
    cast.receive(cast.answer(last))
    cast.receive(cast.answer(last, CommandOutcome.UNREACHABLE, reason="no_answer"))
    result = ContradictingResult.objects.get()
    assert press(world.as_(DESK), result, "believe_later").status_code == 302
    result.refresh_from_db()
    assert result.state == "later_stands"


def test_a_reading_is_settled_by_a_newer_one(world: World, contract: ServiceContract) -> None:
    cast, client = world.cast, world.as_(DESK)
    meter = contract_services.meter_at(contract.supply_point)
    assert meter

    def read(outcome: CommandOutcome) -> RemoteCommand:
        command = support.ask(cast.act(), cast.sealer, meter).command
        assert command
        status = ("clear", "clear", "clear", "normal") if outcome is CommandOutcome.SUCCEEDED else None
        cast.receive(cast.answer(command, outcome, status=status))
        return command

    first = read(CommandOutcome.UNREACHABLE)
    cast.receive(cast.answer(first, status=("clear", "clear", "clear", "normal")))
    result = ContradictingResult.objects.get()
    assert press(client, result, "settle_anew", seen="unreachable").status_code == 409
    read(CommandOutcome.SUCCEEDED)
    assert press(client, result, "settle_anew", seen="unreachable").status_code == 302


def test_the_same_said_again_is_the_same_row_and_stays_decided(world: World, result: ContradictingResult) -> None:
    cast, command = world.cast, RemoteCommand.objects.get()
    press(world.as_(DESK), result, "keep_recorded")
    cast.receive(cast.answer(command, CommandOutcome.REFUSED, reason="older_generation"))
    result.refresh_from_db()
    assert (ContradictingResult.objects.count(), result.times, result.state) == (1, 2, "recorded_stands")
    cast.receive(cast.answer(command, CommandOutcome.UNREACHABLE, reason="no_answer"))
    assert ContradictingResult.objects.filter(state="open").count() == 1


def test_another_offices_result_is_absent_and_who_only_looks_has_no_button(
    world: World, result: ContradictingResult
) -> None:
    stranger = world.as_(DESK, office=ELSEWHERE)
    assert stranger.get(reverse("contracts:contradiction", args=[result.pk])).status_code == 404
    assert press(stranger, result, "keep_recorded").status_code == 404
    assert stranger.get(reverse("contracts:contradictions")).context["table"].pager.total == 0
    designer = world.as_(Role.DESIGNER)
    url = reverse("contracts:decide_contradiction", args=[result.pk])
    assert url in shown(world.as_(DESK), result)
    assert url not in shown(designer, result)
    assert press(designer, result, "keep_recorded").status_code == 403
    result.refresh_from_db()
    assert result.state == "open"


def test_the_decision_and_its_event_stand_or_fall_together(
    world: World, result: ContradictingResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("keiki.office.audit.services.record", fail)
    with pytest.raises(OSError, match="disk"):
        decide(world.cast.act(), result, ContradictionDecision.KEEP_RECORDED, "asked", "succeeded")
    assert ContradictingResult.objects.get().state == "open"


def test_the_list_asks_as_often_for_many_rows(
    world: World, result: ContradictingResult, django_assert_max_num_queries: Any
) -> None:
    client, url = world.as_(DESK), reverse("contracts:contradictions")
    client.get(url)
    command = RemoteCommand.objects.get()
    for number in range(20):
        world.cast.receive(world.cast.answer(command, generation=number + 7))
    with django_assert_max_num_queries(12):
        assert client.get(url).context["table"].pager.total == 21


def test_what_contradicted_before_there_was_this_table_is_brought_over(
    world: World, result: ContradictingResult
) -> None:
    cast = world.cast
    cast.receive(cast.answer(RemoteCommand.objects.get(), CommandOutcome.REFUSED, reason="older_generation"))
    columns = ("command_id", "supply_point", "office", "state", "recorded", "outcome", "reason", "generation", "times")
    kept = list(ContradictingResult.objects.values_list(*columns))
    at = result.received_at
    with transaction.atomic():
        ContradictingResult.objects.all().delete()
    importlib.import_module("keiki.office.remote.migrations.0004_contradictions").from_the_audit(apps, None)
    assert list(ContradictingResult.objects.values_list(*columns)) == kept
    assert abs(ContradictingResult.objects.get().received_at - at) < timedelta(seconds=1)


def test_every_decision_is_possible_at_some_time_and_keeping_what_is_recorded_always() -> None:
    told = [possible(relied_on=relied, settled=settled) for relied in (True, False) for settled in (True, False)]
    assert all(ContradictionDecision.KEEP_RECORDED in each for each in told)
    assert set().union(*told) == set(ContradictionDecision) == set(CONTRADICTION.allowed(ContradictionState.OPEN))


def test_beside_a_newer_generation_the_later_result_may_be_believed(
    world: World, contract: ServiceContract, result: ContradictingResult
) -> None:
    """No contract goes by what is recorded any more once another password is on its way, proved or not."""
    contract_services.lose_password(world.cast.act(), contract, world.cast.sealer, world.cast.sources)
    assert press(world.as_(DESK), result, "believe_later").status_code == 302
    result.refresh_from_db()
    assert result.state == "later_stands"


def test_another_customers_contract_does_not_go_by_it(
    world: World, contract: ServiceContract, result: ContradictingResult
) -> None:
    ServiceContract.objects.filter(pk=contract.pk).update(contract_number="K-ANOTHER")
    assert press(world.as_(DESK), result, "believe_later").status_code == 302


def test_the_same_decision_again_is_said_to_have_changed_nothing(world: World, result: ContradictingResult) -> None:
    client = world.as_(DESK, language="en")
    said = [
        client.post(
            reverse("contracts:decide_contradiction", args=[result.pk]),
            {"decision": "keep_recorded", "because": "asked", "seen": "succeeded"},
            follow=True,
        ).content.decode()
        for _ in range(2)
    ]
    assert f"{result.reference} is decided." in said[0]
    assert "was decided so already" not in said[0]
    assert f"{result.reference} was decided so already; nothing changed." in said[1]


def test_a_decided_result_is_calm_and_an_open_one_warns(world: World, result: ContradictingResult) -> None:
    client = world.as_(DESK)
    url = reverse("contracts:contradiction", args=[result.pk])
    assert client.get(url).context["tone"] == "warn"
    press(client, result, "keep_recorded")
    assert client.get(url).context["tone"] == "ok"


def test_what_was_recorded_then_is_shown_where_it_is_another_now(world: World, contract: ServiceContract) -> None:
    cast, client = world.cast, world.as_(DESK, language="en")
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    cast.receive(cast.answer(command, generation=7))
    url = reverse("contracts:contradiction", args=[ContradictingResult.objects.get().pk])
    assert client.get(url).context["recorded_then"] == ""
    cast.receive(cast.answer(command))
    assert client.get(url).context["recorded_then"] == "queued"


def test_what_may_be_decided_against_a_table_written_by_hand() -> None:
    keep, later, anew = "keep_recorded", "believe_later", "settle_anew"
    by_hand = {
        (False, False): (keep, later),
        (False, True): (keep, later, anew),
        (True, False): (keep,),
        (True, True): (keep, anew),
    }
    for (relied_on, settled), decisions in by_hand.items():
        assert {each.value for each in possible(relied_on=relied_on, settled=settled)} == set(decisions)
