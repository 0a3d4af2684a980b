"""Who acts and what is acted on, as the audit keeps it, in Japanese and in English.

The audit keeps log-in names, names of processes and of systems, references (``D-1``) and some fixed English words.
References, names and what is not known here stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

ACTORS: Mapping[str, Bilingual] = {
    "office worker": Bilingual(ja="営業所のワーカー", en="office worker"),
    "not logged in": Bilingual(ja="ログインしていない利用者", en="not logged in"),
}
"""Who acts without being a person with a log-in name."""

SUBJECTS: Mapping[str, Bilingual] = {
    "supply point": Bilingual(ja="供給地点", en="supply point"),
    "search": Bilingual(ja="検索", en="search"),
    "customer": Bilingual(ja="お客さま情報", en="customer"),
    "watch": Bilingual(ja="台帳の監視", en="watch"),
    "audit": Bilingual(ja="監査記録", en="audit"),
    "office": Bilingual(ja="営業所システム", en="office"),
    "unknown user": Bilingual(ja="不明な利用者", en="unknown user"),
    "designs": Bilingual(ja="設計の一覧", en="list of designs"),
    "work-orders": Bilingual(ja="作業指示書の一覧", en="list of work orders"),
    "follow-ups": Bilingual(ja="訪問後の対応の一覧", en="list of follow-ups"),
    "contracts": Bilingual(ja="契約の一覧", en="list of contracts"),
    "commands": Bilingual(ja="遠隔指令の一覧", en="list of remote commands"),
    "contradicting-results": Bilingual(ja="食い違う結果の一覧", en="list of contradicting results"),
    "set-aside-answers": Bilingual(ja="適用できなかった回答の一覧", en="list of answers that could not be applied"),
    "deliveries": Bilingual(ja="書面とメールの一覧", en="list of letters and e-mails"),
    "devices": Bilingual(ja="端末の一覧", en="list of devices"),
    "catalogue-versions": Bilingual(ja="カタログの版の一覧", en="list of catalogue versions"),
    "users": Bilingual(ja="利用者の一覧", en="list of users"),
    "api-tokens": Bilingual(ja="APIトークンの一覧", en="list of API tokens"),
}
"""What an event is about, where it is no single thing with a reference."""
KINDS: Mapping[str, Bilingual] = {
    "user": Bilingual(ja="利用者 {}", en="user {}"),
    "device": Bilingual(ja="端末 {}", en="device {}"),
    "service office": Bilingual(ja="営業所 {}", en="service office {}"),
    "inbox": Bilingual(ja="受信メッセージ {}", en="inbox {}"),
    "API": Bilingual.same("API {}"),
    "letter": Bilingual(ja="書面 {}", en="letter {}"),
    "mail": Bilingual(ja="メール {}", en="e-mail {}"),
}
"""What comes before the name of the thing, where a name alone would not say what it is."""
_CREDENTIAL = re.compile(r"credential (\d+) generation (\d+)")


def actor_in_words(by: str) -> Bilingual:
    """Return who acted; a person's log-in name stands for itself."""
    return ACTORS.get(by) or Bilingual.same(by)


def subject_in_words(subject: str) -> Bilingual:
    """Return what an event is about."""
    if found := SUBJECTS.get(subject):
        return found
    if credential := _CREDENTIAL.fullmatch(subject):
        return Bilingual(ja=f"認証情報 {credential[1]} 第{credential[2]}世代", en=subject)
    for kind, words in KINDS.items():
        if subject.startswith(f"{kind} "):
            name = subject.removeprefix(f"{kind} ")
            return Bilingual(ja=words.ja.format(name), en=words.en.format(name))
    return Bilingual.same(subject)
