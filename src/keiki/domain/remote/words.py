"""Why a remote command or a visit ended as it did: the codes that results carry, in Japanese and in English.

A code comes from the sealing (``expired``), the meter (``older_generation``), the control agent (``no_answer``) or the
hand-held device (``given_up``). What to do about each is said where it is diagnosed; these are their names.
"""

from __future__ import annotations

from collections.abc import Mapping

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "succeeded": ("成功", "succeeded"),
    "refused": ("拒否", "refused"),
    "unreachable": ("計器が応答しない", "the meter does not answer"),
    # the seal
    "malformed": ("データが壊れている", "damaged data"),
    "wrong_version": ("新しい形式のデータ", "a newer format"),
    "wrong_purpose": ("別の用途のデータ", "made for another purpose"),
    "not_for_this_recipient": ("別の端末あて", "meant for another device"),
    "bad_signature": ("営業所の署名がない", "not signed by the office"),
    "expired": ("期限切れ", "expired"),
    "not_for_this_meter": ("作業指示書と違う計器", "another meter than ordered"),
    "cannot_open": ("封印を開けない", "the seal does not open"),
    "foreign_barcode": ("別のバーコード", "another barcode"),
    "bad_identity": ("公開鍵カードが正しくない", "not a valid identity card"),
    # the meter
    "older_generation": ("計器により新しいパスワードがある", "the meter holds a newer password"),
    "other_content": ("計器に同じ世代の別のパスワードがある", "the meter holds another password of this generation"),
    "no_route_b": ("Bルート機能のないユニット", "the unit has no route B"),
    "unit_down": ("通信ユニットが起動していない", "the communication unit did not start"),
    "no_credential": ("計器にパスワードがない", "the meter holds no password"),
    "not_authenticated": ("計器がパスワードを証明できない", "the meter does not prove the password"),
    "write_protected": ("計器が書込み禁止", "the meter is write-protected"),
    "unknown_unit": ("通信ユニットが見つからない", "the communication unit is not known"),
    "not_understood": ("計器が要求を理解しない", "the meter does not understand the request"),
    "wrong_meter": ("別の計器が応答した", "another meter answered"),
    # the control agent and the hand-held device
    "no_answer": ("計器から応答がない", "no answer from the meter"),
    "reply_lost": ("書込み後に応答が途絶えた", "the reply to the write was lost"),
    "unsure": ("書込みの結果が不明", "whether it was written is not known"),
    "agent_failed": ("制御側のプログラムが失敗した", "the control agent itself failed"),
    "given_up": ("作業者が中止した", "given up by the worker"),
}


def outcome_in_words(code: str) -> tuple[str, str]:
    """Return the words of a code; one that a newer device sends stands for itself."""
    return OUTCOMES.get(code, (code, code))
