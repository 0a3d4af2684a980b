"""The gate: no wrong design is finished, and two designers do not overwrite each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from office_cast import Cast, happened

from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.services import Changed
from keiki.office.catalogue import NoSuchUnit, OfficeCatalogue
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.designs.queries import describe
from keiki.office.workorders.watching import watch


def opened(cast: Cast, name: str = "apply_renewable") -> Design:
    return designs.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply(name))


def test_a_wrong_combination_is_refused_with_every_broken_rule_and_stays_unfinished(cast: Cast) -> None:
    design = opened(cast)
    designs.choose(cast.act(), cast.catalogue, design, ["RF-W1"], design.version)
    verdict = designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    design.refresh_from_db()
    assert not verdict.ok
    assert [each["rule"] for each in verdict.broken] == ["P2", "R2", "R3", "R7"]
    assert all(each["ja"] and each["en"] for each in verdict.broken)
    assert verdict.repair == {"communication": "RF-W2", "metering": "3W60-2B", "option": "NONE", "cover": "CV-R"}
    assert design.state == DesignState.REFUSED
    assert design.finished_at is None
    assert design.broken == verdict.broken
    with pytest.raises(IllegalTransition):
        designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    assert "DesignFinished" not in happened()


def test_the_proposal_replaces_least_and_finishes(cast: Cast) -> None:
    design = cast.finished_design("plain")
    found = describe(design)
    assert found["state"] == "finished"
    assert found["replaced"] == ["communication", "metering"]
    assert found["catalogue"] == {"name": "kansai-2015", "version": "1"}
    said_by = {fact["source"] for fact in found["decided_from"]}
    assert said_by == {"customer", "distribution", "construction", "supervisory"}
    assert all(datetime.fromisoformat(fact["as_of"]).tzinfo for fact in found["decided_from"])


def test_an_older_version_is_refused_and_changes_nothing(cast: Cast) -> None:
    design = opened(cast)
    other = Design.objects.get(pk=design.pk)
    designs.choose(cast.act("佐藤"), cast.catalogue, design, ["RF-W2"], design.version)
    with pytest.raises(Changed):
        designs.choose(cast.act("鈴木"), cast.catalogue, other, ["RF-W1"], other.version)
    design.refresh_from_db()
    assert design.combination is not None
    assert design.combination["communication"] == "RF-W2"


@pytest.mark.django_db(transaction=True)
def test_of_two_designers_at_once_one_is_told(committed_cast: Cast) -> None:
    cast = committed_cast
    design = opened(cast)
    start, told = Barrier(2), []

    def choose(unit: str) -> None:
        mine = Design.objects.get(pk=design.pk)
        start.wait()
        try:
            designs.choose(cast.act(unit), cast.catalogue, mine, [unit], 1)
        except Changed:
            told.append(unit)
        finally:
            connection.close()

    threads = [Thread(target=choose, args=(unit,)) for unit in ("RF-W1", "RF-W2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    design.refresh_from_db()
    assert len(told) == 1
    assert design.version == 2
    assert design.combination is not None
    assert design.combination["communication"] not in told


def test_the_gate_decides_from_what_the_sources_say_at_the_end(cast: Cast) -> None:
    """The designer looked, then the place turned out to be exposed to rain: the old choice no longer passes."""
    design = opened(cast, "plain")
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    with cast.servers["distribution"].transaction() as server:
        server.execute("UPDATE haiden_point SET amegakari = 1 WHERE spid IS NOT NULL")
    verdict = designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    assert [each["rule"] for each in verdict.broken] == ["R7"]
    assert design.needs["rain"] is True


def test_contradicting_records_block_the_design_and_say_whose_they_are(cast: Cast) -> None:
    place = cast.place("plain")
    cast.servers.follow_wall(
        place.supply_point, communication_serial="TCR000000001", state="normal", reading=None, now=cast.now
    )
    contract = cast.apply("plain")
    with pytest.raises(designs.CannotDecide) as blocked:
        designs.open_design(cast.act(), cast.sources, cast.catalogue, contract)
    assert {problem.code for problem in blocked.value.blocked.problems} >= {"serial-differs"}
    contract.refresh_from_db()
    assert contract.state == "checked"


def test_needs_that_nothing_meets_are_said_in_words(cast: Cast) -> None:
    design = opened(cast, "nothing_fits")
    with pytest.raises(designs.NothingFits) as nothing:
        designs.propose(cast.act(), cast.catalogue, design, design.version)
    assert any("三相3線120A" in each["ja"] for each in nothing.value.nothing.reasons)


@pytest.mark.parametrize("spelling", ["rf-w2", "ＲＦ－Ｗ２", "RF―W2", "'RF-W2", "RF\u200b-W2"])
def test_a_unit_is_put_in_however_its_id_is_spelt(kansai: OfficeCatalogue, spelling: str) -> None:
    assert kansai.by_kind([spelling]) == {"communication": "RF-W2"}


def test_a_unit_that_the_catalogue_lacks_and_two_units_for_one_place_are_refused(cast: Cast) -> None:
    design = opened(cast)
    for units in (["RF-W9"], ["RF-W1", "RF-W2"]):
        with pytest.raises(NoSuchUnit):
            designs.choose(cast.act(), cast.catalogue, design, units, design.version)
    design.refresh_from_db()
    assert design.version == 1


def test_a_finished_design_is_reopened_when_the_wall_changed(cast: Cast) -> None:
    design = cast.finished_design("plain")
    assert watch(cast.act(), cast.sources, cast.catalogue).reopened == ()
    other = cast.place("already_wireless").installed
    units = replace(other, cover="TCV-R", communication_serial="TCR000000001", metering_serial="TMS000000001")
    cast.servers.record_construction(design.supply_point, units, day=date(2026, 1, 5), now=datetime.now(UTC))
    cast.servers.follow_wall(
        design.supply_point,
        communication_serial=units.communication_serial,
        state="normal",
        reading=None,
        now=cast.now + timedelta(minutes=1),
    )
    assert watch(cast.act(), cast.sources, cast.catalogue).reopened == (design.reference,)
    design.refresh_from_db()
    assert design.state == DesignState.OPEN
    assert design.installed["cover"] == "CV-R"


def test_opening_twice_gives_the_same_design(cast: Cast) -> None:
    design = opened(cast)
    again = designs.open_design(cast.act(), cast.sources, cast.catalogue, design.contract)
    assert again == design
    assert SupplyPoint(design.supply_point)
