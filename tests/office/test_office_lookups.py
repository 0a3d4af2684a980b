"""Every look-up of a supply point is kept with who, why and what was shown; of people Keiki keeps nothing."""

from __future__ import annotations

import json

import pytest
from office_cast import Cast, happened
from office_engine import everything_kept

from keiki.bench.town.draw import draw_town
from keiki.bench.town.place import TownCustomer
from keiki.domain.linkage.masking import masked
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up, read_contact
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.sources import SourceUnavailableError
from keiki.office.workorders import paper, watching


def test_a_look_up_is_kept_with_who_why_and_what_was_shown_but_no_value(cast: Cast) -> None:
    place = cast.place("plain")
    cast.servers["supervisory"].down()
    look_up(cast.act("鈴木"), cast.sources, SupplyPoint(place.supply_point), "the customer called")
    event = AuditEvent.objects.latest("id")
    assert (event.by, event.happened, event.supply_point) == ("鈴木", "SupplyPointLookedUp", place.supply_point)
    assert event.details["why"] == "the customer called"
    assert event.details["unavailable"] == ["supervisory"]
    assert event.details["shown"]["supervisory"] == []
    assert {"phase", "capacity"} <= set(event.details["shown"]["customer"])
    assert place.installed.communication_serial not in json.dumps(event.details)


def test_a_look_at_a_customer_is_kept_even_where_it_failed(cast: Cast) -> None:
    point = SupplyPoint(cast.place("plain").supply_point)
    fact = cast.sources.link(point, cast.now).only("contract_number")
    assert fact
    number = str(fact.value)
    read_contact(cast.act(), cast.sources, point, number, "letter", shown=("name",))
    cast.servers["customer"].down()
    with pytest.raises(SourceUnavailableError):
        read_contact(cast.act(), cast.sources, point, number, "letter", shown=("name",))
    assert [event.details["shown"] for event in AuditEvent.objects.filter(happened="CustomerDataRead")] == [
        ["name"],
        [],
    ]


def test_every_step_of_the_main_job_keeps_its_look_ups(cast: Cast) -> None:
    order = cast.order(cast.finished_design("plain"))
    found = watching.recheck(cast.act(), cast.sources, cast.catalogue, order)
    paper.sheet(cast.act(), cast.sources, cast.catalogue, cast.letterhead, order, linked=found.linked)
    looked = AuditEvent.objects.filter(happened__in=["SupplyPointLookedUp", "CustomerDataRead"])
    assert [event.details["why"] for event in looked] == [
        "application checked",
        "applicant checked",
        "design opened",
        "design opened",
        f"gate of {order.design.reference}",
        "design finished",
        f"work order of {order.design.reference}",
        "work order issued",
        f"{order.number} printed",
        "work order printed",
    ]
    watching.watch(cast.act("office worker"), cast.sources, cast.catalogue)
    assert happened()[-1] == "DesignsWatched"
    assert AuditEvent.objects.get(happened="DesignsWatched").details["designs"] == [order.design.reference]


@pytest.mark.django_db(transaction=True)
def test_after_a_whole_towns_designs_the_office_holds_nobodys_name_or_address(committed_cast: Cast) -> None:
    """The canary: applications, designs and watch for all; then every byte of the office's database."""
    cast = committed_cast
    for place in cast.town:
        who = contract_services.Applicant(place.customer.name, "wireless")
        contract = contract_services.apply(cast.act(), cast.sources, SupplyPoint(place.supply_point), who)
        cast.decide(contract)
        if contract.state != "designing":
            continue
        design = designs.open_design(cast.act(), cast.sources, cast.catalogue, contract)
        try:
            designs.propose(cast.act(), cast.catalogue, design, design.version)
        except designs.NothingFits:
            continue
        designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    watching.watch(cast.act("office worker"), cast.sources, cast.catalogue)
    assert ServiceContract.objects.count() == len(cast.town)
    held = everything_kept()
    people = [personal for place in draw_town(1) for personal in _personal(place.customer)]
    assert len(people) > 150
    written = {personal: (personal.encode(), json.dumps(personal)[1:-1].encode()) for personal in people}
    assert not [personal for personal, forms in written.items() if any(form in held for form in forms)]
    assert cast.town[0].supply_point.encode() in held, "the canary looks where the office writes"


def _personal(customer: TownCustomer) -> list[str]:
    values = [str(getattr(customer, part)) for part in ("number", "name", "kana", "address", "phone", "email")]
    return [value for value in values if value] + [customer.name.replace("　", "").replace(" ", "")]


def test_lists_show_masked_data() -> None:
    shown = masked(
        {
            "name": "髙橋　一郎",
            "kana": "タカハシ　イチロウ",
            "address": "大阪府豊中市東豊中町一丁目2-3",
            "postcode": "560-0003",
            "phone": "06-6123-4567",
            "email": "ichiro.takahashi@example.jp",
            "customer_number": "123456789-0",
        }
    )
    assert shown == {
        "name": "髙○　○○",
        "kana": "タ○○○　○○○○",
        "address": "大阪府豊中市＊＊＊",
        "postcode": "999-9999",
        "phone": "***-4567",
        "email": "i***@example.jp",
        "customer_number": "999999999-9",
    }
    assert masked({"address": "x", "email": "x", "phone": "1"}) == {"address": "＊＊＊", "email": "***", "phone": "***"}
