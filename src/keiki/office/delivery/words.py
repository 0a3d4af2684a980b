"""What deliveries are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.linkage.terms import Text

from .models import DeliveryChannel, DeliveryState

CHANNELS: Mapping[str, Text] = {
    DeliveryChannel.LETTER: ("認証IDの書面(郵送)", "authentication ID by post"),
    DeliveryChannel.MAIL: ("パスワードのメール", "password by e-mail"),
}
STATES: Mapping[str, Text] = {
    DeliveryState.WAITING: ("送付待ち", "waiting to be sent"),
    DeliveryState.SENT: ("送付済み", "sent"),
    DeliveryState.STOPPED: ("中止", "stopped"),
}
