"""The card of an enrolled device, held against what the audit kept when two people enrolled it.

Who may write to the database could put their own keys into a device's row, or take back its revocation, and the office
would seal the next password to them. So a card is used only where the audit's own event of its enrolment names its
fingerprint, zone and name, and no event says that it was revoked. The events are chained and guarded, and the chain is
signed (``docs/audit.md``); the row alone is believed nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keiki.domain.audit.findings import AuditFinding, FindingKind
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.reading import link_of
from keiki.office.refusal import Refusal
from keiki.protocols.sealing.errors import BadIdentity
from keiki.protocols.sealing.identity import IdentityCard

from .models import EnrolledDevice

ENROLLED, REVOKED = "DeviceEnrolled", "DeviceRevoked"


class CardChanged(Refusal):
    """An enrolled card is not as it was enrolled; nothing is sealed to it and nothing of it is taken."""

    code = "card_changed"

    def __init__(self, device: EnrolledDevice) -> None:
        super().__init__(
            f"{device.name} のカードが、登録・失効の記録と違います。データベースが書き換えられた疑いがあります。"
            "使わずに、セキュリティ担当に知らせ、監査記録を検証してください",
            f"the card of {device.name} is not as it was recorded when it was enrolled or revoked: the database may "
            "have been changed. Do not use it, tell the security officer, verify the audit",
        )


def card_of(device: EnrolledDevice) -> IdentityCard:
    """Return the enrolled card; raise :class:`CardChanged` where it is not the one that was enrolled, or was revoked.

    A revoked device's row gives its card no more, whoever asks.
    """
    card = _as_enrolled(device)
    if card is None or device.revoked_at or recorded(REVOKED, device.reference):
        raise CardChanged(device)
    return card


def is_changed(device: EnrolledDevice) -> bool:
    """Whether the row is not as the events say."""
    return _as_enrolled(device) is None or bool(recorded(REVOKED, device.reference)) != bool(device.revoked_at)


def fingerprint_of(device: EnrolledDevice) -> str:
    """Return the fingerprint of the card in the row, to be shown and not believed; empty where it is no card."""
    try:
        return IdentityCard.from_json(device.card).fingerprint
    except BadIdentity:
        return ""


def changed_cards() -> list[AuditFinding]:
    """Return what a verification of the audit says of the devices: rows changed, and rows removed."""
    devices = list(EnrolledDevice.objects.order_by("pk"))
    changed = [f"{device.name} ({device.key_id})" for device in devices if is_changed(device)]
    enrolled = AuditEvent.objects.filter(happened=ENROLLED).values_list("subject", flat=True)
    removed = sorted(set(enrolled) - {device.reference for device in devices})
    return [AuditFinding(FindingKind.CARD_CHANGED, store=name) for name in (*changed, *removed)]


def recorded(happened: str, subject: str) -> list[Mapping[str, Any]]:
    """Return the details of the events of this kind about ``subject`` that are as they were recorded."""
    found = AuditEvent.objects.filter(happened=happened, subject=subject)
    return [link.event.details for link in map(link_of, found) if link.is_whole]


def _as_enrolled(device: EnrolledDevice) -> IdentityCard | None:
    """Return the card of the row if an event says that just this one was enrolled."""
    try:
        card = IdentityCard.from_json(device.card)
    except BadIdentity:
        return None
    if (card.key_id.hex(), card.name, card.zone.value) != (device.key_id, device.name, device.role):
        return None
    enrolled = {"name": card.name, "role": card.zone.value, "fingerprint": card.fingerprint}
    events = recorded(ENROLLED, device.reference)
    return card if any(enrolled.items() <= event.items() for event in events) else None
