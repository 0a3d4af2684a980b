"""What the details of an audit event are called and say, in Japanese and in English.

The audit keeps codes and the English of purposes, which never change; these words may be written better at any time.
What a person typed, numbers, references and names of other systems stand for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from keiki.domain.access.rights import Right
from keiki.domain.access.roles import ROLES, Role
from keiki.domain.catalogues.lifecycle import CATALOGUE_VERSION
from keiki.domain.contracts.lifecycle import SERVICE
from keiki.domain.credentials.lifecycle import CREDENTIAL
from keiki.domain.designs.lifecycle import DESIGN
from keiki.domain.diagnosis.words import TEXTS
from keiki.domain.keys.lifecycle import KEY_REQUEST
from keiki.domain.keys.tokens import API_TOKEN
from keiki.domain.linkage.terms import TERMS
from keiki.domain.remote.contradiction import CONTRADICTION
from keiki.domain.remote.lifecycle import REMOTE_COMMAND
from keiki.domain.remote.words import OUTCOMES
from keiki.domain.workorders.lifecycle import WORK_ORDER

Text = tuple[str, str]

LABELS: Mapping[str, Text] = {
    "after": ("変更後の状態", "state afterwards"),
    "also_at": ("他の供給地点", "also at"),
    "because": ("理由", "reason"),
    "because_ja": ("理由(日本語)", "reason in Japanese"),
    "before": ("変更前の状態", "state before"),
    "broken": ("満たさないルール", "rules that are broken"),
    "by": ("選んだ者", "chosen by"),
    "by_agent": ("代理人による申込み", "applied for by an agent"),
    "by_version": ("交代した版", "superseded by"),
    "changed": ("変わった事項", "what had changed"),
    "channel": ("通知の方法", "way of telling"),
    "combination": ("組合せ", "combination"),
    "command": ("遠隔指令", "remote command"),
    "contracts": ("照合した契約", "contracts looked at"),
    "designs": ("照合した設計", "designs looked at"),
    "device": ("ハンディ端末", "hand-held device"),
    "diagnosis": ("診断", "diagnosis"),
    "differing": ("製造番号が違うユニット", "units with another serial number"),
    "digest": ("内容のダイジェスト", "digest of the content"),
    "disposition": ("扱い", "what was done with it"),
    "effective_from": ("適用開始日", "in force from"),
    "expires": ("有効期限", "expires"),
    "file": ("ファイル", "file"),
    "files": ("ファイル", "files"),
    "fingerprint": ("鍵の指紋", "fingerprint of the keys"),
    "generation": ("世代", "generation"),
    "gone": ("お客さまがいなくなった契約", "contracts whose customer is gone"),
    "hits": ("見つかった件数", "places found"),
    "how": ("方法", "how"),
    "instead": ("代わりの版", "in force instead"),
    "keeps_id": ("認証IDを引き継ぐ", "keeps the authentication ID"),
    "kept": ("保留した結果", "result kept for a person"),
    "key_id": ("鍵の番号", "key id"),
    "kind": ("種類", "kind"),
    "length": ("入力した文字数", "characters typed"),
    "limit": ("上限(1時間あたり)", "limit an hour"),
    "medium": ("通信方式", "medium"),
    "more": ("ほかにも該当あり", "there are more"),
    "name": ("名称", "name"),
    "name_en": ("名称(英語)", "name in English"),
    "name_ja": ("名称(日本語)", "name in Japanese"),
    "nobody_holds": ("誰も持たない値", "values that nobody has"),
    "office": ("営業所", "service office"),
    "offices": ("営業所", "service offices"),
    "outcome": ("結果", "outcome"),
    "points": ("表示した供給地点", "supply points shown"),
    "proposed_by": ("申請者", "proposed by"),
    "query": ("検索項目", "searched by"),
    "reason": ("結果の理由", "reason of the outcome"),
    "recipient": ("宛先の鍵", "recipient's key"),
    "recorded": ("記録済みの結果", "what is recorded"),
    "refused": ("示さなかった理由", "why nothing was shown"),
    "reopened": ("設計中に戻した設計", "designs reopened"),
    "right": ("必要な権限", "right that was needed"),
    "rights": ("権限", "rights"),
    "role": ("役割", "role"),
    "roles": ("操作した人の役割", "roles of who acted"),
    "rows": ("行数", "rows"),
    "settled_by": ("解決した書換え・読取り", "settled by"),
    "shown": ("表示した項目", "what was shown"),
    "state": ("状態", "state"),
    "step": ("段階", "step"),
    "system": ("システム", "system"),
    "taken_back": ("取り戻した選択", "choice taken back"),
    "task": ("工事部門への連絡事項", "follow-up"),
    "token_digest": ("トークンのダイジェスト", "digest of the token"),
    "trouble": ("受け付けられなかった理由", "why it was not accepted"),
    "unavailable": ("応答しなかったデータ元", "sources that did not answer"),
    "unit": ("ユニットの製造番号", "serial number of the unit"),
    "unknown": ("確かめられなかったデータ元", "sources that could not tell"),
    "until": ("期限", "until"),
    "wanted": ("探した番号", "number looked for"),
    "way": ("進め方", "way"),
    "trouble_ja": ("受け付けられなかった理由(日本語)", "why it was not accepted, in Japanese"),
    "why": ("目的", "purpose"),
    "why_ja": ("目的(日本語)", "purpose in Japanese"),
}

LIFECYCLES = (
    DESIGN,
    WORK_ORDER,
    REMOTE_COMMAND,
    CREDENTIAL,
    SERVICE,
    CATALOGUE_VERSION,
    CONTRADICTION,
    KEY_REQUEST,
    API_TOKEN,
)

CODES: Mapping[str, Mapping[str, Text]] = {
    "because": {
        "moved_out": ("お客さまが転居", "the customer moved out"),
        "no_record": ("契約の記録なし", "no contract on record"),
        "another_contract": ("別の契約が有効", "another contract is in force"),
        "another_customer": ("契約のお客さまが別の方", "the contract is another customer's"),
        "asked": ("本人の操作", "the person logged out"),
        "idle": ("操作がなかったため", "nothing was done for a while"),
        "long": ("ログイン時間の上限", "it lasted as long as it may"),
        "replaced": ("別の場所でのログイン", "a log-in elsewhere"),
        "elsewhere": ("本人が別のブラウザーから終了", "ended from another browser"),
        "administrator": ("管理者が終了", "ended by an administrator"),
        "password": ("パスワードの変更", "the password was changed"),
    },
    "by": {
        "proposal": ("推奨を採用", "proposal taken"),
        "undo": ("元に戻した", "step taken back"),
        "designer": ("設計担当が選択", "chosen by the designer"),
    },
    "channel": {"letter": ("郵送の書面", "by post"), "mail": ("メール", "by e-mail")},
    "diagnosis": {id_.value: (text.message.ja, text.message.en) for id_, text in TEXTS.items()},
    "differing": {
        "communication": ("通信ユニット", "communication unit"),
        "metering": ("計量ユニット", "metering unit"),
        "option": ("付加機能ユニット", "optional unit"),
        "cover": ("端子カバー", "terminal cover"),
    },
    "disposition": {
        "unknown": ("この営業所の指令への回答ではない", "answers no command of this office"),
        "refused": ("読めないか、登録された制御エージェントからではない", "not readable, or from no enrolled agent"),
    },
    "how": {
        "remote": ("遠隔", "remotely"),
        "on_site": ("現地", "on site"),
        "password": ("パスワード", "password"),
        "socialaccount": ("シングルサインオン", "single sign-on"),
        "mfa": ("二要素認証", "second factor"),
    },
    "kind": {
        "rewrite_password": ("パスワードの書換え", "rewrite the password"),
        "read_status": ("状態の読取り", "read the status"),
        "customer_number": ("お客さま番号", "customer number"),
        "address": ("住所", "address"),
        "serial": ("製造番号", "serial number"),
        "enrol": ("公開鍵カードの登録", "enrol a card"),
        "revoke": ("公開鍵カードの失効", "revoke a card"),
        "totp": ("認証アプリ", "authenticator app"),
        "webauthn": ("パスキー", "passkey"),
        "recovery_codes": ("回復コード", "recovery codes"),
    },
    "medium": {"wireless": ("無線", "wireless"), "plc": ("電力線", "power line"), "rf": ("無線", "radio")},
    "outcome": OUTCOMES,
    "reason": OUTCOMES,
    "refused": {"out of reach": ("担当外の営業所", "out of reach")},
    "right": {right.value: right.words for right in Right},
    "rights": {right.value: right.words for right in Right},
    "role": {
        **{role.value: ROLES[role].words for role in Role},
        "control": ("制御エージェント", "control agent"),
        "handheld": ("ハンディ端末", "hand-held device"),
    },
    "roles": {role.value: ROLES[role].words for role in Role},
    "shown": {
        **{name: (term.ja, term.en) for name, term in TERMS.items()},
        "name": ("氏名", "name"),
        "postcode": ("郵便番号", "postcode"),
        "address": ("住所", "address"),
        "email": ("メールアドレス", "e-mail address"),
        "phone": ("電話番号", "telephone number"),
    },
    "step": {
        "password": ("パスワード", "password"),
        "not active": ("停止中の利用者", "person no longer active"),
        "second factor": ("二要素認証", "second factor"),
        "single sign-on": ("シングルサインオン", "single sign-on"),
    },
    "task": {
        "look_at_failed_visit": ("不成功の訪問作業を確認する", "look at the failed visit"),
        "book_installed_units": ("取り付けたユニットを計器工事実績に登録する", "book the installed units"),
        "serials_differ": ("作業指示書と違う製造番号を確認して登録する", "check and book differing serial numbers"),
    },
    "way": {
        "rewrite": ("遠隔で書換え", "rewrite remotely"),
        "visit": ("訪問して設定", "set by a visit"),
        "late proof": ("遅れて届いた確認", "by a late proof"),
    },
}
_NOTHING: Text = ("—", "—")
_YES_NO: Mapping[bool, Text] = {True: ("はい", "yes"), False: ("いいえ", "no")}

PURPOSES: Mapping[str, Text] = {
    "looked up at the desk": ("窓口での照会", "a look at the desk"),
    "purpose not stated": ("目的の選択なし", "purpose not stated"),
    "looked up for an application": ("申込みの処理", "an application"),
    "looked up for a design or work order": ("設計・作業指示書", "a design or work order"),
    "looked up for a customer's question": ("お客さまからの問合せ", "a customer's question"),
    "looked up because of trouble": ("不具合の調査", "trouble with the service"),
    "looked up to check the records": ("台帳の確認", "a check of the records"),
    "application checked": ("申込みの確認", "checking an application"),
    "applicant checked": ("申込者の確認", "checking the applicant"),
    "design opened": ("設計の開始", "opening a design"),
    "design finished": ("設計の完了", "finishing a design"),
    "power of attorney confirmed": ("委任の確認", "confirming a power of attorney"),
    "password rewritten": ("パスワードの書換え", "rewriting the password"),
    "status read": ("状態の読取り", "reading the status"),
    "way decided": ("進め方の決定", "deciding the way"),
    "work order issued": ("作業指示書の発行", "issuing a work order"),
    "work order printed": ("作業指示書の印刷", "printing a work order"),
    "status reading": ("状態の読取り", "reading the status"),
    "letter": ("書面の作成", "writing a letter"),
    "e-mail": ("メールの作成", "writing an e-mail"),
    "watch": ("台帳の変化の監視", "the watch over the records"),
    "The visit did not succeed.": ("訪問作業が成功しませんでした。", "The visit did not succeed."),
    "the applicant is not the customer of the contract": (
        "申込者が契約のお客さまと一致しません",
        "the applicant is not the customer of the contract",
    ),
    "the password was lost": ("パスワードの紛失を受け付けたため", "the password was lost"),
    "the contract ends": ("契約が廃止されるため", "the contract ends"),
    "a newer credential is delivered": ("より新しい認証情報を通知するため", "a newer credential is delivered"),
}
"""Purposes and reasons that the office writes itself, by what the audit keeps."""
_WITH_REFERENCE: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"desk of (\S+)"), ("{} の設計デスク", "the desk of {}")),
    (re.compile(r"gate of (\S+)"), ("{} の設計チェック", "the gate of {}")),
    (re.compile(r"work order of (\S+)"), ("{} の作業指示書の発行", "issuing the work order of {}")),
    (re.compile(r"(\S+) printed"), ("{} の印刷", "printing {}")),
    (re.compile(r"visit of (\S+) recorded"), ("{} の訪問結果の記録", "recording the visit of {}")),
    (re.compile(r"way of (\S+?)(?: decided)?"), ("{} の進め方の決定", "deciding the way of {}")),
    (re.compile(r"built by (\S+) after all"), ("{} により施工済みと判明", "built by {} after all")),
)


def label_in_words(name: str) -> Text:
    """Return what a detail is called; a name of another version of the program stands for itself."""
    return LABELS.get(name, (name, name))


def value_in_words(name: str, value: Any, details: Mapping[str, Any]) -> Text | None:
    """Return what the detail ``name`` says, or ``None`` where it stands for itself; ``details`` are the event's."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, str):
        in_japanese = details.get(f"{name}_ja")
        return (str(in_japanese), value) if in_japanese else _code_in_words(name, value, details)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return _joined([_code_in_words(name, each, details) or (each, each) for each in value], ("、", ", "))
    return _parts(name, value, details) if isinstance(value, dict) else None


