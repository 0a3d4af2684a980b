"""Work orders: reserving, recording, and everything that may happen between office and wall."""

from __future__ import annotations

from argparse import Namespace
from datetime import timedelta
from pathlib import Path

import pytest
from office_cast import Cast, happened

from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.commands.visits import order_print
from keiki.office.delivery.models import Delivery
from keiki.office.keys import services as key_services
from keiki.office.support.models import DiagnosisRun
from keiki.office.support.queries import describe as describe_run
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import FollowUp, ReservedUnit, WorkOrder
from keiki.office.workorders.results import RecordingEffect, record_visit
from keiki.office.workorders.services import _free_serial as free_serial
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.sealing.credential import open_credential
from keiki.protocols.sealing.errors import BadSignature, NotForThisRecipient
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose


@pytest.fixture
def order(cast: Cast) -> WorkOrder:
    order = cast.order(cast.finished_design())
    workorders.printed(cast.act(), order)
    return order


def states(order: WorkOrder) -> tuple[str, str, str, str]:
    order = WorkOrder.objects.get(pk=order.pk)
    return (order.state, order.design.state, order.design.contract.state, order.credential.state)


def test_issuing_reserves_serials_of_the_depot_and_takes_design_and_contract_along(
    cast: Cast, order: WorkOrder
) -> None:
    assert states(order) == ("printed", "ordered", "setting", "issued")
    reserved = {each.slot: each for each in ReservedUnit.objects.filter(work_order=order)}
    assert set(reserved) == {"communication", "metering"}
    for each in reserved.values():
        assert each.serial in cast.sources.serials(each.depot, each.unit)
    assert order.credential.communication_unit == reserved["communication"].serial


def test_the_envelope_opens_for_the_device_and_the_new_communication_unit_only(cast: Cast, order: WorkOrder) -> None:
    unit, now = order.credential.communication_unit, int(cast.now.timestamp())
    envelope = bytes(order.envelope)

    def open_(reader: Identity) -> object:
        return open_credential(
            envelope,
            reader,
            cast.office.card,
            now,
            purpose=SealingPurpose.BARCODE,
            communication_unit=unit,
            supply_point=order.supply_point,
        )

    assert open_(cast.handheld)
    with pytest.raises(NotForThisRecipient):
        open_(Identity.generate("handheld", "other"))


def test_two_orders_never_reserve_the_same_unit(cast: Cast) -> None:
    """Three neighbours of one depot: each order has its own serial numbers, or is refused for lack of stock."""
    for name in ("plain", "apply_renewable", "contract_grew"):
        design = cast.finished_design(name)
        design.depot = "D03"
        design.save(update_fields=["depot"])
        cast.order(design)
    serials = list(ReservedUnit.objects.values_list("serial", flat=True))
    assert len(serials) == len(set(serials)) == 6


def test_an_empty_shelf_refuses_the_order_and_keeps_nothing_of_it(cast: Cast) -> None:
    design = cast.finished_design("plain")
    design.depot = "D99"
    design.save(update_fields=["depot"])
    with pytest.raises(workorders.OrderRefused, match="has no"):
        cast.order(design)
    design.refresh_from_db()
    assert design.state == "finished"
    assert not WorkOrder.objects.exists()
    assert "CredentialBorn" not in happened()


def test_a_recorded_success_proves_confirms_schedules_and_opens_the_follow_up(cast: Cast, order: WorkOrder) -> None:
    _, recorded = record_visit(cast.act(), cast.office, cast.visit(order))
    assert recorded is RecordingEffect.DONE
    assert states(order) == ("done", "built", "confirmed", "proved")
    assert Delivery.objects.count() == 2
    assert FollowUp.objects.get().task == "book_installed_units"
    run = DiagnosisRun.objects.get()
    assert describe_run(run, "wireless")["message"]["ja"] == "OK：HEMSと接続中"
    assert run.how == "on_site"


def test_the_same_result_again_changes_nothing_however_it_comes(cast: Cast, order: WorkOrder) -> None:
    data = cast.visit(order, message_id=b"m" * 16)
    record_visit(cast.act(), cast.office, data)
    before = (states(order), happened(), Delivery.objects.count(), DiagnosisRun.objects.count())
    for again in (data, cast.visit(order, message_id=b"m" * 16), cast.visit(order)):
        assert record_visit(cast.act(), cast.office, again)[1] is RecordingEffect.REPEATED
    assert (states(order), happened(), Delivery.objects.count(), DiagnosisRun.objects.count()) == before


def test_a_result_without_number_is_found_by_unit_and_generation(cast: Cast, order: WorkOrder) -> None:
    found, recorded = record_visit(cast.act(), cast.office, cast.visit(order, number="UNSTATED"))
    assert (found, recorded) == (order, RecordingEffect.DONE)


@pytest.mark.parametrize("number", ["UNSTATED", None])
def test_a_unit_is_the_same_one_however_the_meter_spells_its_serial_number(
    cast: Cast, order: WorkOrder, number: str | None
) -> None:
    stated = order.credential.communication_unit
    spelt = f"{stated[:3]}-{stated[3:]}"
    found, recorded = record_visit(cast.act(), cast.office, cast.visit(order, number=number, unit=spelt))
    assert (found, recorded) == (order, RecordingEffect.DONE)
    assert FollowUp.objects.get().task == "book_installed_units"


def test_a_unit_that_is_reserved_in_another_spelling_is_not_given_again(cast: Cast, order: WorkOrder) -> None:
    for each in ReservedUnit.objects.filter(work_order=order):
        ReservedUnit.objects.filter(pk=each.pk).update(serial=f"{each.serial[:2].lower()}-{each.serial[2:]}")
        assert free_serial(cast.sources, each.depot, each.unit) != each.serial
        assert free_serial(cast.sources, each.depot, each.unit) in cast.sources.serials(each.depot, each.unit)


