"""Looking again from the desk: what the owners say now, and what becomes of a design that was decided from less."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from office_cast import Cast, happened
from screens_rig import World

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.bench.servers.writing import zero_lost
from keiki.domain.access import Role
from keiki.domain.designs.lifecycle import DesignState
from keiki.office.audit.models import AuditEvent
from keiki.office.designs import services as designs
from keiki.office.designs.choosing import undo
from keiki.office.designs.models import Design


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def design(cast: Cast) -> Design:
    found = designs.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply("plain"))
    designs.propose(cast.act(), cast.catalogue, found, found.version)
    return found


def look(client: Client, design: Design) -> HttpResponse:
    version = Design.objects.get(pk=design.pk).version
    return client.post(reverse("designs:look", args=[design.pk]), {"version": str(version)})


def test_a_look_is_kept_with_its_purpose_and_shows_what_every_owner_says(world: World, design: Design) -> None:
    before = AuditEvent.objects.filter(happened="SupplyPointLookedUp").count()
    answer = look(world.as_(Role.DESIGNER, language="en"), design)
    events = AuditEvent.objects.filter(happened="SupplyPointLookedUp")
    assert events.count() == before + 1
    assert events.latest("position").details["why"] == f"desk of {design.reference}"
    shown = answer.context["desk"].sources
    assert len(shown) == len(world.cast.sources.configuration.sources)
    assert {"housing", "last reading"} <= {fact.label for source in shown for fact in source.facts}
    assert "nothing changed that the design was decided from" in answer.content.decode()
    place = world.cast.place("plain")
    assert place.customer.name not in answer.content.decode()


def test_what_changed_is_said_and_a_choice_for_another_answer_is_taken_back(world: World, design: Design) -> None:
    _expose_to_rain(world, design)
    answer = look(world.as_(Role.DESIGNER, language="en"), design)
    (notice,) = answer.context["notices"]
    assert any("exposed to rain changed from no to yes" in words for words in notice.why)
    assert "the choice was taken back" in notice.to_do
    design.refresh_from_db()
    assert (design.combination, design.needs["rain"]) == (None, True)
    assert "DesignLookedAgain" in happened()
    undo(world.cast.act(), world.cast.catalogue, design, design.version)
    assert design.combination
    assert design.combination["cover"] == "CV-N"


def test_a_contradiction_is_shown_where_it_stands_and_changes_nothing(world: World, design: Design) -> None:
    Misbehaviour(world.cast.servers).contradict_serial(design.supply_point)
    before = Design.objects.values().get(pk=design.pk)
    answer = look(world.as_(Role.DESIGNER, language="en"), design)
    odd = [source for source in answer.context["desk"].sources if source.contradictions]
    assert len(odd) == 2
    assert all(any(fact.differs for fact in source.facts) for source in odd)
    assert "nothing can be decided from what they say now" in answer.content.decode()
    assert Design.objects.values().get(pk=design.pk) == before


def test_a_silent_server_delays_nobody_and_is_said(world: World, design: Design) -> None:
    world.cast.servers["distribution"].down()
    answer = look(world.as_(Role.DESIGNER, language="en"), design)
    silent = [source for source in answer.context["desk"].sources if source.freshness == "unavailable"]
    assert len(silent) == 1
    assert "Unavailable since" in silent[0].note


def test_a_finished_design_is_only_looked_at(world: World, design: Design) -> None:
    cast = world.cast
    assert designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version).ok
    _expose_to_rain(world, design)
    answer = look(world.as_(Role.DESIGNER, language="en"), design)
    (notice,) = answer.context["notices"]
    assert "opened again by itself" in notice.to_do
    design.refresh_from_db()
    assert (design.state, design.needs["rain"]) == (DesignState.FINISHED, False)


def _expose_to_rain(world: World, design: Design) -> None:
    with world.cast.servers["distribution"].transaction() as server:
        server.execute("UPDATE haiden_point SET amegakari = 1 WHERE spid = ?", (zero_lost(design.supply_point),))
