"""What deliveries are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

from .models import DeliveryChannel, DeliveryState

CHANNELS: Mapping[str, Bilingual] = {
    DeliveryChannel.LETTER: Bilingual(ja="認証IDの書面(郵送)", en="authentication ID by post"),
    DeliveryChannel.MAIL: Bilingual(ja="パスワードのメール", en="password by e-mail"),
}
STATES: Mapping[str, Bilingual] = {
    DeliveryState.WAITING: Bilingual(ja="送付待ち", en="waiting to be sent"),
    DeliveryState.SENT: Bilingual(ja="送付済み", en="sent"),
    DeliveryState.STOPPED: Bilingual(ja="中止", en="stopped"),
}
