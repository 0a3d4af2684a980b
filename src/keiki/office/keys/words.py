"""What devices are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.linkage.terms import Text

from .models import DeviceRole

ROLES: Mapping[str, Text] = {
    DeviceRole.CONTROL: ("制御エージェント", "control agent"),
    DeviceRole.HANDHELD: ("ハンディ端末", "hand-held device"),
}
