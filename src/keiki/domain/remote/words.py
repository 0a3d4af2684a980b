"""Why a remote command or a visit ended as it did: the codes that results carry, in Japanese and in English.

A code comes from the sealing (``expired``), the meter (``older_generation``), the control agent (``no_answer``) or the
hand-held device (``given_up``). What to do about each is said where it is diagnosed; these are their names.
"""

from __future__ import annotations

from collections.abc import Mapping

from keiki.foundation.text.bilingual import Bilingual

OUTCOMES: Mapping[str, Bilingual] = {
    "succeeded": Bilingual(ja="成功", en="succeeded"),
    "refused": Bilingual(ja="拒否", en="refused"),
    "unreachable": Bilingual(ja="計器が応答しない", en="the meter does not answer"),
    # the seal
    "malformed": Bilingual(ja="データが壊れている", en="damaged data"),
    "wrong_version": Bilingual(ja="新しい形式のデータ", en="a newer format"),
    "wrong_purpose": Bilingual(ja="別の用途のデータ", en="made for another purpose"),
    "not_for_this_recipient": Bilingual(ja="別の端末あて", en="meant for another device"),
    "bad_signature": Bilingual(ja="営業所の署名がない", en="not signed by the office"),
    "expired": Bilingual(ja="期限切れ", en="expired"),
    "not_for_this_meter": Bilingual(ja="作業指示書と違う計器", en="another meter than ordered"),
    "cannot_open": Bilingual(ja="封印を開けない", en="the seal does not open"),
    "foreign_barcode": Bilingual(ja="別のバーコード", en="another barcode"),
    "bad_identity": Bilingual(ja="公開鍵カードが正しくない", en="not a valid identity card"),
    # the meter
    "older_generation": Bilingual(ja="計器により新しいパスワードがある", en="the meter holds a newer password"),
    "other_content": Bilingual(
        ja="計器に同じ世代の別のパスワードがある", en="the meter holds another password of this generation"
    ),
    "no_route_b": Bilingual(ja="Bルート機能のないユニット", en="the unit has no route B"),
    "unit_down": Bilingual(ja="通信ユニットが起動していない", en="the communication unit did not start"),
    "no_credential": Bilingual(ja="計器にパスワードがない", en="the meter holds no password"),
    "not_authenticated": Bilingual(ja="計器がパスワードを証明できない", en="the meter does not prove the password"),
    "write_protected": Bilingual(ja="計器が書込み禁止", en="the meter is write-protected"),
    "unknown_unit": Bilingual(ja="通信ユニットが見つからない", en="the communication unit is not known"),
    "not_understood": Bilingual(ja="計器が要求を理解しない", en="the meter does not understand the request"),
    "wrong_meter": Bilingual(ja="別の計器が応答した", en="another meter answered"),
    # the control agent and the hand-held device
    "no_answer": Bilingual(ja="計器から応答がない", en="no answer from the meter"),
    "reply_lost": Bilingual(ja="書込み後に応答が途絶えた", en="the reply to the write was lost"),
    "unsure": Bilingual(ja="書込みの結果が不明", en="whether it was written is not known"),
    "agent_failed": Bilingual(ja="制御側のプログラムが失敗した", en="the control agent itself failed"),
    "given_up": Bilingual(ja="作業者が中止した", en="given up by the worker"),
}


def outcome_in_words(code: str) -> Bilingual:
    """Return the words of a code; one that a newer device sends stands for itself."""
    return OUTCOMES.get(code) or Bilingual.same(code)
