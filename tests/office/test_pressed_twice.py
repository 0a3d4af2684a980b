"""A button pressed twice, or by two people at once, does its work once, and everybody is shown what came of it."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.contracts import reading
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.remote.models import CommandKind, RemoteCommand
from keiki.office.support.models import DiagnosisRun


@pytest.mark.django_db(transaction=True)
def test_who_loses_the_race_to_open_a_design_is_shown_the_one_that_was_opened(committed_cast: Cast) -> None:
    cast = committed_cast
    contract = cast.apply("apply_renewable")
    start, opened, failed = Barrier(3), list[int](), list[Exception]()

    def press() -> None:
        mine = ServiceContract.objects.get(pk=contract.pk)
        start.wait()
        try:
            opened.append(designs.open_design(cast.act(), cast.sources, cast.catalogue, mine).pk)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert opened == [Design.objects.get().pk] * 3


def test_both_presses_of_a_double_click_lead_to_the_design(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contract, ask = cast.apply("apply_renewable"), cast.sources.contact

    def opened_meanwhile(*given: object) -> object:
        monkeypatch.setattr(cast.sources, "contact", ask)
        other = ServiceContract.objects.get(pk=contract.pk)
        designs.open_design(cast.act(), cast.sources, cast.catalogue, other)
        return ask(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(cast.sources, "contact", opened_meanwhile)
    designer = World(cast).as_(Role.DESIGNER)
    answer = designer.post(reverse("designs:open", args=[contract.pk]))
    assert answer.status_code == 303
    assert str(Design.objects.get().pk) in answer.headers["Location"]


def test_three_presses_are_one_reading_until_it_is_answered_or_over(cast: Cast) -> None:
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    runs = {reading.read_status(cast.act(), contract, cast.sealer, cast.sources).pk for _ in range(3)}
    assert len(runs) == 1
    asked = RemoteCommand.objects.filter(kind=CommandKind.READ_STATUS)
    assert asked.count() == DiagnosisRun.objects.count() == 1
    later = cast.act(later=timedelta(minutes=5))
    assert reading.read_status(later, contract, cast.sealer, cast.sources).pk not in runs
    newest = asked.latest("id")
    cast.receive(cast.answer(newest, status=("clear", "clear", "clear", "normal")))
    reading.read_status(later, contract, cast.sealer, cast.sources)
    assert asked.count() == 3
