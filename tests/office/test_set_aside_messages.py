"""An answer that cannot be applied is set aside and named on Today; whatever comes behind it goes on."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from office_cast import Cast, happened
from screens_rig import World

from keiki.domain.access import Role
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.office import worker
from keiki.office.audit.services import Changed
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.answers import ANSWERS
from keiki.office.contracts.models import ServiceContract
from keiki.office.delivery.models import Delivery, DeliveryChannel, DeliveryState
from keiki.office.delivery.services import send_due
from keiki.office.remote.models import Disposition, InboxMessage, RemoteCommand, SetAsideMessage
from keiki.office.remote.services import apply_again, receive
from keiki.office.remote.set_aside import close
from keiki.office.workorders import results
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import FollowUp
from keiki.office.workorders.words import RESULT_NOT_RECORDED


def impossible(cast: Cast) -> tuple[ServiceContract, RemoteCommand, bytes]:
    """A contract whose state went where no answer to its rewrite leads on from."""
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    ServiceContract.objects.update(state=ServiceState.ACTIVE)
    return contract, command, cast.answer(command)


def test_what_cannot_be_applied_changes_nothing_and_is_kept_once(cast: Cast) -> None:
    contract, command, data = impossible(cast)
    assert cast.receive(data) is Disposition.SET_ASIDE
    assert cast.receive(data) is Disposition.REPEATED
    kept = SetAsideMessage.objects.get()
    assert (kept.command, kept.supply_point, kept.office) == (command, contract.supply_point, contract.office)
    assert "is not possible" in kept.trouble
    command.refresh_from_db()
    assert command.state == "queued"
    assert InboxMessage.objects.get().disposition == Disposition.SET_ASIDE
    assert happened().count("MessageSetAside") == 1


def test_it_is_applied_again_once_its_cause_is_put_right(cast: Cast) -> None:
    _, _, data = impossible(cast)
    cast.receive(data)
    kept = SetAsideMessage.objects.get()
    with pytest.raises(Exception, match="not allowed"):
        apply_again(cast.act(), cast.office, kept, ANSWERS)
    ServiceContract.objects.update(state=ServiceState.SETTING)
    assert apply_again(cast.act(), cast.office, kept, ANSWERS) is Disposition.APPLIED
    assert ServiceContract.objects.get().state == ServiceState.CONFIRMED
    kept.refresh_from_db()
    assert (kept.settled_by, bytes(kept.body)) == ("佐藤", b"")
    with pytest.raises(Changed):
        close(cast.act(), kept, "twice")


def test_whatever_goes_wrong_is_told_by_its_kind_alone(cast: Cast) -> None:
    command = cast.decide(cast.apply("already_wireless")).command
    assert command

    def broken(*_: Any) -> None:
        raise KeyError("secret-of-somebody")

    answers = dict.fromkeys(ANSWERS, broken)
    assert receive(cast.act(), cast.office, cast.answer(command), answers) is Disposition.SET_ASIDE
    kept = SetAsideMessage.objects.get()
    assert "KeyError" in kept.trouble
    assert "secret-of-somebody" not in kept.trouble + kept.trouble_ja + str(happened())


def test_today_names_it_and_its_page_names_command_and_contract(cast: Cast) -> None:
    contract, command, data = impossible(cast)
    cast.receive(data)
    kept = SetAsideMessage.objects.get()
    desk = World(cast).as_(Role.DESK_OPERATOR, language="en")
    assert "answers that could not be applied" in desk.get("/").content.decode()
    assert command.reference in desk.get(reverse("contracts:set_aside")).content.decode()
    address = reverse("contracts:set_aside_message", args=[kept.pk])
    page = desk.get(address).content.decode()
    assert command.reference in page
    assert contract.reference in page
    again = World(cast).as_(Role.DESK_OPERATOR, Role.SUPPORT_AGENT, language="en")
    refused = again.post(reverse("contracts:apply_set_aside", args=[kept.pk]))
    assert refused.status_code == 409
    assert "It could not be applied now either." in refused.content.decode()
    assert again.post(reverse("contracts:close_set_aside", args=[kept.pk]), {"because": "ended"}).status_code == 302
    assert "answers that could not be applied" not in desk.get("/").content.decode()


def test_a_delivery_that_breaks_holds_up_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    command = cast.decide(cast.apply("already_wireless")).command
    assert command
    cast.receive(cast.answer(command))
    monkeypatch.setattr("keiki.office.delivery.letter.typeset", lambda *_: 1 / 0)
    sent = send_due(cast.act(), cast.vault, cast.senders, contract_services.delivered)
    assert [each.channel for each in sent] == [DeliveryChannel.MAIL]
    letter = Delivery.objects.get(channel=DeliveryChannel.LETTER)
    assert letter.state == DeliveryState.WAITING
    assert "ZeroDivisionError" in letter.trouble


def test_a_visits_result_that_cannot_be_recorded_leaves_its_order_something_to_do(cast: Cast) -> None:
    order = cast.order(cast.finished_design("apply_renewable"))
    workorders.printed(cast.act(), order)
    data = cast.visit(order)
    ServiceContract.objects.update(state=ServiceState.ACTIVE)
    assert results.record_visit(cast.act(), cast.office, data)[1] is results.RecordingEffect.SET_ASIDE
    order.refresh_from_db()
    assert order.state == "printed"
    follow_up = FollowUp.objects.get()
    assert (follow_up.work_order, follow_up.task) == (order, RESULT_NOT_RECORDED)
    clerk = World(cast).as_(Role.CONSTRUCTION_CLERK, language="en")
    assert "things to do after a visit" in clerk.get("/").content.decode()
    assert "is not possible" in clerk.get(reverse("workorders:detail", args=[order.number])).content.decode()
    ServiceContract.objects.update(state=ServiceState.SETTING)
    assert results.record_visit(cast.act(), cast.office, data)[1] is results.RecordingEffect.DONE
    assert FollowUp.objects.get().task != RESULT_NOT_RECORDED


@pytest.mark.parametrize("name", ["_delivery_round", "_watch_round", "_verification_round", "_catalogue_round"])
def test_a_round_that_fails_rests_and_goes_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round of the worker, with work that breaks every time: it is tried again, and the round never ends."""
    tried: list[str] = []
    enough = threading.Event()

    def breaks(*_: Any) -> None:
        tried.append(name)
        if len(tried) == 3:
            enough.set()
        raise KeyError("whatever it is")

    class Settings:
        terms = SimpleNamespace(watch_seconds=0)

    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "DELIVERY_SECONDS", 0.01)
    for work in ("_deliver", "_expire", "_watch", "_verify", "_prove"):
        monkeypatch.setattr(worker.Worker, work, breaks)
    office = SimpleNamespace(settings=Settings)

    async def while_it_runs() -> None:
        going = asyncio.ensure_future(getattr(worker.Worker(office), name)())  # type: ignore[arg-type]
        assert await asyncio.to_thread(enough.wait, 20)
        assert not going.done()
        going.cancel()

    asyncio.run(while_it_runs())
    assert len(tried) >= 3
