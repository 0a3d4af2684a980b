"""Every rule: what breaks it, what does not, and that no rule speaks where it cannot know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from keiki.domain.linkage.contradictions import RULES, ContradictionWeight, find_contradictions
from keiki.domain.linkage.record import LinkedRecord, Records, Unavailable
from keiki.domain.linkage.shared_units import SharedUnit, SharedUnits
from keiki.domain.supply_point import SupplyPoint

Build = Callable[..., LinkedRecord]
LEDGER = ("工事記録", "construction records")
OTHER = SupplyPoint("06" + "2" * 20)
TWO_WAY = {"metering_two_way": True, "communication_two_way": True}
BROKEN = {
    "two-current-contracts": {"customer": [{}, {"contract_number": "K2"}]},
    "two-current-rows": {"distribution": [{}, {"medium": "plc"}]},
    "read-after-move-out": {"customer": {"moved_out": date(2026, 11, 1)}},
    "serial-differs": {"supervisory": {"seen_communication_serial": "TCR2"}},
    "unit-at-two-points": {"shared": SharedUnits((SharedUnit("metering_serial", "TMS1", LEDGER, OTHER),))},
    "units-unlike-contract": {"customer": {"capacity": 120}},
    "one-way-unit-with-two-way-unit": {"construction": {"metering_two_way": True}},
    "route-b-halves": {"construction": {"communication_route_b": "wireless"}},
    "contract-changed-since": {"customer": {"phase": "1P2W", "contract_since": date(2026, 1, 1)}},
    "one-way-for-renewable": {"customer": {"renewable": True}},
    "medium-unlike-place": {"distribution": {"medium": "plc"}},
}
AT_PEACE = {
    "nothing odd": {},
    "another contract followed a move-out": {
        "customer": [{"moved_out": date(2026, 11, 1)}, {"contract_number": "K2"}],
    },
    "moved out today, read before": {
        "customer": {"moved_out": date(2026, 11, 23)},
        "supervisory": {"last_reading": datetime(2026, 11, 20, tzinfo=UTC)},
    },
    "read in the night of the move-out day in Japan": {
        "customer": {"moved_out": date(2026, 11, 20)},
        "supervisory": {"last_reading": datetime(2026, 11, 20, 14, 59, tzinfo=UTC)},
    },
    "moves out next week": {"customer": {"moved_out": date(2026, 11, 30)}},
    "renewable with two-way units": {"customer": {"renewable": True}, "construction": TWO_WAY},
    "both units serve route B": {"construction": {"communication_route_b": "plc", "metering_route_b": True}},
    "a source is silent": {"supervisory": Unavailable(datetime(2026, 11, 23, tzinfo=UTC), ("", ""))},
    "a source does not know the point": {"construction": Records(())},
    "a serial could not be read": {"supervisory": {"seen_communication_serial": ...}},
    "another point has a unit that hung here before": {
        "shared": SharedUnits((SharedUnit("communication_serial", "TCR0", LEDGER, OTHER),)),
    },
    "never read": {"supervisory": {"last_reading": None}, "customer": {"moved_out": date(2026, 11, 1)}},
}


def test_every_rule_has_a_case_an_id_of_its_own_and_two_languages() -> None:
    assert {rule.id for rule in RULES} == set(BROKEN)
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.ja.endswith("。") and rule.en.endswith(".") for rule in RULES)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_finds_its_contradiction_and_no_other_does(build: Build, rule: str) -> None:
    (found,) = find_contradictions(build(**BROKEN[rule]))
    assert found.rule == rule
    assert found.facts
    assert all(found.message)
    assert len(set(found.sources)) == len(found.sources)


@pytest.mark.parametrize("changes", AT_PEACE.values(), ids=list(AT_PEACE))
def test_what_is_no_contradiction(build: Build, changes: dict[str, object]) -> None:
    assert find_contradictions(build(**changes)) == ()


def test_two_contracts_are_shown_by_their_numbers(build: Build) -> None:
    (found,) = find_contradictions(build(**BROKEN["two-current-contracts"]))
    assert {fact.name for fact in found.facts} == {"contract_number"}
    assert "K2" in {fact.value for fact in found.facts}


def test_two_contracts_are_found_even_where_one_number_was_not_readable(build: Build) -> None:
    found = find_contradictions(build(customer=[{}, {"contract_number": ...}]))
    assert [each.rule for each in found] == ["two-current-contracts"]
    assert len(found[0].facts) == 2


def test_needs_are_notes_and_errors_of_records_block() -> None:
    notes = {rule.id for rule in RULES if rule.weight is ContradictionWeight.NOTE}
    assert notes == {"contract-changed-since", "one-way-for-renewable", "medium-unlike-place"}


def test_a_contract_as_old_as_the_installation_explains_nothing(build: Build) -> None:
    found = find_contradictions(build(customer={"capacity": 30, "contract_since": date(2020, 5, 1)}))
    assert [each.rule for each in found] == ["units-unlike-contract"]


def test_a_day_that_is_no_day_is_a_fault_of_the_mapping_and_named(build: Build) -> None:
    with pytest.raises(TypeError, match="'contract_since' is a date"):
        find_contradictions(build(customer={"capacity": 30, "contract_since": "2015-04-01"}))


def test_a_rules_weight_is_written_out_as_files_and_screens_have_it() -> None:
    """Against a list written by hand: bulk results carry these very words."""
    assert {rule.id: rule.weight.value for rule in RULES} == {
        "two-current-contracts": "blocks",
        "two-current-rows": "blocks",
        "read-after-move-out": "blocks",
        "serial-differs": "blocks",
        "units-unlike-contract": "blocks",
        "one-way-unit-with-two-way-unit": "blocks",
        "route-b-halves": "blocks",
        "contract-changed-since": "note",
        "unit-at-two-points": "blocks",
        "one-way-for-renewable": "note",
        "medium-unlike-place": "note",
    }


def test_a_unit_at_two_points_is_named_with_the_other_point(build: Build) -> None:
    (found,) = find_contradictions(build(**BROKEN["unit-at-two-points"]))
    assert all("TMS1" in words and OTHER.number in words for words in found.message)
    assert [fact.name for fact in found.facts] == ["metering_serial"]


@pytest.mark.parametrize(("office", "said"), [("senshu", "senshu"), ("", "not known")])
def test_a_point_of_another_service_office_is_told_without_its_number(build: Build, office: str, said: str) -> None:
    shared = SharedUnits((SharedUnit("communication_serial", "TCR1", LEDGER, None, office),))
    (found,) = find_contradictions(build(shared=shared))
    assert "TCR1" in found.message[1]
    assert said in found.message[1]
