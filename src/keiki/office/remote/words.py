"""What remote commands and messages from the relay are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.linkage.terms import Text

from .models import CommandKind, Disposition

KINDS: Mapping[str, Text] = {
    CommandKind.REWRITE_PASSWORD: ("パスワードの書換え", "rewrite the password"),
    CommandKind.READ_STATUS: ("状態の読取り", "read the status"),
}
DISPOSITIONS: Mapping[str, Text] = {
    Disposition.APPLIED: ("指令の結果として反映", "taken as the command's answer"),
    Disposition.REPEATED: ("既知の結果の再送", "said again what was known"),
    Disposition.CONTRADICTS: (
        "確定した結果と食い違うため、担当者の確認待ち",
        "says otherwise than the final answer: kept for a person",
    ),
    Disposition.SET_ASIDE: (
        "指令への回答だが反映できず、担当者の確認待ち",
        "answers a command but could not be applied: kept for a person",
    ),
    Disposition.UNKNOWN: ("この営業所の指令への回答ではない", "answers no command of this office"),
    Disposition.REFUSED: (
        "読めないか、登録された制御エージェントからではない",
        "not readable, or not from an enrolled control agent",
    ),
}
