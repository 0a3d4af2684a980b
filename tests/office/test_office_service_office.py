"""Which service office each row belongs to: told by the records at the application, and passed down from there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from office_cast import Cast
from office_engine import POSTGRESQL

from keiki.bench.servers.writing import hyphenated
from keiki.domain.supply_point import SupplyPoint
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.queries import describe as describe_contract
from keiki.office.designs.models import Design
from keiki.office.designs.queries import describe as describe_design
from keiki.office.remote.models import RemoteCommand
from keiki.office.remote.queries import describe as describe_command
from keiki.office.support import queries as support
from keiki.office.support import services as diagnosis
from keiki.office.support.models import DiagnosisRun
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.queries import describe as describe_order
from keiki.office.workorders.results import record_visit
from keiki.office.workorders.watching import watch

ACTIVE = ("clear", "clear", "clear", "normal")


def move(cast: Cast, name: str, code: str) -> None:
    """Let the customer information system say that another office serves the place."""
    with cast.servers["customer"].transaction() as server:
        key = hyphenated(cast.place(name).supply_point)
        server.execute("UPDATE KEIYAKU_M SET EIGYOSYO_CD = ? WHERE KYOKYU_CHITEN_NO = ?", (code, key))


@pytest.mark.parametrize(("code", "office"), [("H1", "hokusetsu"), ("H2", "senshu")])
def test_contract_design_order_and_the_visits_reading_belong_to_the_places_office(
    cast: Cast, code: str, office: str
) -> None:
    move(cast, "apply_renewable", code)
    design = cast.finished_design()
    order = cast.order(design)
    workorders.printed(cast.act(), order)
    record_visit(cast.act(), cast.office, cast.visit(order))
    assert describe_contract(design.contract)["office"] == office
    assert describe_design(design)["office"] == office
    assert describe_order(order)["office"] == office
    assert [run.office for run in DiagnosisRun.objects.all()] == [office]


def test_remote_commands_and_readings_belong_to_the_contracts_office(cast: Cast) -> None:
    move(cast, "already_wireless", "H2")
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    contract.refresh_from_db()
    lost = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert describe_command(command)["office"] == describe_command(lost)["office"] == "senshu"
    meter = contract_services.meter_at(contract.supply_point)
    assert meter
    run = diagnosis.ask(cast.act(), cast.sealer, meter)
    assert run.command
    assert run.command.office == "senshu"
    cast.receive(cast.answer(run.command, status=ACTIVE))
    run.refresh_from_db()
    assert support.describe(run, None)["office"] == "senshu"


def test_an_application_that_is_rejected_has_an_office_too(cast: Cast) -> None:
    assert cast.apply("plain", applicant="別人 太郎").office == "hokusetsu"


def test_an_office_that_nobody_names_or_that_cannot_be_read_is_left_empty(cast: Cast) -> None:
    move(cast, "plain", "??")
    assert cast.apply("plain").office == ""
    linked = cast.sources.link(SupplyPoint(cast.place("plain").supply_point), cast.now)
    assert [reject.terms for reject in linked.answer("customer").rejects] == [("service_office",)]


def test_a_boundary_reform_disturbs_no_design_and_moves_no_row(cast: Cast) -> None:
    design = cast.finished_design()
    order = cast.order(design)
    move(cast, "apply_renewable", "H2")
    done = watch(cast.act(), cast.sources, cast.catalogue, everything=True)
    assert done.examined == (design.reference,)
    assert done.reopened == ()
    for row in (design, order, design.contract):
        row.refresh_from_db()
        assert row.office == "hokusetsu"


LISTS: dict[str, QuerySet[Any]] = {
    "design_office_state": Design.objects.filter(office="senshu", state="open").order_by("-id"),
    "order_office_state": WorkOrder.objects.filter(office="senshu", state="issued").order_by("visit_date"),
    "contract_office_state": ServiceContract.objects.filter(office="senshu", state="checked").order_by("-id"),
    "command_office_state": RemoteCommand.objects.filter(office="senshu", state="queued").order_by("-id"),
    "diagnosis_office": DiagnosisRun.objects.filter(office="senshu").order_by("-id"),
}


@pytest.mark.parametrize("index", LISTS)
def test_a_list_of_an_offices_rows_is_found_and_ordered_by_its_index(db: None, index: str) -> None:
    if POSTGRESQL:  # it reads small tables whole and sorts them
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = LISTS[index].explain()
    assert index in plan or (POSTGRESQL and "Index Scan" in plan)  # of an empty table any index is as good, either way
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
