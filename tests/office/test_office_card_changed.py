"""Somebody changes a device's row in the database: nothing is sealed to the stranger, and the verification names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from office_cast import Cast

from keiki.office.audit import guards
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifying import verify_audit
from keiki.office.credentials.models import RouteBCredential
from keiki.office.keys import queries, requests, services
from keiki.office.keys.enrolled_cards import CardChanged, changed_cards
from keiki.office.keys.models import EnrolledDevice, KeyRequest
from keiki.office.remote.models import OutboxMessage, RemoteCommand
from keiki.office.remote.services import CommandedMeter, read_status, rewrite_password
from keiki.office.workorders import results
from keiki.office.workorders.models import WorkOrder
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.sealing.identity import Identity

pytestmark = pytest.mark.django_db
METER = CommandedMeter("0612345678901234567890", "TCR0000000042", "C-1")


def update(table: str, **columns: object) -> None:
    """One UPDATE of every row, past everything that Keiki does."""
    names = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {names}", list(columns.values()))


def put_stranger(role: str, name: str, *, with_key_id: bool) -> Identity:
    """Put a stranger's keys into the row of the enrolled device, under its own name."""
    stranger = Identity.generate(role, name)
    EnrolledDevice.objects.exclude(role=role).delete()
    update("keys_enrolleddevice", card=stranger.card.to_json())
    if with_key_id:
        update("keys_enrolleddevice", card=stranger.card.to_json(), key_id=stranger.card.key_id.hex())
    return stranger


def nothing_sealed() -> bool:
    return not (WorkOrder.objects.exists() or OutboxMessage.objects.exists() or RemoteCommand.objects.exists())


CONTROL_PATHS: dict[str, Callable[[Cast], object]] = {
    "a rewrite": lambda cast: rewrite_password(cast.act(), cast.sealer, METER),
    "a rewrite that nobody holds": lambda cast: rewrite_password(cast.act(), cast.sealer, METER, nobody_holds=True),
    "a reading": lambda cast: read_status(cast.act(), cast.sealer, METER),
}


@pytest.mark.parametrize("with_key_id", [False, True], ids=["card", "card and key id"])
@pytest.mark.parametrize("path", CONTROL_PATHS)
def test_nothing_is_sealed_to_a_strangers_agent(cast: Cast, path: str, with_key_id: bool) -> None:
    put_stranger("control", cast.control.card.name, with_key_id=with_key_id)
    with pytest.raises(CardChanged, match="tell the security officer"):
        CONTROL_PATHS[path](cast)
    assert nothing_sealed()
    assert not RouteBCredential.objects.exclude(state="born").exists()


@pytest.mark.parametrize("with_key_id", [False, True], ids=["card", "card and key id"])
def test_no_barcode_is_sealed_to_a_strangers_device(cast: Cast, with_key_id: bool) -> None:
    design = cast.finished_design()
    EnrolledDevice.objects.filter(role="control").delete()
    stranger = Identity.generate("handheld", cast.handheld.card.name)
    columns = {"card": stranger.card.to_json()} | ({"key_id": stranger.card.key_id.hex()} if with_key_id else {})
    update("keys_enrolleddevice", **columns)
    cast.device.refresh_from_db()
    with pytest.raises(CardChanged):
        cast.order(design)
    assert nothing_sealed()


def test_a_revoked_device_does_not_come_back_by_an_update(cast: Cast) -> None:
    design = cast.finished_design()
    services.revoke(cast.act(), cast.device.key_id, "stolen")
    update("keys_enrolleddevice", revoked_at=None)
    cast.device.refresh_from_db()
    with pytest.raises(CardChanged):
        cast.order(design)
    assert nothing_sealed()