@pytest.mark.parametrize("planted", ["order.pdf", "order.pdf.new"])
def test_a_link_where_an_order_is_printed_leads_nowhere(
    cast: Cast, order: WorkOrder, tmp_path: Path, planted: str
) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "order.pdf"
    elsewhere.write_text("somebody's file")
    (tmp_path / planted).symlink_to(elsewhere)
    order_print(cast, Namespace(number=order.number, by="佐藤", out=str(out)))  # type: ignore[arg-type] # as an office
    assert elsewhere.read_text() == "somebody's file"
    assert out.read_bytes().startswith(b"%PDF")
    assert not out.is_symlink()


def test_a_failed_visit_gives_the_units_back_and_reopens_the_design(cast: Cast, order: WorkOrder) -> None:
    data = cast.visit(order, CommandOutcome.REFUSED, reason="not_for_this_meter")
    assert record_visit(cast.act(), cast.office, data)[1] is RecordingEffect.FAILED
    assert states(order) == ("failed", "open", "designing", "issued")
    assert not ReservedUnit.objects.filter(released_at=None).exists()
    assert FollowUp.objects.get().task == "look_at_failed_visit"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("cancelled", [False, True])
def test_another_failed_visit_of_the_same_order_is_kept_and_loses_nothing(
    cast: Cast, order: WorkOrder, cancelled: bool
) -> None:
    if cancelled:
        workorders.cancel(cast.act(), order, "the customer asked")
    else:
        record_visit(cast.act(), cast.office, cast.visit(order, CommandOutcome.UNREACHABLE, reason="port"))
    before = states(order)
    again = cast.visit(order, CommandOutcome.REFUSED, reason="not_for_this_meter")
    assert record_visit(cast.act(), cast.office, again)[1] is RecordingEffect.FAILED
    assert states(order) == before
    assert happened().count("VisitFailedAgain") == 1
    assert record_visit(cast.act(), cast.office, again)[1] is RecordingEffect.REPEATED
    assert happened().count("VisitFailedAgain") == 1


def test_a_success_after_a_failure_or_a_cancellation_counts(cast: Cast, order: WorkOrder) -> None:
    record_visit(cast.act(), cast.office, cast.visit(order, CommandOutcome.UNREACHABLE, reason="port"))
    assert record_visit(cast.act(), cast.office, cast.visit(order))[1] is RecordingEffect.DONE
    assert states(order) == ("done", "withdrawn", "confirmed", "proved")


def test_work_done_before_the_cancellation_reached_the_van_counts(cast: Cast, order: WorkOrder) -> None:
    workorders.cancel(cast.act(), order, "the customer asked")
    assert states(order) == ("cancelled", "open", "designing", "discarded")
    record_visit(cast.act(), cast.office, cast.visit(order))
    assert states(order) == ("done", "withdrawn", "confirmed", "proved")
    assert Delivery.objects.count() == 2


def test_a_second_order_for_the_same_design_has_the_next_generation(cast: Cast, order: WorkOrder) -> None:
    record_visit(cast.act(), cast.office, cast.visit(order, CommandOutcome.REFUSED, reason="expired"))
    design = type(order.design).objects.get(pk=order.design_id)
    from keiki.office.designs import services as designs

    designs.choose(cast.act(), cast.catalogue, design, [], design.version)
    assert designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version).ok
    second = cast.order(design)
    assert second.number == "W-000001-2".replace("000001", f"{design.pk:06d}")
    assert second.credential.generation == 2


def test_a_result_of_another_device_a_stranger_or_a_revoked_one_is_refused(cast: Cast, order: WorkOrder) -> None:
    other = Identity.generate("handheld", "HHD-08")
    with pytest.raises(BadSignature):
        record_visit(cast.act(), cast.office, cast.visit(order, signer=other))
    key_services.enrol(cast.act(), other.card.to_json(), "handheld")
    with pytest.raises(workorders.OrderRefused):
        record_visit(cast.act(), cast.office, cast.visit(order, signer=other))
    data = cast.visit(order)
    key_services.revoke(cast.act(), cast.handheld.card.key_id.hex(), "lost on the road")
    with pytest.raises(BadSignature):
        record_visit(cast.act(), cast.office, data)
    assert states(order)[0] == WorkOrderState.PRINTED


def test_a_day_that_is_over_and_a_design_that_is_not_finished_get_no_order(cast: Cast) -> None:
    design = cast.finished_design("plain")
    gone = workorders.PlannedVisit(cast.device, cast.now.date(), cast.now - timedelta(days=1))
    with pytest.raises(workorders.OrderRefused):
        workorders.issue(cast.act(), cast.sources, cast.catalogue, cast.sealer, design=design, visit=gone)
    cast.order(design)
    with pytest.raises(IllegalTransition):
        cast.order(design)
    assert CredentialState.BORN not in set(WorkOrder.objects.values_list("credential__state", flat=True))


def test_a_success_for_a_design_that_was_withdrawn_meanwhile_counts_and_leaves_it_withdrawn(
    cast: Cast, order: WorkOrder
) -> None:
    from keiki.office.designs import services as designs
    from keiki.office.designs.models import Design

    workorders.cancel(cast.act(), order, "the customer asked")
    designs.withdraw(cast.act(), Design.objects.get(pk=order.design_id), "no visit after all")
    assert record_visit(cast.act(), cast.office, cast.visit(order))[1] is RecordingEffect.DONE
    assert states(order) == ("done", "withdrawn", "confirmed", "proved")
    assert happened().count("DesignWithdrawn") == 1
