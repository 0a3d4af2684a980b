"""The sentence of any error that a person may be told, in Japanese and English.

The office's own refusals carry theirs. What the domain, the sealing, the relay and the operating system raise is worded
here: states and events by the words of their lifecycle, a sealing error by its code, the relay's by its kind. What
another program says stays in its words, in brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError

from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPointError
from keiki.domain.units import CatalogueError, RefusedError
from keiki.office.refusal import Refusal
from keiki.office.sources.errors import SourceUnavailableError
from keiki.protocols.sealing.errors import SealingError
from keiki.relay.client import LoginKeyError, PutRefused, RelayDenied, RelayError

SEALING: Mapping[str, str] = {
    "sealing_error": "封印されたデータを受け付けられません。",
    "malformed": (
        "Keikiの封印データではないか、壊れているか、途中で切れています。もう一度読み取るか、再発行してもらってください。"
    ),
    "wrong_version": "このプログラムより新しい形式のデータです。プログラムを更新してください。",
    "wrong_purpose": "別の用途に作られたデータなので、ここでは使えません。この作業用に発行されたものを使ってください。",
    "not_for_this_recipient": "別の端末あてのデータです。発行先の端末を使うか、再発行してもらってください。",
    "bad_signature": (
        "登録された送り手の署名がないか、途中で書き換えられています。使わずに、セキュリティ担当に知らせてください。"
    ),
    "expired": "有効期限が切れています。端末の時計を確かめてから、再発行してもらってください。",
    "not_for_this_meter": "別の計器の認証情報です。作業指示書と計器の製造番号を確かめてください。",
    "cannot_open": (
        "封印を開けません。この送り手が作ったものではありません。使わずに、セキュリティ担当に知らせてください。"
    ),
    "foreign_barcode": "認証情報のバーコードではありません。作業指示書の下にある四角いバーコードを読んでください。",
    "bad_identity": "公開鍵カードまたは鍵ファイルとして正しくありません。作成元でもう一度書き出してください。",
}
"""The Japanese of each sealing error, by its code; the English is the error's own."""

RELAY: Mapping[type[RelayError], str] = {
    LoginKeyError: "中継サーバのログイン鍵を使えません。init を実行するか、鍵ファイルとその権限を確かめてください",
    PutRefused: "中継サーバが受け取りを拒みました。何も保存されていません。中継サーバの空き容量を確かめてください",
    RelayDenied: "このログイン鍵では、その操作は許されていません。鍵の取り違えがないか確かめてください",
    RelayError: "中継サーバが応答しません。自動で再接続します。続く場合は中継サーバの稼働を確かめてください",
}
"""The Japanese of what may go wrong with the relay; the first kind that fits."""


def sentence_of(error: Exception) -> Text:
    """Return what happened, why and what to do, in Japanese and in English."""
    for kind, word in _WORDED:
        if isinstance(error, kind):
            return word(error)
    return f"処理できません({error})", str(error)


def _not_allowed(error: IllegalTransition) -> Text:
    """Say in words which step of whose life is not possible now, and which ones are."""
    words = error.words
    name, state, event = words.name, words.states[error.state], words.events[error.event]
    next_ja = "、".join(words.events[each].ja for each in error.allowed)
    next_en = ", ".join(words.events[each].en for each in error.allowed)
    ja = f"今できること: {next_ja}" if next_ja else "この状態から先へは進みません"
    en = f"possible now: {next_en}" if next_en else "nothing follows this state"
    return (
        f"この{name.ja}は「{state.ja}」なので、「{event.ja}」はできません。{ja}",
        f"this {name.en} is “{state.en}”, so “{event.en}” is not possible; {en}",
    )


def _lines(error: CatalogueError, language: str) -> str:
    return "\n".join(problem.text(language) for problem in error.problems)


def _relay(error: RelayError) -> Text:
    said = next(ja for kind, ja in RELAY.items() if isinstance(error, kind))
    return f"{said}({error})", str(error)


def _database(error: OperationalError) -> Text:
    said = str(error).partition("\n")[0]
    return (
        f"データベースを使えません({said})。稼働していること、settings.toml の [database] が正しいこと、"
        "ほかの処理が長く続いていないことを確かめて、もう一度実行してください",
        f"the database cannot be used ({said}): is it running, is [database] in settings.toml right, "
        "does another act take long? Then try again",
    )


_WORDED: tuple[tuple[Any, Callable[[Any], Text]], ...] = (
    ((Refusal, SupplyPointError), lambda error: error.sentence),
    (IllegalTransition, _not_allowed),
    (RefusedError, lambda error: (error.sentence.ja, error.sentence.en)),
    (CatalogueError, lambda error: (_lines(error, "ja"), _lines(error, "en"))),
    (
        SourceUnavailableError,
        lambda error: (f"{error.owner[0]}のデータを使えません。{error.reason[0]}", str(error)),
    ),
    (SealingError, lambda error: (SEALING[error.code], str(error))),
    (RelayError, _relay),
    (OperationalError, _database),
    (
        OSError,
        lambda error: (f"ファイルか通信の操作に失敗しました({error})。名前、権限、空きを確かめてください", str(error)),
    ),
)
"""How each kind is worded; the first that fits."""
