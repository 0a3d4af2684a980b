"""Whose signature counts: the cards of the office that were given by hand. Needs neither Django nor a database."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keiki.domain.audit.checkpoint import IsSigned
from keiki.protocols.sealing.identity import IdentityCard, Zone


def trusting(cards: Sequence[IdentityCard]) -> IsSigned:
    """Return what says whether one of the offices on ``cards`` signed; other zones' cards count for nothing."""
    keys = {
        card.key_id.hex(): Ed25519PublicKey.from_public_bytes(card.signing_key)
        for card in cards
        if card.zone is Zone.OFFICE
    }

    def is_signed(key_id: str, data: bytes, signature: bytes) -> bool:
        if key_id not in keys:
            return False
        try:
            keys[key_id].verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return is_signed
