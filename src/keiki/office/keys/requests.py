"""Two people for every key: one asks that a card be enrolled or revoked, another one looks and decides.

Whoever approves compares the fingerprint with the device's own and types its last group: a card that was swapped on the
way does not pass by a click.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from keiki.domain.keys.lifecycle import KEY_REQUEST, KeyRequestEvent
from keiki.office.audit.services import Act, record, transition
from keiki.office.refusal import Refusal
from keiki.protocols.sealing.identity import IdentityCard

from .enrolled_cards import CardChanged, fingerprint_of, recorded
from .models import EnrolledDevice, KeyRequest, RequestKind
from .services import NotEnrolled, enrol, refuse_unusable, revoke


class KeyRefused(Refusal):
    """A key request that is not taken or not decided so; says why and what to do."""

    code = "key_refused"


def ask_to_enrol(act: Act, card_json: str, role: str, because: str) -> KeyRequest:
    """Ask that a card be enrolled; refuses at once what could never be enrolled."""
    card = refuse_unusable(card_json, role)
    return _ask(act, RequestKind.ENROL, card_json, role, because, key_id=card.key_id.hex())


def ask_to_revoke(act: Act, device: EnrolledDevice, because: str) -> KeyRequest:
    """Ask that an enrolled card be revoked."""
    if device.revoked_at:
        raise NotEnrolled(
            f"{device.name} のカードはすでに失効しています。", f"the card of {device.name} is revoked already"
        )
    if not fingerprint_of(device):
        raise CardChanged(device)
    return _ask(act, RequestKind.REVOKE, device.card, device.role, because, key_id=device.key_id)


def approve(act: Act, request: KeyRequest, compared: str) -> EnrolledDevice:
    """Do what was asked. ``compared``: the last group of the fingerprint, as read from the device."""
    _refuse_same_person(act, request)
    _refuse_changed(request)
    if _plain(compared) != _plain(last_group(request)):
        raise KeyRefused(
            "指紋の最後の組が一致しません。端末に表示される指紋を確かめてください。一致しなければ却下してください。",
            "the last group of the fingerprint differs: compare it with what the device shows; reject if it is not so",
        )
    with transaction.atomic():
        columns = {"decided_by": act.by, "decided_at": act.at}
        transition(act, request, KEY_REQUEST, KeyRequestEvent.APPROVE, "KeyRequestApproved", columns=columns)
        if request.kind == RequestKind.ENROL:
            return enrol(act, request.card, request.role)
        return revoke(act, request.key_id, request.because)


def reject(act: Act, request: KeyRequest, because: str) -> None:
    """Decide against a request; the reason is kept."""
    _refuse_same_person(act, request)
    columns = {"decided_by": act.by, "decided_at": act.at, "decided_because": _reason(because)}
    transition(act, request, KEY_REQUEST, KeyRequestEvent.REJECT, "KeyRequestRejected", columns=columns)


def withdraw(act: Act, request: KeyRequest) -> None:
    """Take one's own request back."""
    if act.by != request.asked_by:
        raise KeyRefused(
            "申請を取り下げられるのは申請者だけです。不要なら却下してください。",
            "only who asked takes a request back: reject it if it should not be",
        )
    columns = {"decided_by": act.by, "decided_at": act.at}
    transition(act, request, KEY_REQUEST, KeyRequestEvent.WITHDRAW, "KeyRequestWithdrawn", columns=columns)


def fingerprint(request: KeyRequest) -> str:
    """Return the fingerprint of the card that the request is about."""
    return IdentityCard.from_json(request.card).fingerprint


def last_group(request: KeyRequest) -> str:
    """Return what the second person types."""
    return fingerprint(request).replace(":", " ").replace("-", " ").split()[-1]


def _ask(act: Act, kind: RequestKind, card_json: str, role: str, because: str, *, key_id: str) -> KeyRequest:
    card = IdentityCard.from_json(card_json)
    try:
        with transaction.atomic():
            request = KeyRequest.objects.create(
                kind=kind,
                role=role,
                name=card.name,
                key_id=key_id,
                card=card_json,
                because=_reason(because),
                asked_by=act.by,
                asked_at=act.at,
            )
            record(
                act,
                "KeyRequestAsked",
                request.reference,
                kind=kind.value,
                name=card.name,
                role=role,
                fingerprint=card.fingerprint,
                key_id=key_id,
                because=request.because,
            )
    except IntegrityError:
        raise KeyRefused(
            "同じカードの申請がすでに承認待ちです。一覧から確認してください。",
            "the same is asked for this card already: look at the requests that wait",
        ) from None
    return request


def _refuse_same_person(act: Act, request: KeyRequest) -> None:
    if act.by == request.asked_by:
        raise KeyRefused(
            "自分の申請は承認も却下もできません。別のセキュリティ責任者に依頼してください。",
            "nobody decides their own request: ask another security officer",
        )


def _refuse_changed(request: KeyRequest) -> None:
    """The card must be the one that the audit kept when it was asked for: four typed characters are soon imitated."""
    now = {"kind": request.kind, "name": request.name, "role": request.role, "fingerprint": fingerprint(request)}
    asked = recorded("KeyRequestAsked", request.reference)
    if not any(now.items() <= each.items() and each.get("key_id", request.key_id) == request.key_id for each in asked):
        raise KeyRefused(
            "申請のカードが、申請されたときのものと違います。却下し、セキュリティ担当に知らせて監査記録を検証してください。",
            "the request's card is not the one that was asked for: reject it and have the audit verified",
        )


def _reason(because: str) -> str:
    if not because.strip():
        raise KeyRefused("理由を書いてください。記録に残ります。", "say why: it is kept")
    return because.strip()[:200]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
