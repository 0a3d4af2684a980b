"""Enrol a device's identity card and revoke it. Two people compare the fingerprint before a card is enrolled."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from keiki.office.audit.services import Act, record
from keiki.office.refusal import Refusal
from keiki.protocols.sealing.identity import IdentityCard

from .enrolled_cards import CardChanged, is_changed
from .models import DeviceRole, EnrolledDevice


class NotEnrolled(Refusal):
    """There is no such enrolled device, or the card cannot be enrolled; says why."""

    code = "not_enrolled"


def refuse_unusable(card_json: str, role: str) -> IdentityCard:
    """Return the card, or refuse one that is none, of another role than ``role``, or revoked."""
    card = IdentityCard.from_json(card_json)
    if role not in DeviceRole.values:
        raise NotEnrolled(
            f"「{role}」という役割はありません。{' または '.join(DeviceRole.values)} を選んでください",
            f"{role!r} is not a role: choose {' or '.join(DeviceRole.values)}",
        )
    if card.zone.value != role:
        raise NotEnrolled(
            f"このカードは {card.zone.value} のもので、{role} のものではありません。作られた役割で登録してください",
            f"the card is of the zone {card.zone.value}, not {role}: enrol it in the role it was made for",
        )
    if EnrolledDevice.objects.filter(key_id=card.key_id.hex(), revoked_at__isnull=False).exists():
        raise NotEnrolled(
            f"カード {card.key_id.hex()} は失効しています。端末で新しい鍵を作り、そのカードを登録してください",
            f"the card {card.key_id.hex()} was revoked: make the device a new identity and enrol its card",
        )
    return card


def enrol(act: Act, card_json: str, role: str) -> EnrolledDevice:
    """Enrol a card. One control agent at a time; a name is used once per role; a revoked key never comes back."""
    with transaction.atomic():
        card = refuse_unusable(card_json, role)
        known = EnrolledDevice.objects.filter(key_id=card.key_id.hex()).first()
        if known and is_changed(known):
            raise CardChanged(known)
        if known:
            return known
        if role == DeviceRole.CONTROL and EnrolledDevice.objects.filter(role=role, revoked_at=None).exists():
            raise NotEnrolled(
                "制御エージェントがすでに登録されています。後継を登録する前に、今のものを失効させてください",
                "a control agent is enrolled already: revoke it before its successor is enrolled",
            )
        try:
            with transaction.atomic():
                device = EnrolledDevice.objects.create(
                    key_id=card.key_id.hex(), name=card.name, role=role, card=card_json, enrolled_at=act.at
                )
        except IntegrityError:
            raise NotEnrolled(
                f"同じ役割({role})の {card.name} がすでに登録されています。それを失効させるか、別の名前にしてください",
                f"a {role} device named {card.name} is enrolled already: revoke it or choose a name",
            ) from None
        record(act, "DeviceEnrolled", device.reference, name=card.name, role=role, fingerprint=card.fingerprint)
    return device


def revoke(act: Act, key_id: str, because: str) -> EnrolledDevice:
    """Revoke a card for good: nothing is sealed to it any more and nothing it signs is taken."""
    if not because.strip():
        raise NotEnrolled(
            "カードを失効させるには理由が必要です。理由を書いてください", "a card is revoked for a reason: say which"
        )
    with transaction.atomic():
        device = EnrolledDevice.objects.select_for_update().filter(key_id=key_id).first()
        if device is None:
            raise unknown_key(key_id)
        if device.revoked_at is None:
            device.revoked_at, device.revoked_because = act.at, because
            device.save(update_fields=["revoked_at", "revoked_because"])
            record(act, "DeviceRevoked", device.reference, name=device.name, role=device.role, because=because)
    return device


def unknown_key(key_id: str) -> NotEnrolled:
    """Return what is said of a key id that nobody has."""
    return NotEnrolled(
        f"鍵ID {key_id} の端末は登録されていません。一覧で鍵IDを確かめてください",
        f"no device with the key id {key_id} is enrolled: check the key id in the list",
    )
