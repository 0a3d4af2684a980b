"""How far a new catalogue version reaches back: to designs that it forbids, and to no other."""

from __future__ import annotations

import pytest
from catalogue_versions import RULE, files
from office_cast import Cast, happened
from owner_feeds import give_feeds

from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.units import read_catalogue
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.designs import services as designs
from keiki.office.designs.models import WatchedSource
from keiki.office.workorders import services as workorders
from keiki.office.workorders import watching


@pytest.fixture(scope="module")
def stricter() -> OfficeCatalogue:
    """Wants the cover against rain wherever route A is radio."""
    return OfficeCatalogue(read_catalogue(files("2", more=RULE)))


@pytest.fixture(scope="module")
def otherwise() -> OfficeCatalogue:
    """Forbids nothing more, but would choose two-way units."""
    return OfficeCatalogue(read_catalogue(files("2", two_way_first=True)))


def look(cast: Cast, catalogue: OfficeCatalogue) -> watching.WatchRound:
    return watching.watch(cast.act("office worker"), cast.sources, catalogue)


def test_a_finished_design_that_the_new_version_forbids_is_reopened_with_the_rule(
    cast: Cast, stricter: OfficeCatalogue
) -> None:
    normal, covered = cast.finished_design("plain"), cast.finished_design("apply_renewable")
    assert look(cast, cast.catalogue).reopened == ()
    assert look(cast, stricter).reopened == (normal.reference,)
    assert look(cast, stricter).reopened == ()
    normal.refresh_from_db()
    covered.refresh_from_db()
    assert (normal.state, covered.state) == (DesignState.OPEN, DesignState.FINISHED)
    (reason,) = normal.reopened_because
    assert (reason["subject"], reason["source"]) == ("R9", "catalogue")
    assert reason["ja"] == "適用中のカタログ kansai-2015 2 では認められません: 防雨カバーに替えてください。"
    assert reason["en"].endswith("does not allow it: Use the cover against rain.")
    assert (covered.catalogue_version, normal.catalogue_version) == ("1", "1")
    designs.propose(cast.act(), stricter, normal, normal.version)
    assert designs.finish(cast.act(), cast.sources, stricter, normal, normal.version).ok
    assert (normal.catalogue_version, normal.combination["cover"]) == ("2", "CV-R")


def test_a_version_that_would_only_choose_otherwise_disturbs_nobody(cast: Cast, otherwise: OfficeCatalogue) -> None:
    design = cast.finished_design("plain")
    best = otherwise.choose(design.needs, design.installed)
    assert best.combination != design.combination  # type: ignore[union-attr]
    assert look(cast, otherwise).reopened == ()
    visit = workorders.PlannedVisit(cast.device, cast.now.date(), cast.now.replace(year=cast.now.year + 1))
    order = workorders.issue(cast.act(), cast.sources, otherwise, cast.sealer, design=design, visit=visit)
    assert watching.recheck(cast.act(), cast.sources, otherwise, order).revision.holds
    design.refresh_from_db()
    assert (design.state, design.catalogue_version) == (DesignState.ORDERED, "1")


def test_a_work_order_of_a_forbidden_design_is_called_off(cast: Cast, stricter: OfficeCatalogue) -> None:
    order = cast.order(cast.finished_design("plain"))
    assert look(cast, stricter).reopened == (order.design.reference,)
    order.refresh_from_db()
    assert order.state == WorkOrderState.CANCELLED
    assert not order.reserved.filter(released_at=None).exists()


def test_no_order_is_issued_or_printed_against_the_rules_of_the_day(cast: Cast, stricter: OfficeCatalogue) -> None:
    design, ordered = cast.finished_design("plain"), cast.order(cast.finished_design("workshop"))
    visit = workorders.PlannedVisit(cast.device, cast.now.date(), cast.now.replace(year=cast.now.year + 1))
    with pytest.raises(workorders.OrderRefused) as issued:
        workorders.issue(cast.act(), cast.sources, stricter, cast.sealer, design=design, visit=visit)
    with pytest.raises(workorders.OrderRefused) as printed:
        watching.recheck(cast.act(), cast.sources, stricter, ordered)
    for refused in (issued, printed):
        assert "防雨カバーに替えてください。" in refused.value.sentence[0]
        assert "kansai-2015 2, does not allow it" in refused.value.sentence[1]
    assert happened().count("DesignReopened") == 2
    assert happened().count("WorkOrderIssued") == 1


def test_a_silent_source_does_not_hide_what_the_catalogue_forbids(cast: Cast, stricter: OfficeCatalogue) -> None:
    design = cast.finished_design("plain")
    look(cast, cast.catalogue)
    cast.servers["distribution"].down()
    assert look(cast, stricter).reopened == (design.reference,)
    design.refresh_from_db()
    assert design.reopened_because[0]["subject"] == "R9"


def test_where_owners_have_feeds_an_edition_is_held_against_every_design_once(
    cast: Cast, stricter: OfficeCatalogue
) -> None:
    """No owner tells of a change, so nothing but the catalogue names a design: the one that it forbids."""
    normal, covered = cast.finished_design("plain"), cast.finished_design("apply_renewable")
    give_feeds(cast)
    assert look(cast, cast.catalogue).examined == (normal.reference, covered.reference)
    assert look(cast, cast.catalogue).examined == ()
    found = look(cast, stricter)
    assert (found.examined, found.reopened) == ((normal.reference,), (normal.reference,))
    assert WatchedSource.objects.get(source=watching.CATALOGUE).cursor == stricter.edition
    assert look(cast, stricter).examined == ()
