"""Erase the sealed copies of passwords that are over, and say why an order has no barcode any more.

Whoever takes a backup today may steal a device's or an agent's private key tomorrow: so no envelope stays longer than
somebody may still need it (ADR 0906). Acts that end a command or an order erase its envelope themselves; the worker
calls :func:`erase_over` for what time alone ended, and for what an earlier version left.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.linkage.terms import Text
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.audit.services import Act
from keiki.office.credentials.services import erase_unproved

from .models import WorkOrder
from .services import OrderRefused

ENDED = (WorkOrderState.DONE, WorkOrderState.FAILED, WorkOrderState.CANCELLED)
NOT_TO_BE_WRITTEN = (
    CredentialState.PROVED,
    CredentialState.DELIVERED,
    CredentialState.SUPERSEDED,
    CredentialState.DISCARDED,
)
"""States in which no visit has to write the credential any more."""
ISSUE_ANEW: Text = (
    "新しい訪問が必要なら、この作業指示書を取り消し(まだ有効な場合)、設計から新しい作業指示書を発行してください",
    "where another visit is needed, cancel this order if it is still open, and issue a new one from its design",
)


def erase_over(act: Act) -> int:
    """Erase every sealed copy that nobody may need any more, and return how many; the newest acts decide."""
    sealed = WorkOrder.objects.filter(envelope__isnull=False)
    over = Q(expires_at__lte=act.at) | Q(state__in=ENDED) | Q(credential__state__in=NOT_TO_BE_WRITTEN)
    numbers = list(sealed.filter(over).values_list("pk", flat=True)[:1000])
    erased = WorkOrder.objects.filter(pk__in=numbers).update(envelope=None) if numbers else 0
    return erased + erase_unproved(act)


def sealed_envelope(order: WorkOrder, now: datetime) -> bytes:
    """Return the envelope for an order's barcode, or raise :class:`OrderRefused` that says why there is none."""
    if order.envelope is not None and now < order.expires_at:
        return bytes(order.envelope)
    raise OrderRefused(*erased_barcode_sentence(order, now))


def erased_barcode_sentence(order: WorkOrder, now: datetime) -> Text:
    """Say of an order that is over why its barcode is erased, and what to do."""
    ja, en = _erasure_reason(order, now)
    return (
        f"{order.number} のバーコードは消去されています。{ja}{ISSUE_ANEW[0]}",
        f"the barcode of {order.number} is erased: {en}; {ISSUE_ANEW[1]}",
    )


def _erasure_reason(order: WorkOrder, now: datetime) -> Text:
    """What ended the barcode."""
    if order.state in (WorkOrderState.DONE, WorkOrderState.FAILED):
        return "訪問の結果が記録されたためです。", "the visit's result is recorded"
    if order.state == WorkOrderState.CANCELLED:
        return "作業指示書が取り消されたためです。", "the order was cancelled"
    if now >= order.expires_at:
        return "有効期限が過ぎたためです。", "its time is over"
    return "より新しい認証情報が設定されたためです。", "the meter has a newer credential"
