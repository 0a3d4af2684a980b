"""Who acts and what is acted on, as the audit keeps it, in Japanese and in English.

The audit keeps log-in names, names of processes and of systems, references (``D-1``) and some fixed English words.
References, names and what is not known here stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Text = tuple[str, str]

ACTORS: Mapping[str, Text] = {
    "office worker": ("営業所のワーカー", "office worker"),
    "not logged in": ("ログインしていない利用者", "not logged in"),
}
"""Who acts without being a person with a log-in name."""

SUBJECTS: Mapping[str, Text] = {
    "supply point": ("供給地点", "supply point"),
    "search": ("検索", "search"),
    "customer": ("お客さま情報", "customer"),
    "watch": ("台帳の監視", "watch"),
    "audit": ("監査記録", "audit"),
    "office": ("営業所システム", "office"),
    "unknown user": ("不明な利用者", "unknown user"),
    "designs": ("設計の一覧", "list of designs"),
    "work-orders": ("作業指示書の一覧", "list of work orders"),
    "follow-ups": ("訪問後の対応の一覧", "list of follow-ups"),
    "contracts": ("契約の一覧", "list of contracts"),
    "commands": ("遠隔指令の一覧", "list of remote commands"),
    "contradicting-results": ("食い違う結果の一覧", "list of contradicting results"),
    "set-aside-answers": ("適用できなかった回答の一覧", "list of answers that could not be applied"),
    "deliveries": ("書面とメールの一覧", "list of letters and e-mails"),
    "devices": ("端末の一覧", "list of devices"),
    "catalogue-versions": ("カタログの版の一覧", "list of catalogue versions"),
    "users": ("利用者の一覧", "list of users"),
    "api-tokens": ("APIトークンの一覧", "list of API tokens"),
}
"""What an event is about, where it is no single thing with a reference."""
KINDS: Mapping[str, Text] = {
    "user": ("利用者 {}", "user {}"),
    "device": ("端末 {}", "device {}"),
    "service office": ("営業所 {}", "service office {}"),
    "inbox": ("受信メッセージ {}", "inbox {}"),
    "API": ("API {}", "API {}"),
    "letter": ("書面 {}", "letter {}"),
    "mail": ("メール {}", "e-mail {}"),
}
"""What comes before the name of the thing, where a name alone would not say what it is."""
_CREDENTIAL = re.compile(r"credential (\d+) generation (\d+)")


def actor_in_words(by: str) -> Text:
    """Return who acted; a person's log-in name stands for itself."""
    return ACTORS.get(by, (by, by))


def subject_in_words(subject: str) -> Text:
    """Return what an event is about."""
    if found := SUBJECTS.get(subject):
        return found
    if credential := _CREDENTIAL.fullmatch(subject):
        return f"認証情報 {credential[1]} 第{credential[2]}世代", subject
    for kind, (ja, en) in KINDS.items():
        if subject.startswith(f"{kind} "):
            name = subject.removeprefix(f"{kind} ")
            return ja.format(name), en.format(name)
    return subject, subject
