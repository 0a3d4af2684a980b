"""What readings are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.linkage.terms import Text

from .models import ReadingMethodChoice

HOW: Mapping[str, Text] = {
    ReadingMethodChoice.REMOTE: ("遠隔(監視制御システム経由)", "remotely, through the supervisory control system"),
    ReadingMethodChoice.ON_SITE: ("現地(ハンディ端末)", "on site, with the hand-held device"),
}
