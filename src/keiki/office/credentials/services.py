"""Create, issue, prove, deliver and discard generations of a route-B credential.

The authentication ID and the password are in the clear only inside the functions of this module, and in the two that
give a secret type to whoever writes the letter or the e-mail. The generation of a supply point only grows, whoever the
customer is; a superseded generation stays superseded, whatever arrives late.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from keiki.domain.credentials.lifecycle import CREDENTIAL, CredentialEvent, CredentialState
from keiki.domain.credentials.password import AuthenticationId, Password, draw_authentication_id, draw_password
from keiki.domain.linkage.spelling import unit_number
from keiki.office.audit.services import Act, reason_in_both, record, transition
from keiki.protocols.sealing.credential import CredentialContext, seal_credential
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

from .models import GenerationRegister, RouteBCredential
from .vault import Vault, VaultError

LIVE = (CredentialState.ISSUED, CredentialState.PROVED, CredentialState.DELIVERED)
LATE_RESULT = timedelta(days=30)
"""How long after an envelope's end a result may still come in that proves it: as long as the relay keeps results."""
WIPED = {"sealed_id": b"", "sealed_password": b""}


@dataclass(frozen=True)
class EnvelopeTarget:
    """Where an envelope is to open: for which recipient and communication unit, and until when."""

    purpose: SealingPurpose
    recipient: IdentityCard
    communication_unit: str
    expires_at: datetime


class ProofEffect(StrEnum):
    """What a proof from the meter meant for its generation."""

    PROVED = "proved"
    KNOWN = "known"
    SUPERSEDED = "superseded"


def create_credential(act: Act, vault: Vault, supply_point: str, contract_number: str) -> RouteBCredential:
    """Draw the next generation for a customer. Who has an authentication ID keeps it; nobody inherits one."""
    with transaction.atomic():
        credential = _next(act, supply_point, contract_number)
        earlier = _holder_of_id(supply_point, contract_number)
        if earlier:
            credential.id_since = earlier.id_since
            authentication_id = AuthenticationId(vault.open(bytes(earlier.sealed_id), _binding(earlier, "id")).decode())
        else:
            authentication_id = draw_authentication_id(secrets.choice)
        password = draw_password(secrets.choice)
        credential.sealed_id = vault.seal(authentication_id.reveal().encode(), _binding(credential, "id"))
        credential.sealed_password = vault.seal(password.reveal().encode(), _binding(credential, "password"))
        credential.kek_id = vault.kek_id
        credential.save()
        record(act, "CredentialBorn", credential.reference, supply_point, keeps_id=bool(earlier))
    return credential


def issue(
    act: Act, vault: Vault, office_identity: Identity, credential: RouteBCredential, target: EnvelopeTarget
) -> bytes:
    """Seal the credential to ``target`` and return the envelope. A credential may be issued again."""
    authentication_id = AuthenticationId(vault.open(bytes(credential.sealed_id), _binding(credential, "id")).decode())
    password = _open_password(vault, credential)
    return _seal(act, office_identity, credential, target, authentication_id=authentication_id, password=password)


def issue_erasing_credential(
    act: Act, office_identity: Identity, supply_point: str, contract_number: str, target: EnvelopeTarget
) -> tuple[RouteBCredential, bytes]:
    """Seal a generation that erases: drawn, sealed to ``target`` and stored nowhere, so no HEMS can use it."""
    with transaction.atomic():
        credential = _next(act, supply_point, contract_number)
        credential.nobody_holds = True
        credential.save()
        record(act, "CredentialBorn", credential.reference, supply_point, nobody_holds=True)
        authentication_id, password = draw_authentication_id(secrets.choice), draw_password(secrets.choice)
        return credential, _seal(
            act, office_identity, credential, target, authentication_id=authentication_id, password=password
        )


def prove(act: Act, credential: RouteBCredential) -> ProofEffect:
    """Note that the meter proved this generation. Older ones are superseded; an old one's proof changes nothing."""
    with transaction.atomic():
        credential.refresh_from_db()
        state = CredentialState(credential.state)
        if state in (CredentialState.PROVED, CredentialState.DELIVERED):
            return ProofEffect.KNOWN
        if state is CredentialState.SUPERSEDED or _newer_proved(credential):
            record(act, "LateProofNoted", credential.reference, credential.supply_point, state=state.value)
            return ProofEffect.SUPERSEDED
        transition(
            act, credential, CREDENTIAL, CredentialEvent.PROVE, "CredentialProved", columns={"proved_at": act.at}
        )
        _supersede_older(act, credential)
    return ProofEffect.PROVED


def deliver(act: Act, credential: RouteBCredential) -> None:
    """Note that the customer has both halves. The office forgets the password; it keeps the ID, which outlives it."""
    transition(
        act,
        credential,
        CREDENTIAL,
        CredentialEvent.DELIVER,
        "CredentialDelivered",
        columns={"delivered_at": act.at, "sealed_password": b""},
    )


