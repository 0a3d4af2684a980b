"""A search of people's data is kept with who, why, what it found and showed; never what was typed of a person."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from office_cast import Cast

from keiki.bench.servers.servers import sources_text
from keiki.office.audit.lookups import search
from keiki.office.audit.models import AuditEvent
from keiki.office.commands.session import converse
from keiki.office.config.folder import DataFolder
from keiki.office.config.wiring import OfficeServices
from keiki.office.sources import SearchKind, SearchRefused


def kept() -> tuple[AuditEvent, dict[str, Any]]:
    event = AuditEvent.objects.get(happened="SupplyPointsSearched")
    return event, event.details


def test_a_search_by_address_is_kept_without_the_address(cast: Cast) -> None:
    place = cast.place("apply_renewable")
    found = search(cast.act("鈴木"), cast.sources, SearchKind.ADDRESS, f" {place.customer.address} ", "a letter came")
    assert [hit.point.number for hit in found.hits] == [place.supply_point]
    event, details = kept()
    assert (event.by, event.supply_point) == ("鈴木", place.supply_point)
    assert details == {
        "why": "a letter came",
        "kind": "address",
        "length": len(place.customer.address),
        "hits": 1,
        "more": False,
        "points": [place.supply_point],
        "shown": ["name", "address"],
        "unavailable": [],
    }


def test_a_search_by_customer_number_is_kept_without_the_number(cast: Cast) -> None:
    number = cast.place("plain").customer.number
    search(cast.act(), cast.sources, SearchKind.CUSTOMER_NUMBER, number, "the customer called")
    event, details = kept()
    assert number not in json.dumps(details) + event.subject
    assert details["length"] == len(number)
    assert details["points"] == [cast.place("plain").supply_point]


def test_a_serial_number_is_kept_only_where_it_was_one(cast: Cast) -> None:
    serial = cast.place("plain").installed.communication_serial
    search(cast.act(), cast.sources, SearchKind.SERIAL, serial.lower(), "a unit came back")
    _, details = kept()
    assert details["wanted"] == serial
    assert details["shown"] == []
    search(cast.act(), cast.sources, SearchKind.SERIAL, "山田 太郎", "typed into the wrong box")
    assert "山田" not in json.dumps(list(AuditEvent.objects.values_list("details", flat=True)), ensure_ascii=False)


def test_a_search_that_was_not_answered_is_kept_and_one_that_was_not_made_is_not(cast: Cast) -> None:
    cast.servers["customer"].down()
    found = search(cast.act(), cast.sources, SearchKind.ADDRESS, "青瀬町3丁目", "the customer called")
    assert found.unavailable
    with pytest.raises(SearchRefused):
        search(cast.act(), cast.sources, SearchKind.ADDRESS, "青", "the customer called")
    event, details = kept()
    assert event.supply_point == ""
    assert (details["hits"], details["unavailable"]) == (0, ["customer"])


def test_several_points_that_were_shown_are_all_kept(cast: Cast) -> None:
    town = cast.place("plain").customer.address[:6]
    found = search(cast.act(), cast.sources, SearchKind.ADDRESS, town, "an outage", most=2)
    event, details = kept()
    assert event.supply_point == ""
    assert (details["hits"], details["more"]) == (2, True)
    assert details["points"] == [hit.point.number for hit in found.hits]


@pytest.mark.django_db(transaction=True)
def test_an_operator_searches_without_an_address_among_the_arguments(committed_cast: Cast, tmp_path: Path) -> None:
    cast, place = committed_cast, committed_cast.place("apply_renewable")
    (tmp_path / "settings.toml").write_text(f'[office]\nsources = "{cast.servers.sources_file}"\n')
    (cast.servers.sources_file).write_text(sources_text(cast.servers.folder), encoding="utf-8")
    out = io.StringIO()
    asked = {"command": ["search", "--by", "address", "--because", "a letter came"], "typed": place.customer.address}
    down = {"command": ["search", "--by", "serial", "--because", "a letter came"], "typed": "TCR1"}
    cast.servers["construction"].down()
    converse(
        OfficeServices(DataFolder(tmp_path)), "sato", io.StringIO(f"{json.dumps(asked)}\n{json.dumps(down)}\n"), out
    )
    found, silent = map(json.loads, out.getvalue().splitlines())
    hit = {"supply_point": place.supply_point, "name": "髙○　○○", "office": "hokusetsu"}
    assert found["code"] == 0
    assert found["answer"]["hits"] == [{**hit, "address": found["answer"]["hits"][0]["address"]}]
    assert place.customer.address not in out.getvalue()
    assert (silent["code"], silent["answer"]["code"]) == (1, "owner_silent")
    assert silent["answer"]["owner"]["ja"] == "計器工事実績"