def _parts(name: str, value: dict[str, Any], details: Mapping[str, Any]) -> Text | None:
    """Say what each data source told, or which unit stands at each kind."""
    if all(isinstance(each, list) for each in value.values()):
        return _joined([_of_source(name, source, each, details) for source, each in value.items()], ("；", "; "))
    if name != "combination" or not all(isinstance(each, str) for each in value.values()):
        return None
    units = [(CODES["differing"].get(kind, (kind, kind)), unit) for kind, unit in value.items()]
    return _joined([(f"{ja} {unit}", f"{en} {unit}") for (ja, en), unit in units], ("、", ", "))


def _code_in_words(name: str, value: str, details: Mapping[str, Any]) -> Text | None:
    if name in ("before", "after", "state", "recorded"):
        return _state_in_words(name, value, details)
    if name in ("why", "because") and (found := purpose_in_words(value)):
        return found
    return CODES.get(name, {}).get(value)


def _of_source(name: str, source: str, value: list[Any], details: Mapping[str, Any]) -> Text:
    ja, en = value_in_words(name, value, details) or _NOTHING
    return f"{source}: {ja}", f"{source}: {en}"


def _joined(words: list[Text], between: Text) -> Text:
    return between[0].join(ja for ja, _ in words) or "—", between[1].join(en for _, en in words) or "—"


def purpose_in_words(kept: str) -> Text | None:
    """Return a purpose or reason that the office wrote, or ``None`` where a person typed it."""
    if found := PURPOSES.get(kept):
        return found
    for pattern, (ja, en) in _WITH_REFERENCE:
        if found_reference := pattern.fullmatch(kept):
            return ja.format(found_reference[1]), en.format(found_reference[1])
    return None


def _state_in_words(name: str, value: str, details: Mapping[str, Any]) -> Text | None:
    """The state in the words of the lifecycle that has this very step, else of the first that knows the state."""
    before, after = details.get("before"), details.get("after")
    for lifecycle in LIFECYCLES:
        steps = {(source.value, target.value) for (source, _), target in lifecycle.table.items()}
        if name in ("before", "after") and (before, after) in steps:
            return _words_of(lifecycle, value)
    commands_first = (REMOTE_COMMAND, *LIFECYCLES)
    return next((words for each in commands_first if (words := _words_of(each, value))), None)


def _words_of(lifecycle: Any, value: str) -> Text | None:
    return next((words for state, words in lifecycle.words.states.items() if state.value == value), None)
