"""Messages that could not be applied: kept as they came, with the command they answer, until a person settles them.

One such message must not stop the others, whatever it is that cannot be done with it.
"""

from __future__ import annotations

import hashlib

from django.db import transaction

from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.linkage.terms import Text
from keiki.office.audit.services import Act, Changed, record
from keiki.office.refusal import Refusal
from keiki.office.sentences import sentence_of
from keiki.protocols.relay.messages import CommandResult

from .models import Disposition, InboxMessage, RemoteCommand, SetAsideMessage

MOST = 300


def keep(act: Act, data: bytes, result: CommandResult | None, error: Exception) -> SetAsideMessage:
    """Keep a message that could not be applied for ``error``; once, however often it comes."""
    digest = hashlib.sha256(data).hexdigest()
    message_id = result.message_id.hex() if result else ""
    command = RemoteCommand.objects.filter(message_id=message_id).first() if message_id else None
    ja, en = in_words(error)
    values = {
        "body": data,
        "command": command,
        "supply_point": command.supply_point if command else "",
        "office": command.office if command else "",
        "received_at": act.at,
        "trouble": en,
        "trouble_ja": ja,
    }
    with transaction.atomic():
        kept, first = SetAsideMessage.objects.get_or_create(digest=digest, defaults=values)
        if first:
            about = command.reference if command else kept.reference
            record(act, "MessageSetAside", about, kept.supply_point, kept=kept.reference, trouble=en, trouble_ja=ja)
            InboxMessage.objects.create(
                digest=digest, message_id=message_id, received_at=act.at, disposition=Disposition.SET_ASIDE
            )
    return kept


def close(act: Act, kept: SetAsideMessage, because: str) -> None:
    """Put a message away that will not be applied, with the reason."""
    with transaction.atomic():
        settle(act, unsettled(kept), because)


def unsettled(kept: SetAsideMessage) -> SetAsideMessage:
    """Return the message as it is now; raises :class:`Changed` where somebody settled it."""
    found = SetAsideMessage.objects.filter(pk=kept.pk, settled_at=None).select_related("command").first()
    if found is None:
        raise Changed(kept.reference)
    return found


def settle(act: Act, kept: SetAsideMessage, because: str) -> None:
    """Note that a message needs nobody any more, and wipe it. Only inside a transaction."""
    columns = {"settled_at": act.at, "settled_by": act.by, "because": because, "body": b""}
    SetAsideMessage.objects.filter(pk=kept.pk).update(**columns)
    about = kept.command.reference if kept.command else kept.reference
    record(act, "SetAsideMessageSettled", about, kept.supply_point, kept=kept.reference, because=because)


def in_words(error: Exception) -> Text:
    """Say why a message was not applied; of an error that nobody foresaw its kind alone, for its text may say more."""
    if isinstance(error, (Refusal, IllegalTransition)):
        ja, en = sentence_of(error)
        return ja[:MOST], en[:MOST]
    kind = type(error).__name__
    return (
        f"予期しない誤り({kind})です。Keikiの管理者に知らせてください",
        f"an error that nobody foresaw ({kind}): tell Keiki's administrator",
    )