def test_an_event_that_was_edited_with_the_row_vouches_for_nothing(cast: Cast) -> None:
    stranger = put_stranger("control", cast.control.card.name, with_key_id=False)
    guards.remove_guards(connection)
    with connection.cursor() as cursor:
        details = {"name": stranger.card.name, "role": "control", "fingerprint": stranger.card.fingerprint}
        cursor.execute(
            "UPDATE audit_auditevent SET details = %s WHERE happened = 'DeviceEnrolled'", [json.dumps(details)]
        )
    with pytest.raises(CardChanged):
        read_status(cast.act(), cast.sealer, METER)


def test_no_result_of_a_stranger_is_taken(cast: Cast) -> None:
    command = read_status(cast.act(), cast.sealer, METER)
    stranger = put_stranger("control", cast.control.card.name, with_key_id=False)
    for signer in (stranger, cast.control):
        with pytest.raises(CardChanged):
            cast.receive(cast.answer(command, CommandOutcome.SUCCEEDED, signer=signer))
    command.refresh_from_db()
    assert command.state == "queued"


def test_no_visit_of_a_stranger_is_taken(cast: Cast) -> None:
    issued = cast.order(cast.finished_design())
    stranger = Identity.generate("handheld", cast.handheld.card.name)
    EnrolledDevice.objects.filter(role="control").delete()
    update("keys_enrolleddevice", card=stranger.card.to_json())
    with pytest.raises(CardChanged):
        results.record_visit(cast.act(), cast.office, cast.visit(issued, signer=stranger))
    issued.refresh_from_db()
    assert issued.state != "done"


def test_the_verification_of_the_audit_names_what_changed(cast: Cast, tmp_path: Path) -> None:
    def damaged() -> list[str]:
        file = CheckpointFile(tmp_path / "checkpoints.jsonl")
        verdict = verify_audit(trusting([cast.office.card]), file, more=changed_cards())
        return [each.store for each in verdict.findings if each.damage == "card_changed"]

    assert damaged() == []
    services.revoke(cast.act(), cast.device.key_id, "lost")
    assert damaged() == []
    EnrolledDevice.objects.filter(role="handheld").update(revoked_at=None)
    assert damaged() == [f"{cast.device.name} ({cast.device.key_id})"]
    EnrolledDevice.objects.filter(role="handheld").delete()
    assert damaged() == [cast.device.reference]
    stranger = put_stranger("control", cast.control.card.name, with_key_id=True)
    assert f"{stranger.card.name} ({stranger.card.key_id.hex()})" in damaged()
    assert [each["changed"] for each in queries.devices()] == [True]


def test_a_request_whose_card_was_exchanged_is_not_approved(cast: Cast) -> None:
    card = Identity.generate("handheld", "HHD-12").card
    asked = requests.ask_to_enrol(cast.act("tanaka"), card.to_json(), "handheld", "second van")
    stranger = Identity.generate("handheld", "HHD-12").card
    KeyRequest.objects.filter(pk=asked.pk).update(card=stranger.to_json(), key_id=stranger.key_id.hex())
    asked.refresh_from_db()
    with pytest.raises(requests.KeyRefused, match="not the one that was asked for"):
        requests.approve(cast.act("suzuki", timedelta(minutes=1)), asked, requests.last_group(asked))
    assert not EnrolledDevice.objects.filter(name="HHD-12").exists()


def test_a_changed_device_can_be_revoked_and_enrolled_anew(cast: Cast) -> None:
    stranger = Identity.generate("handheld", cast.handheld.card.name)
    EnrolledDevice.objects.filter(role="handheld").update(card=stranger.card.to_json())
    with pytest.raises(CardChanged):
        services.enrol(cast.act(), cast.handheld.card.to_json(), "handheld")
    asked = requests.ask_to_revoke(cast.act("tanaka"), queries.handheld(cast.device.name), "changed in the database")
    requests.approve(cast.act("suzuki"), asked, requests.last_group(asked))
    again = services.enrol(
        cast.act(), Identity.generate("handheld", cast.handheld.card.name).card.to_json(), "handheld"
    )
    assert queries.handheld(cast.device.name) == again
    assert not queries.devices()[-1]["changed"]
