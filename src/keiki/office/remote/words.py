"""What remote commands are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

from .models import CommandKind

KINDS: Mapping[str, Bilingual] = {
    CommandKind.REWRITE_PASSWORD: Bilingual(ja="パスワードの書換え", en="rewrite the password"),
    CommandKind.READ_STATUS: Bilingual(ja="状態の読取り", en="read the status"),
}