def discard(act: Act, credential: RouteBCredential, because: str, because_ja: str = "") -> None:
    """Give up a generation that should not be written. It stays sealed: a late proof beats the discard."""
    both = reason_in_both(because, because_ja)
    transition(act, credential, CREDENTIAL, CredentialEvent.DISCARD, "CredentialDiscarded", **both)


def authentication_id_for(act: Act, vault: Vault, credential: RouteBCredential, why: str) -> AuthenticationId:
    """Open the authentication ID for a delivery; the opening is audited."""
    with transaction.atomic():
        record(act, "AuthenticationIdOpened", credential.reference, credential.supply_point, why=why)
    return AuthenticationId(vault.open(bytes(credential.sealed_id), _binding(credential, "id")).decode())


def password_for(act: Act, vault: Vault, credential: RouteBCredential, why: str) -> Password:
    """Open the password for a delivery; the opening is audited."""
    with transaction.atomic():
        record(act, "PasswordOpened", credential.reference, credential.supply_point, why=why)
    return _open_password(vault, credential)


def erase_unproved(act: Act) -> int:
    """Erase the passwords that nothing proved in :data:`LATE_RESULT` after their envelope's end; return how many.

    An ID goes with its password where the generation was discarded; the customer of an unanswered one keeps theirs.
    """
    never_proved = (CredentialState.BORN, CredentialState.ISSUED, CredentialState.DISCARDED)
    late = RouteBCredential.objects.filter(state__in=never_proved, expires_at__lte=act.at - LATE_RESULT)
    late.filter(state=CredentialState.DISCARDED).exclude(sealed_id=b"").update(sealed_id=b"")
    return late.exclude(sealed_password=b"").update(sealed_password=b"")


def _open_password(vault: Vault, credential: RouteBCredential) -> Password:
    sealed = bytes(credential.sealed_password)
    if not sealed:
        raise VaultError(
            "このパスワードは、お客さまへの送付後か、期限から30日の経過後に消去されています。"
            "パスワード紛失の手続きで新しいパスワードを設定してください",
            "this password is erased, since the customer has it or nothing proved it within 30 days after its time: "
            "set a new one by the procedure for a lost password",
        )
    return Password(vault.open(sealed, _binding(credential, "password")).decode())


def _next(act: Act, supply_point: str, contract_number: str) -> RouteBCredential:
    """Take the next generation number of the supply point, under a lock on its register row."""
    GenerationRegister.objects.get_or_create(supply_point=supply_point)
    register = GenerationRegister.objects.select_for_update().get(pk=supply_point)
    register.latest += 1
    register.save(update_fields=["latest"])
    return RouteBCredential(
        supply_point=supply_point,
        generation=register.latest,
        contract_number=contract_number,
        id_since=register.latest,
        born_at=act.at,
    )


def _holder_of_id(supply_point: str, contract_number: str) -> RouteBCredential | None:
    """The newest generation that still has this customer's authentication ID."""
    found = RouteBCredential.objects.filter(
        supply_point=supply_point, contract_number=contract_number, nobody_holds=False
    )
    newest = (
        found.exclude(state__in=[CredentialState.SUPERSEDED, CredentialState.DISCARDED]).order_by("-generation").first()
    )
    return newest if newest and newest.sealed_id else None


def _supersede_older(act: Act, proved: RouteBCredential) -> None:
    """Supersede what was on its way or in the meter before, and forget every older value."""
    older = RouteBCredential.objects.filter(supply_point=proved.supply_point, generation__lt=proved.generation)
    for each in older.filter(state__in=LIVE):
        transition(act, each, CREDENTIAL, CredentialEvent.SUPERSEDE, "CredentialSuperseded")
    older.update(**WIPED)


def _newer_proved(credential: RouteBCredential) -> bool:
    return RouteBCredential.objects.filter(
        supply_point=credential.supply_point, generation__gt=credential.generation, proved_at__isnull=False
    ).exists()


def _seal(
    act: Act,
    office_identity: Identity,
    credential: RouteBCredential,
    target: EnvelopeTarget,
    *,
    authentication_id: AuthenticationId,
    password: Password,
) -> bytes:
    """Seal the two values to the target and note that the credential is on its way."""
    context = CredentialContext(
        purpose=target.purpose,
        recipient=target.recipient.key_id,
        supply_point=credential.supply_point,
        communication_unit=target.communication_unit,
        generation=credential.generation,
        expires=int(target.expires_at.timestamp()),
    )
    envelope = seal_credential(
        context, authentication_id.reveal(), password.reveal(), target.recipient, office_identity
    )
    transition(
        act,
        credential,
        CREDENTIAL,
        CredentialEvent.ISSUE,
        "CredentialIssued",
        columns={
            "issued_at": act.at,
            "expires_at": target.expires_at,
            "recipient_key_id": target.recipient.key_id.hex(),
            "communication_unit": target.communication_unit,
            "unit_number": unit_number(target.communication_unit),
        },
        recipient=target.recipient.key_id.hex(),
    )
    return envelope


def _binding(credential: RouteBCredential, half: str) -> str:
    return f"keiki vault 1|{credential.supply_point}|{credential.generation}|{half}"
