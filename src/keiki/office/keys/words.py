"""What devices are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

from .models import DeviceRole

ROLES: Mapping[str, Bilingual] = {
    DeviceRole.CONTROL: Bilingual(ja="制御エージェント", en="control agent"),
    DeviceRole.HANDHELD: Bilingual(ja="ハンディ端末", en="hand-held device"),
}
