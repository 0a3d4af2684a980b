"""Find enrolled devices and their cards."""

from __future__ import annotations

from typing import Any

from keiki.domain.keys.lifecycle import KeyRequestState
from keiki.protocols.sealing.identity import IdentityCard

from .enrolled_cards import card_of, fingerprint_of, is_changed
from .models import DeviceRole, EnrolledDevice, KeyRequest
from .services import NotEnrolled, unknown_key


def handheld(name: str) -> EnrolledDevice:
    """Return the enrolled hand-held device of that name."""
    device = EnrolledDevice.objects.filter(role=DeviceRole.HANDHELD, name=name, revoked_at=None).first()
    if device is None:
        raise NotEnrolled(
            f"ハンディ端末「{name}」は登録されていません。カードを登録するか、一覧から選んでください",
            f"no hand-held device named {name!r} is enrolled: enrol its card, or choose one of the list",
        )
    return device


def handhelds() -> list[str]:
    """Return the names of the hand-held devices that may be sealed to."""
    found = EnrolledDevice.objects.filter(role=DeviceRole.HANDHELD, revoked_at=None)
    return list(found.order_by("name").values_list("name", flat=True))


def control_agent() -> EnrolledDevice:
    """Return the one enrolled control agent."""
    device = EnrolledDevice.objects.filter(role=DeviceRole.CONTROL, revoked_at=None).first()
    if device is None:
        raise NotEnrolled(
            "制御エージェントが登録されていません。中継サーバへ送る前に、そのカードを登録してください",
            "no control agent is enrolled: enrol its card before anything is sent to the relay",
        )
    return device


def control_cards() -> list[IdentityCard]:
    """Return the cards of every control agent whose results are taken: not the revoked ones."""
    found = EnrolledDevice.objects.filter(role=DeviceRole.CONTROL, revoked_at=None)
    return [card_of(device) for device in found]


def devices() -> list[dict[str, Any]]:
    """Return every device as plain values."""
    return [
        {
            "key_id": device.key_id,
            "name": device.name,
            "role": device.role,
            "fingerprint": fingerprint_of(device),
            "changed": is_changed(device),
            "enrolled_at": device.enrolled_at.isoformat(),
            "revoked_at": device.revoked_at.isoformat() if device.revoked_at else None,
        }
        for device in EnrolledDevice.objects.order_by("role", "name", "id")
    ]


def enrolled(key_id: str) -> EnrolledDevice:
    """Return the device of that key id, revoked or not."""
    device = EnrolledDevice.objects.filter(key_id=key_id).first()
    if device is None:
        raise unknown_key(key_id)
    return device


def waiting() -> list[KeyRequest]:
    """Return the key requests that wait for a second person, oldest first."""
    return list(KeyRequest.objects.filter(state=KeyRequestState.ASKED).order_by("id"))
