"""Diagnosis: the same words for a remote reading and one on site; and what a whole journey leaves behind."""

from __future__ import annotations

import pytest
from office_cast import ACTIVE, Cast
from office_engine import everything_kept

from keiki.office.delivery.models import Delivery
from keiki.office.remote.models import Disposition
from keiki.office.remote.services import CommandedMeter
from keiki.office.support import queries, services
from keiki.office.support.models import DiagnosisRun
from keiki.office.workorders import paper
from keiki.office.workorders import services as workorders
from keiki.office.workorders.results import record_visit
from keiki.protocols.relay.messages import CommandOutcome

POINT = "0612345678901234567890"
READINGS = {
    ACTIVE: "active",
    ("clear", "failure", "failure", "normal"): "hems_failure",
    ("clear", "clear", "failure", "normal"): "hems_unconnected",
    ("failure", "clear", "failure", "abnormality"): "abnormality",
    ("failure", "clear", "clear", "normal"): "inconsistent",
}


def asked(cast: Cast) -> DiagnosisRun:
    return services.ask(cast.act(), cast.sealer, CommandedMeter(POINT, "TCR1", ""))


@pytest.mark.parametrize("status", READINGS, ids=READINGS.get)
def test_a_remote_reading_is_said_in_the_paper_s_words(cast: Cast, status: tuple[str, str, str, str]) -> None:
    run = asked(cast)
    assert queries.latest(POINT) is None
    assert queries.awaited(POINT) == run
    assert run.command
    assert cast.receive(cast.answer(run.command, status=status)) is Disposition.APPLIED
    found = queries.latest(POINT)
    assert found == run
    described = queries.describe(found, "wireless")
    assert described["diagnosis"] == READINGS[status]
    assert described["how"] == "remote"
    assert [lamp["state"] for lamp in described["lamps"]] == list(status)
    assert described["message"]["ja"]
    assert described["message"]["en"]


def test_a_meter_that_route_a_does_not_reach_is_not_readable(cast: Cast) -> None:
    run = asked(cast)
    assert run.command
    cast.receive(cast.answer(run.command, CommandOutcome.UNREACHABLE, reason="no_answer"))
    found = queries.latest(POINT)
    assert found
    assert queries.describe(found, None)["diagnosis"] == "not_readable"


def test_a_refused_reading_finds_nothing(cast: Cast) -> None:
    run = asked(cast)
    assert run.command
    cast.receive(cast.answer(run.command, CommandOutcome.REFUSED, reason="expired"))
    assert queries.latest(POINT) is None


@pytest.mark.django_db(transaction=True)
def test_after_application_visit_letter_and_diagnosis_the_database_knows_no_name_or_address(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    order = cast.order(cast.finished_design())
    paper.sheet(cast.act(), cast.sources, cast.catalogue, cast.letterhead, order)
    workorders.printed(cast.act(), order)
    record_visit(cast.act(), cast.office, cast.visit(order))
    letter = Delivery.objects.get(channel="letter")
    cast.senders.letter.send(cast.act(), cast.vault, letter)
    stored = everything_kept().decode("utf-8", "replace")
    customer = cast.place("apply_renewable").customer
    for personal in (customer.name, customer.kana, customer.address, customer.postcode, customer.phone, customer.email):
        assert personal not in stored
    assert order.number in stored
