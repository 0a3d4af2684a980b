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
from keiki.foundation.text.bilingual import Bilingual

LABELS: Mapping[str, Bilingual] = {
    "after": Bilingual(ja="変更後の状態", en="state afterwards"),
    "also_at": Bilingual(ja="他の供給地点", en="also at"),
    "because": Bilingual(ja="理由", en="reason"),
    "because_ja": Bilingual(ja="理由(日本語)", en="reason in Japanese"),
    "before": Bilingual(ja="変更前の状態", en="state before"),
    "broken": Bilingual(ja="満たさないルール", en="rules that are broken"),
    "by": Bilingual(ja="選んだ者", en="chosen by"),
    "by_agent": Bilingual(ja="代理人による申込み", en="applied for by an agent"),
    "by_version": Bilingual(ja="交代した版", en="superseded by"),
    "changed": Bilingual(ja="変わった事項", en="what had changed"),
    "channel": Bilingual(ja="通知の方法", en="way of telling"),
    "combination": Bilingual(ja="組合せ", en="combination"),
    "command": Bilingual(ja="遠隔指令", en="remote command"),
    "contracts": Bilingual(ja="照合した契約", en="contracts looked at"),
    "designs": Bilingual(ja="照合した設計", en="designs looked at"),
    "device": Bilingual(ja="ハンディ端末", en="hand-held device"),
    "diagnosis": Bilingual(ja="診断", en="diagnosis"),
    "differing": Bilingual(ja="製造番号が違うユニット", en="units with another serial number"),
    "digest": Bilingual(ja="内容のダイジェスト", en="digest of the content"),
    "disposition": Bilingual(ja="扱い", en="what was done with it"),
    "effective_from": Bilingual(ja="適用開始日", en="in force from"),
    "expires": Bilingual(ja="有効期限", en="expires"),
    "file": Bilingual(ja="ファイル", en="file"),
    "files": Bilingual(ja="ファイル", en="files"),
    "fingerprint": Bilingual(ja="鍵の指紋", en="fingerprint of the keys"),
    "generation": Bilingual(ja="世代", en="generation"),
    "gone": Bilingual(ja="お客さまがいなくなった契約", en="contracts whose customer is gone"),
    "hits": Bilingual(ja="見つかった件数", en="places found"),
    "how": Bilingual(ja="方法", en="how"),
    "instead": Bilingual(ja="代わりの版", en="in force instead"),
    "keeps_id": Bilingual(ja="認証IDを引き継ぐ", en="keeps the authentication ID"),
    "kept": Bilingual(ja="保留した結果", en="result kept for a person"),
    "key_id": Bilingual(ja="鍵の番号", en="key id"),
    "kind": Bilingual(ja="種類", en="kind"),
    "length": Bilingual(ja="入力した文字数", en="characters typed"),
    "limit": Bilingual(ja="上限(1時間あたり)", en="limit an hour"),
    "medium": Bilingual(ja="通信方式", en="medium"),
    "more": Bilingual(ja="ほかにも該当あり", en="there are more"),
    "name": Bilingual(ja="名称", en="name"),
    "name_en": Bilingual(ja="名称(英語)", en="name in English"),
    "name_ja": Bilingual(ja="名称(日本語)", en="name in Japanese"),
    "nobody_holds": Bilingual(ja="誰も持たない値", en="values that nobody has"),
    "office": Bilingual(ja="営業所", en="service office"),
    "offices": Bilingual(ja="営業所", en="service offices"),
    "outcome": Bilingual(ja="結果", en="outcome"),
    "points": Bilingual(ja="表示した供給地点", en="supply points shown"),
    "proposed_by": Bilingual(ja="申請者", en="proposed by"),
    "query": Bilingual(ja="検索項目", en="searched by"),
    "reason": Bilingual(ja="結果の理由", en="reason of the outcome"),
    "recipient": Bilingual(ja="宛先の鍵", en="recipient's key"),
    "recorded": Bilingual(ja="記録済みの結果", en="what is recorded"),
    "refused": Bilingual(ja="示さなかった理由", en="why nothing was shown"),
    "reopened": Bilingual(ja="設計中に戻した設計", en="designs reopened"),
    "right": Bilingual(ja="必要な権限", en="right that was needed"),
    "rights": Bilingual(ja="権限", en="rights"),
    "role": Bilingual(ja="役割", en="role"),
    "roles": Bilingual(ja="操作した人の役割", en="roles of who acted"),
    "rows": Bilingual(ja="行数", en="rows"),
    "settled_by": Bilingual(ja="解決した書換え・読取り", en="settled by"),
    "shown": Bilingual(ja="表示した項目", en="what was shown"),
    "state": Bilingual(ja="状態", en="state"),
    "step": Bilingual(ja="段階", en="step"),
    "system": Bilingual(ja="システム", en="system"),
    "taken_back": Bilingual(ja="取り戻した選択", en="choice taken back"),
    "task": Bilingual(ja="工事部門への連絡事項", en="follow-up"),
    "token_digest": Bilingual(ja="トークンのダイジェスト", en="digest of the token"),
    "trouble": Bilingual(ja="受け付けられなかった理由", en="why it was not accepted"),
    "unavailable": Bilingual(ja="応答しなかったデータ元", en="sources that did not answer"),
    "unit": Bilingual(ja="ユニットの製造番号", en="serial number of the unit"),
    "unknown": Bilingual(ja="確かめられなかったデータ元", en="sources that could not tell"),
    "until": Bilingual(ja="期限", en="until"),
    "wanted": Bilingual(ja="探した番号", en="number looked for"),
    "way": Bilingual(ja="進め方", en="way"),
    "trouble_ja": Bilingual(ja="受け付けられなかった理由(日本語)", en="why it was not accepted, in Japanese"),
    "why": Bilingual(ja="目的", en="purpose"),
    "why_ja": Bilingual(ja="目的(日本語)", en="purpose in Japanese"),
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

CODES: Mapping[str, Mapping[str, Bilingual]] = {
    "because": {
        "moved_out": Bilingual(ja="お客さまが転居", en="the customer moved out"),
        "no_record": Bilingual(ja="契約の記録なし", en="no contract on record"),
        "another_contract": Bilingual(ja="別の契約が有効", en="another contract is in force"),
        "another_customer": Bilingual(ja="契約のお客さまが別の方", en="the contract is another customer's"),
        "asked": Bilingual(ja="本人の操作", en="the person logged out"),
        "idle": Bilingual(ja="操作がなかったため", en="nothing was done for a while"),
        "long": Bilingual(ja="ログイン時間の上限", en="it lasted as long as it may"),
        "replaced": Bilingual(ja="別の場所でのログイン", en="a log-in elsewhere"),
        "elsewhere": Bilingual(ja="本人が別のブラウザーから終了", en="ended from another browser"),
        "administrator": Bilingual(ja="管理者が終了", en="ended by an administrator"),
        "password": Bilingual(ja="パスワードの変更", en="the password was changed"),
    },
    "by": {
        "proposal": Bilingual(ja="推奨を採用", en="proposal taken"),
        "undo": Bilingual(ja="元に戻した", en="step taken back"),
        "designer": Bilingual(ja="設計担当が選択", en="chosen by the designer"),
    },
    "channel": {"letter": Bilingual(ja="郵送の書面", en="by post"), "mail": Bilingual(ja="メール", en="by e-mail")},
    "diagnosis": {id_.value: text.message for id_, text in TEXTS.items()},
    "differing": {
        "communication": Bilingual(ja="通信ユニット", en="communication unit"),
        "metering": Bilingual(ja="計量ユニット", en="metering unit"),
        "option": Bilingual(ja="付加機能ユニット", en="optional unit"),
        "cover": Bilingual(ja="端子カバー", en="terminal cover"),
    },
    "disposition": {
        "unknown": Bilingual(ja="この営業所の指令への回答ではない", en="answers no command of this office"),
        "refused": Bilingual(
            ja="読めないか、登録された制御エージェントからではない", en="not readable, or from no enrolled agent"
        ),
    },
    "how": {
        "remote": Bilingual(ja="遠隔", en="remotely"),
        "on_site": Bilingual(ja="現地", en="on site"),
        "password": Bilingual(ja="パスワード", en="password"),
        "socialaccount": Bilingual(ja="シングルサインオン", en="single sign-on"),
        "mfa": Bilingual(ja="二要素認証", en="second factor"),
    },
    "kind": {
        "rewrite_password": Bilingual(ja="パスワードの書換え", en="rewrite the password"),
        "read_status": Bilingual(ja="状態の読取り", en="read the status"),
        "customer_number": Bilingual(ja="お客さま番号", en="customer number"),
        "address": Bilingual(ja="住所", en="address"),
        "serial": Bilingual(ja="製造番号", en="serial number"),
        "enrol": Bilingual(ja="公開鍵カードの登録", en="enrol a card"),
        "revoke": Bilingual(ja="公開鍵カードの失効", en="revoke a card"),
        "totp": Bilingual(ja="認証アプリ", en="authenticator app"),
        "webauthn": Bilingual(ja="パスキー", en="passkey"),
        "recovery_codes": Bilingual(ja="回復コード", en="recovery codes"),
    },
    "medium": {
        "wireless": Bilingual(ja="無線", en="wireless"),
        "plc": Bilingual(ja="電力線", en="power line"),
        "rf": Bilingual(ja="無線", en="radio"),
    },
    "outcome": OUTCOMES,
    "reason": OUTCOMES,
    "refused": {"out of reach": Bilingual(ja="担当外の営業所", en="out of reach")},
    "right": {right.value: right.words for right in Right},
    "rights": {right.value: right.words for right in Right},
    "role": {
        **{role.value: ROLES[role].words for role in Role},
        "control": Bilingual(ja="制御エージェント", en="control agent"),
        "handheld": Bilingual(ja="ハンディ端末", en="hand-held device"),
    },
    "roles": {role.value: ROLES[role].words for role in Role},
    "shown": {
        **{name: Bilingual(ja=term.ja, en=term.en) for name, term in TERMS.items()},
        "name": Bilingual(ja="氏名", en="name"),
        "postcode": Bilingual(ja="郵便番号", en="postcode"),
        "address": Bilingual(ja="住所", en="address"),
        "email": Bilingual(ja="メールアドレス", en="e-mail address"),
        "phone": Bilingual(ja="電話番号", en="telephone number"),
    },
    "step": {
        "password": Bilingual(ja="パスワード", en="password"),
        "not active": Bilingual(ja="停止中の利用者", en="person no longer active"),
        "second factor": Bilingual(ja="二要素認証", en="second factor"),
        "single sign-on": Bilingual(ja="シングルサインオン", en="single sign-on"),
    },
    "task": {
        "look_at_failed_visit": Bilingual(ja="不成功の訪問作業を確認する", en="look at the failed visit"),
        "book_installed_units": Bilingual(
            ja="取り付けたユニットを計器工事実績に登録する", en="book the installed units"
        ),
        "serials_differ": Bilingual(
            ja="作業指示書と違う製造番号を確認して登録する", en="check and book differing serial numbers"
        ),
    },
    "way": {
        "rewrite": Bilingual(ja="遠隔で書換え", en="rewrite remotely"),
        "visit": Bilingual(ja="訪問して設定", en="set by a visit"),
        "late proof": Bilingual(ja="遅れて届いた確認", en="by a late proof"),
    },
}
_NOTHING = Bilingual.same("—")
_YES_NO: Mapping[bool, Bilingual] = {True: Bilingual(ja="はい", en="yes"), False: Bilingual(ja="いいえ", en="no")}

PURPOSES: Mapping[str, Bilingual] = {
    "looked up at the desk": Bilingual(ja="窓口での照会", en="a look at the desk"),
    "purpose not stated": Bilingual(ja="目的の選択なし", en="purpose not stated"),
    "looked up for an application": Bilingual(ja="申込みの処理", en="an application"),
    "looked up for a design or work order": Bilingual(ja="設計・作業指示書", en="a design or work order"),
    "looked up for a customer's question": Bilingual(ja="お客さまからの問合せ", en="a customer's question"),
    "looked up because of trouble": Bilingual(ja="不具合の調査", en="trouble with the service"),
    "looked up to check the records": Bilingual(ja="台帳の確認", en="a check of the records"),
    "application checked": Bilingual(ja="申込みの確認", en="checking an application"),
    "applicant checked": Bilingual(ja="申込者の確認", en="checking the applicant"),
    "design opened": Bilingual(ja="設計の開始", en="opening a design"),
    "design finished": Bilingual(ja="設計の完了", en="finishing a design"),
    "power of attorney confirmed": Bilingual(ja="委任の確認", en="confirming a power of attorney"),
    "password rewritten": Bilingual(ja="パスワードの書換え", en="rewriting the password"),
    "status read": Bilingual(ja="状態の読取り", en="reading the status"),
    "way decided": Bilingual(ja="進め方の決定", en="deciding the way"),
    "work order issued": Bilingual(ja="作業指示書の発行", en="issuing a work order"),
    "work order printed": Bilingual(ja="作業指示書の印刷", en="printing a work order"),
    "status reading": Bilingual(ja="状態の読取り", en="reading the status"),
    "letter": Bilingual(ja="書面の作成", en="writing a letter"),
    "e-mail": Bilingual(ja="メールの作成", en="writing an e-mail"),
    "watch": Bilingual(ja="台帳の変化の監視", en="the watch over the records"),
    "The visit did not succeed.": Bilingual(ja="訪問作業が成功しませんでした。", en="The visit did not succeed."),
    "the applicant is not the customer of the contract": Bilingual(
        ja="申込者が契約のお客さまと一致しません",
        en="the applicant is not the customer of the contract",
    ),
    "the password was lost": Bilingual(ja="パスワードの紛失を受け付けたため", en="the password was lost"),
    "the contract ends": Bilingual(ja="契約が廃止されるため", en="the contract ends"),
    "a newer credential is delivered": Bilingual(
        ja="より新しい認証情報を通知するため", en="a newer credential is delivered"
    ),
}
"""Purposes and reasons that the office writes itself, by what the audit keeps."""
_WITH_REFERENCE: tuple[tuple[re.Pattern[str], Bilingual], ...] = (
    (re.compile(r"desk of (\S+)"), Bilingual(ja="{} の設計デスク", en="the desk of {}")),
    (re.compile(r"gate of (\S+)"), Bilingual(ja="{} の設計チェック", en="the gate of {}")),
    (re.compile(r"work order of (\S+)"), Bilingual(ja="{} の作業指示書の発行", en="issuing the work order of {}")),
    (re.compile(r"(\S+) printed"), Bilingual(ja="{} の印刷", en="printing {}")),
    (re.compile(r"visit of (\S+) recorded"), Bilingual(ja="{} の訪問結果の記録", en="recording the visit of {}")),
    (re.compile(r"way of (\S+?)(?: decided)?"), Bilingual(ja="{} の進め方の決定", en="deciding the way of {}")),
    (re.compile(r"built by (\S+) after all"), Bilingual(ja="{} により施工済みと判明", en="built by {} after all")),
)


def label_in_words(name: str) -> Bilingual:
    """Return what a detail is called; a name of another version of the program stands for itself."""
    return LABELS.get(name) or Bilingual.same(name)


def value_in_words(name: str, value: Any, details: Mapping[str, Any]) -> Bilingual | None:
    """Return what the detail ``name`` says, or ``None`` where it stands for itself; ``details`` are the event's."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, str):
        in_japanese = details.get(f"{name}_ja")
        if in_japanese:
            return Bilingual(ja=str(in_japanese), en=value)
        return _code_in_words(name, value, details)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        said = [_code_in_words(name, each, details) or Bilingual.same(each) for each in value]
        return _joined(said, Bilingual(ja="、", en=", "))
    return _parts(name, value, details) if isinstance(value, dict) else None


def _parts(name: str, value: dict[str, Any], details: Mapping[str, Any]) -> Bilingual | None:
    """Say what each data source told, or which unit stands at each kind."""
    if all(isinstance(each, list) for each in value.values()):
        said = [_of_source(name, source, each, details) for source, each in value.items()]
        return _joined(said, Bilingual(ja="；", en="; "))
    if name != "combination" or not all(isinstance(each, str) for each in value.values()):
        return None
    kinds = ((CODES["differing"].get(kind) or Bilingual.same(kind), unit) for kind, unit in value.items())
    units = [Bilingual(ja=f"{kind.ja} {unit}", en=f"{kind.en} {unit}") for kind, unit in kinds]
    return _joined(units, Bilingual(ja="、", en=", "))


def _code_in_words(name: str, value: str, details: Mapping[str, Any]) -> Bilingual | None:
    if name in ("before", "after", "state", "recorded"):
        return _state_in_words(name, value, details)
    if name in ("why", "because") and (found := purpose_in_words(value)):
        return found
    return CODES.get(name, {}).get(value)


def _of_source(name: str, source: str, value: list[Any], details: Mapping[str, Any]) -> Bilingual:
    said = value_in_words(name, value, details) or _NOTHING
    return Bilingual(ja=f"{source}: {said.ja}", en=f"{source}: {said.en}")


def _joined(words: list[Bilingual], between: Bilingual) -> Bilingual:
    return Bilingual(
        ja=between.ja.join(each.ja for each in words) or _NOTHING.ja,
        en=between.en.join(each.en for each in words) or _NOTHING.en,
    )


def purpose_in_words(kept: str) -> Bilingual | None:
    """Return a purpose or reason that the office wrote, or ``None`` where a person typed it."""
    if found := PURPOSES.get(kept):
        return found
    for pattern, words in _WITH_REFERENCE:
        if found_reference := pattern.fullmatch(kept):
            reference = found_reference[1]
            return Bilingual(ja=words.ja.format(reference), en=words.en.format(reference))
    return None


def _state_in_words(name: str, value: str, details: Mapping[str, Any]) -> Bilingual | None:
    """The state in the words of the lifecycle that has this very step, else of the first that knows the state."""
    before, after = details.get("before"), details.get("after")
    for lifecycle in LIFECYCLES:
        steps = {(source.value, target.value) for (source, _), target in lifecycle.table.items()}
        if name in ("before", "after") and (before, after) in steps:
            return _words_of(lifecycle, value)
    commands_first = (REMOTE_COMMAND, *LIFECYCLES)
    return next((words for each in commands_first if (words := _words_of(each, value))), None)


def _words_of(lifecycle: Any, value: str) -> Bilingual | None:
    return next((words for state, words in lifecycle.words.states.items() if state.value == value), None)
