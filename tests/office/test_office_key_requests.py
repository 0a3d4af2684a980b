"""No key is enrolled or revoked by one person: who asks does not decide; who decides compared the fingerprint."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keiki.domain.lifecycle import IllegalTransition
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.commands.office import enrol, revoke
from keiki.office.config.folder import DataFolder
from keiki.office.config.wiring import OfficeServices
from keiki.office.keys import queries, requests
from keiki.office.keys.models import EnrolledDevice, KeyRequest
from keiki.office.keys.services import NotEnrolled
from keiki.office.users.models import RoleGrant, User
from keiki.protocols.sealing.identity import Identity

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ASKS, DECIDES = Act("tanaka", NOW), Act("suzuki", NOW + timedelta(minutes=5))
CARD = Identity.generate("handheld", "HHD-12").card.to_json()
pytestmark = pytest.mark.django_db


def asked() -> KeyRequest:
    return requests.ask_to_enrol(ASKS, CARD, "handheld", "new device for the second van")


def test_a_card_is_enrolled_only_when_another_person_approves() -> None:
    request = asked()
    with pytest.raises(requests.KeyRefused, match="nobody decides their own"):
        requests.approve(ASKS, request, requests.last_group(request))
    assert not EnrolledDevice.objects.exists()
    device = requests.approve(DECIDES, request, requests.last_group(request))
    assert queries.handheld("HHD-12") == device
    assert [event.happened for event in AuditEvent.objects.all()] == [
        "KeyRequestAsked",
        "KeyRequestApproved",
        "DeviceEnrolled",
    ]


@pytest.mark.parametrize("compared", ["", "0", "wrong"])
def test_a_fingerprint_that_was_not_compared_approves_nothing(compared: str) -> None:
    request = asked()
    with pytest.raises(requests.KeyRefused, match="fingerprint differs"):
        requests.approve(DECIDES, request, compared)
    request.refresh_from_db()
    assert (request.state, EnrolledDevice.objects.count()) == ("asked", 0)


def test_revoking_takes_two_as_well() -> None:
    request = asked()
    device = requests.approve(DECIDES, request, requests.last_group(request).upper())
    lost = requests.ask_to_revoke(DECIDES, device, "lost on a train")
    assert queries.handheld("HHD-12") == device
    with pytest.raises(requests.KeyRefused):
        requests.approve(DECIDES, lost, requests.last_group(lost))
    requests.approve(ASKS, lost, requests.last_group(lost))
    with pytest.raises(NotEnrolled):
        queries.handheld("HHD-12")
    with pytest.raises(NotEnrolled, match="revoked"):
        asked()


def test_a_request_is_decided_once_and_made_once() -> None:
    request = asked()
    with pytest.raises(requests.KeyRefused, match="asked for this card already"):
        asked()
    requests.reject(DECIDES, request, "nobody knows this device")
    with pytest.raises(IllegalTransition):
        requests.approve(DECIDES, request, requests.last_group(request))
    assert asked().state == "asked"


def test_only_who_asked_takes_a_request_back() -> None:
    request = asked()
    with pytest.raises(requests.KeyRefused, match="only who asked"):
        requests.withdraw(DECIDES, request)
    requests.withdraw(ASKS, request)
    assert request.state == "withdrawn"


def test_what_can_never_be_enrolled_is_refused_at_once() -> None:
    with pytest.raises(NotEnrolled):
        requests.ask_to_enrol(ASKS, CARD, "control", "wrong role")
    with pytest.raises(requests.KeyRefused, match="say why"):
        requests.ask_to_enrol(ASKS, CARD, "handheld", "  ")
    assert not KeyRequest.objects.exists()


def test_with_security_officers_the_command_line_asks_as_well(tmp_path: Path) -> None:
    office = OfficeServices(DataFolder(tmp_path))
    card = tmp_path / "card.json"
    card.write_text(CARD)
    wanted = Namespace(card=card, role="handheld", because="new device", by="operator")
    first = enrol(office, wanted).values
    assert EnrolledDevice.objects.get().key_id == first["key_id"]
    officer = User.objects.create(username="suzuki", name="鈴木")
    RoleGrant.objects.create(user=officer, role="security_officer", office="*", granted_by="x", granted_at=NOW)
    gone = Namespace(key_id=first["key_id"], because="lost", by="operator")
    assert revoke(office, gone).values["request"] == KeyRequest.objects.get().reference
    assert EnrolledDevice.objects.get().revoked_at is None
