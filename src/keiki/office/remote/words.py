"""What remote commands are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.linkage.terms import Text

from .models import CommandKind

KINDS: Mapping[str, Text] = {
    CommandKind.REWRITE_PASSWORD: ("パスワードの書換え", "rewrite the password"),
    CommandKind.READ_STATUS: ("状態の読取り", "read the status"),
}
