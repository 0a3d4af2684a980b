"""Who does not answer is known to every process of the office, since the moment that the first of them noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from office_cast import Cast
from screens_rig import World

from keiki.bench.servers.servers import sources_text
from keiki.domain.access import Role
from keiki.domain.linkage.record import Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit import source_outages
from keiki.office.audit.lookups import look_up
from keiki.office.audit.models import SilentSource
from keiki.office.designs import services as designs
from keiki.office.sources import Sources
from keiki.office.workorders import watching

PROGRAMS_OWN = ("Error", "sources.toml", "query")


@pytest.fixture
def processes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sources, Sources]]:
    """The sources of two processes over one database; they read the table each time that they may."""
    monkeypatch.setattr(source_outages, "REMEMBERED", 0.0)
    other = Sources.from_toml(sources_text(cast.servers.folder))
    yield cast.sources, other
    other.close()


@pytest.fixture
def look(cast: Cast) -> Callable[..., datetime | None]:
    """Look a point up in one of the processes, some minutes later; since when the customer's owner is silent."""

    def look(sources: Sources, minutes: int = 0) -> datetime | None:
        act = cast.act(later=timedelta(minutes=minutes))
        linked = look_up(act, sources, SupplyPoint(cast.place("plain").supply_point), "test")
        outcome = linked.answer("customer").outcome
        return outcome.since if isinstance(outcome, Unavailable) else None

    return look


def test_every_process_says_since_when_the_first_one_noticed(
    cast: Cast, processes: tuple[Sources, Sources], look: Callable[..., datetime | None]
) -> None:
    web, worker = processes
    cast.servers["customer"].down()
    assert look(worker) == cast.now
    assert look(web, 5) == cast.now
    assert source_outages.silent_sources(web) == source_outages.silent_sources(worker) == {"customer": cast.now}


def test_who_gets_an_answer_first_says_so_for_all_and_the_next_silence_is_a_new_one(
    cast: Cast, processes: tuple[Sources, Sources], look: Callable[..., datetime | None]
) -> None:
    web, worker = processes
    cast.servers["customer"].down()
    assert look(worker) == cast.now
    cast.servers["customer"].up()
    assert look(web, 5) is None
    assert source_outages.silent_sources(worker) == {}
    cast.servers["customer"].down()
    assert look(worker, 9) == cast.now + timedelta(minutes=9), "the worker learnt that there was an answer meanwhile"


def test_a_process_that_ended_leaves_no_silence_behind_for_the_watch_asks_again(
    cast: Cast, processes: tuple[Sources, Sources], look: Callable[..., datetime | None]
) -> None:
    command, worker = processes
    cast.servers["customer"].down()
    look(command)
    cast.servers["customer"].up()
    watching.watch(cast.act("office worker"), worker, cast.catalogue)
    assert source_outages.silent_sources(worker) == {}
    cast.servers["customer"].down()
    look(command)
    watching.watch(cast.act("office worker"), worker, cast.catalogue)
    assert source_outages.silent_sources(worker) == {"customer": cast.now}


def test_a_source_that_is_configured_no_more_is_not_shown_and_is_forgotten(cast: Cast) -> None:
    SilentSource.objects.create(source="abolished", since=cast.now)
    assert source_outages.silent_sources(cast.sources) == {}
    watching.watch(cast.act("office worker"), cast.sources, cast.catalogue)
    assert not SilentSource.objects.exists()


def test_the_table_is_written_when_something_changes_and_never_else(
    cast: Cast, look: Callable[..., datetime | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            look(cast.sources)
        return [each["sql"].split()[0] for each in asked if "silentsource" in each["sql"]]

    look(cast.sources)
    assert touched() == [], "what was read a moment ago is remembered"
    cast.servers["customer"].down()
    assert "INSERT" in touched()
    assert touched() == []
    monkeypatch.setattr(source_outages, "REMEMBERED", 0.0)
    assert touched() == ["SELECT"]


def test_asking_the_owners_asks_no_database_of_the_office(cast: Cast, django_assert_num_queries: Any) -> None:
    cast.servers["customer"].down()
    with django_assert_num_queries(0):
        cast.sources.link(SupplyPoint(cast.place("plain").supply_point), cast.now)


def test_the_screens_show_what_another_process_noticed(cast: Cast) -> None:
    SilentSource.objects.create(source="customer", since=cast.now - timedelta(minutes=42))
    desk = World(cast).as_(Role.DESK_OPERATOR, Role.ADMINISTRATOR, language="en")
    assert "Customer Information System does not answer" in desk.get("/").content.decode()


def test_a_designer_is_told_whose_data_since_when_and_what_to_do_and_no_errors_of_programs(cast: Cast) -> None:
    cast.servers["distribution"].down()
    world, number = World(cast), cast.place("plain").supply_point
    with pytest.raises(designs.CannotDecide) as blocked:
        designs.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply("plain"))
    (problem,) = blocked.value.blocked.problems
    for text in problem.message:
        assert not {word for word in PROGRAMS_OWN if word in text}
    assert "has been unavailable since" in problem.message[1]
    assert "tell the integrator" in problem.message[1]
    for language, owner, to_do in (
        ("ja", "配電管理システム", "データ連携の担当者に知らせてください"),
        ("en", "Distribution Management System", "tell the integrator"),
    ):
        page = world.as_(Role.DESIGNER, Role.DESK_OPERATOR, language=language).get(f"/points/{number}/record")
        said = page.content.decode()
        assert owner in said
        assert to_do in said
        assert not {word for word in PROGRAMS_OWN if word in said}


def test_the_check_on_the_screens_says_the_same_and_tells_empty_from_not_counted(cast: Cast) -> None:
    cast.servers["customer"].down()
    with cast.servers["distribution"].transaction() as server:
        server.execute("DELETE FROM haiden_point")
    answer = World(cast).as_(Role.DESIGNER, language="en").post("/points/sources/check")
    found = {each.name: each for each in answer.context["checked"]}
    assert "tell the integrator" in " ".join(found["customer"].findings)
    assert not {word for word in PROGRAMS_OWN if word in " ".join(found["customer"].findings)}
    assert (found["customer"].rows, found["distribution"].rows) == (None, 0)
    assert "it has no row at all" in " ".join(found["distribution"].findings)
