"""What readings are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

from .models import ReadingMethodChoice

HOW: Mapping[str, Bilingual] = {
    ReadingMethodChoice.REMOTE: Bilingual(
        ja="遠隔(監視制御システム経由)", en="remotely, through the supervisory control system"
    ),
    ReadingMethodChoice.ON_SITE: Bilingual(ja="現地(ハンディ端末)", en="on site, with the hand-held device"),
}
