"""The table of health: what an operator sees of sources that are well, dead, old, or hold unknown codes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.bench.servers.servers import NAMES, Servers
from keiki.bench.town.place import Place
from keiki.office.sources import Sources
from keiki.office.sources.configuration import read_configuration
from keiki.office.sources.health import Health, check_sources


def health(sources: Sources, now: datetime, limit: float = 5.0) -> dict[str, Health]:
    return {found.source: found for found in check_sources(sources.configuration, now, limit)}


def test_five_healthy_sources(sources: Sources, asked_at: datetime) -> None:
    found = health(sources, asked_at)
    assert list(found) == list(NAMES)
    for each in found.values():
        assert each.well, each
        assert each.rows == each.read == 30
        assert each.newest is not None
        assert each.newest < asked_at


def test_a_dead_and_a_slow_source(sources: Sources, servers: Servers, asked_at: datetime) -> None:
    servers["customer"].down()
    servers["supervisory"].slow()
    found = health(sources, asked_at, limit=0.5)
    assert [name for name, each in found.items() if not each.reachable] == ["customer", "supervisory"]
    assert "within 0.5 s" in found["supervisory"].reason[1]
    assert not found["customer"].well


def test_unknown_codes_are_counted_by_shape(
    sources: Sources, servers: Servers, drawn: tuple[Place, ...], asked_at: datetime
) -> None:
    for place in drawn[:3]:
        Misbehaviour(servers).unknown_code(place.supply_point, "construction")
    found = health(sources, asked_at)["construction"]
    assert [(each.column, each.masked, each.rows) for each in found.findings] == [("通信型式", "AAA-999", 3)]
    assert "AAA-999" in found.findings[0].example[1]
    assert not found.well


@pytest.mark.parametrize(("later", "field"), [(timedelta(days=4), "stale"), (timedelta(days=-4), "ahead")])
def test_old_rows_and_rows_from_the_future(sources: Sources, asked_at: datetime, later: timedelta, field: str) -> None:
    assert all(getattr(each, field) == 30 for each in health(sources, asked_at + later).values())


def test_a_source_that_may_not_be_surveyed_is_only_reached(servers: Servers, asked_at: datetime) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith('survey = "SELECT kyokyu')]
    found = {each.source: each for each in check_sources(read_configuration("\n".join(lines)), asked_at)}
    assert found["allocation"].reachable
    assert found["allocation"].rows == 0
    assert "no survey" in found["allocation"].reason[1]
