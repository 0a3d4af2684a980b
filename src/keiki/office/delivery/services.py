"""Schedule the two halves of a credential and send them: a letter and an e-mail, never together.

A delivery is *sent* exactly when the mail server, or the mailing room's folder, accepted it. What fails is tried again,
ever later; what is taken in hand by a process that dies is free again after :data:`IN_HAND`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.linkage.terms import Text
from keiki.office.audit.services import Act, record
from keiki.office.credentials import services as credentials
from keiki.office.credentials.models import RouteBCredential
from keiki.office.credentials.vault import Vault
from keiki.office.refusal import Refusal
from keiki.office.sources import Contact, ContactError, SourceUnavailableError

from .models import Delivery, DeliveryChannel, DeliveryState

log = structlog.get_logger("keiki.office.delivery")
IN_HAND = timedelta(minutes=2)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=6)


class NotAccepted(Refusal):
    """The mail server or the mailing room did not take it; says why without saying what it was."""

    code = "not_accepted"


def no_address(error: ContactError | SourceUnavailableError) -> NotAccepted:
    """Say that there is nobody to write to, and why: both errors repeat nothing of a customer's record."""
    if isinstance(error, ContactError):
        ja, en = error.sentence
        return NotAccepted(f"あて先が分かりません。{ja}", f"no address to write to: {en}")
    return NotAccepted(
        f"あて先が分かりません。{error.owner[0]}が応答しません。自動で再送します",
        f"no address to write to: {error.owner[1]} does not answer; it will be tried again",
    )


class CustomerOf(Protocol):
    """Says to whom a delivery goes, and refuses where that is not certain now."""

    def __call__(self, act: Act, delivery: Delivery, why: str, shown: tuple[str, ...]) -> Contact:
        """Return the customer, whose parts ``shown`` leave the office; raises a refusal or that nobody answers."""


def customer_of(ask: CustomerOf, act: Act, delivery: Delivery, why: str, shown: tuple[str, ...]) -> Contact:
    """Return the customer that a delivery goes to, or raise :class:`NotAccepted` with what stands in the way."""
    try:
        return ask(act, delivery, why, shown)
    except (ContactError, SourceUnavailableError) as error:
        raise no_address(error) from None
    except Refusal as error:
        raise NotAccepted(*error.sentence) from None


class Sender(Protocol):
    """Writes one half and hands it over."""

    def send(self, act: Act, vault: Vault, delivery: Delivery) -> None:
        """Hand the half over, or raise :class:`NotAccepted`."""


@dataclass(frozen=True)
class Senders:
    """What takes the letters and what takes the e-mails."""

    letter: Sender
    mail: Sender


def schedule(act: Act, credential: RouteBCredential) -> None:
    """Put both halves on their way; the letter only where the customer does not have the authentication ID yet."""
    with transaction.atomic():
        stop(act, credential.supply_point, "a newer credential is delivered")
        has_id = Delivery.objects.filter(
            channel=DeliveryChannel.LETTER,
            state=DeliveryState.SENT,
            credential__supply_point=credential.supply_point,
            credential__id_since=credential.id_since,
        ).exists()
        for channel in (DeliveryChannel.MAIL,) if has_id else (DeliveryChannel.LETTER, DeliveryChannel.MAIL):
            delivery = Delivery.objects.create(credential=credential, channel=channel, created_at=act.at, due_at=act.at)
            record(act, "DeliveryScheduled", delivery.reference, credential.supply_point, channel=channel)


def stop(act: Act, supply_point: str, because: str) -> None:
    """Stop what waits for a supply point's customer: it would only mislead."""
    with transaction.atomic():
        waiting = Delivery.objects.filter(credential__supply_point=supply_point, state=DeliveryState.WAITING)
        for delivery in waiting.select_related("credential"):
            Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.STOPPED, claimed_until=None)
            record(act, "DeliveryStopped", delivery.reference, supply_point, because=because)


def send_due(
    act: Act, vault: Vault, senders: Senders, complete: Callable[[Act, RouteBCredential], None]
) -> list[Delivery]:
    """Send what is due and return it; ``complete`` is called in the transaction that gives a customer both halves."""
    sent = []
    free = Q(claimed_until=None) | Q(claimed_until__lt=act.at)
    due = Delivery.objects.filter(free, state=DeliveryState.WAITING, due_at__lte=act.at).select_related("credential")
    for delivery in due.order_by("id"):
        mine = Delivery.objects.filter(free, pk=delivery.pk, state=DeliveryState.WAITING)
        if not mine.update(claimed_until=act.at + IN_HAND, attempts=F("attempts") + 1):
            continue
        sender = senders.letter if delivery.channel == DeliveryChannel.LETTER else senders.mail
        try:
            sender.send(act, vault, delivery)
        except NotAccepted as error:
            _try_again(act, delivery, error.sentence)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - one that cannot be written must not stop the others
            log.error("delivery failed", delivery=delivery.reference, error=type(error).__name__)
            _try_again(act, delivery, _unforeseen(error))
        else:
            _accepted(act, delivery, complete)
            sent.append(delivery)
    return sent


def _accepted(act: Act, delivery: Delivery, complete: Callable[[Act, RouteBCredential], None]) -> None:
    """Note that a half was accepted, and whether the customer now has both."""
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.SENT, sent_at=act.at, claimed_until=None, trouble="", trouble_ja=""
        )
        delivery.refresh_from_db()
        happened = "LetterSent" if delivery.channel == DeliveryChannel.LETTER else "MailSent"
        record(act, happened, delivery.reference, delivery.supply_point)
        credential = delivery.credential
        credential.refresh_from_db()
        unsent = Delivery.objects.filter(credential=credential).exclude(state=DeliveryState.SENT)
        if credential.state == CredentialState.PROVED and not unsent.exists():
            credentials.deliver(act, credential)
            complete(act, credential)


def _unforeseen(error: Exception) -> Text:
    """Say by its kind alone what nobody foresaw: its text may hold an address."""
    kind = type(error).__name__
    return (
        f"予期しない誤り({kind})です。Keikiの管理者に知らせてください。自動で再送します",
        f"an error that nobody foresaw ({kind}): tell Keiki's administrator; it will be tried again",
    )


def _try_again(act: Act, delivery: Delivery, trouble: Text) -> None:
    ja, en = (said[:200] for said in trouble)
    with transaction.atomic():
        delivery.refresh_from_db()
        wait = min(FIRST_RETRY * 2 ** min(delivery.attempts - 1, 12), LONGEST_RETRY)
        columns = {"due_at": act.at + wait, "claimed_until": None, "trouble": en, "trouble_ja": ja}
        Delivery.objects.filter(pk=delivery.pk).update(**columns)
        record(act, "DeliveryNotAccepted", delivery.reference, delivery.supply_point, trouble=en, trouble_ja=ja)
