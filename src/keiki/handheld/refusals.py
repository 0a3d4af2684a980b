"""What the device says when something cannot be done: what happened, why, and what to do, in both languages.

A refusal has a code: the code of a sealing error, the reason a meter gave, or one of the device's own. The code goes
into log and result; the words go onto the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from keiki.domain.diagnosis import Words


class Refusal(Exception):  # noqa: N818 - what the device does, in the worker's word
    """The device will not or cannot go on. ``code`` is a key of :data:`EXPLANATIONS`."""

    def __init__(self, code: str) -> None:
        if code not in EXPLANATIONS:
            raise ValueError(f"there are no words for the refusal {code!r}")
        self.code = code
        super().__init__(EXPLANATIONS[code].what.en)


@dataclass(frozen=True)
class Explanation:
    """A refusal in words."""

    what: Words
    why: Words
    todo: Words


def _say(what: tuple[str, str], why: tuple[str, str], todo: tuple[str, str]) -> Explanation:
    return Explanation(Words(*what), Words(*why), Words(*todo))


_AGAIN = ("バーコードを読み直してください。", "Read the barcode again.")
_ANEW = ("営業所に作業指示書の再発行を依頼してください。", "Ask the office for a new work order sheet.")
_REPORT = (
    "この作業指示書を使わず、営業所に報告してください。",
    "Do not use this sheet, and report it to the office.",
)
_ENGINEER = ("営業所に連絡し、指示を受けてください。", "Call the office and follow its instructions.")
_UNTOUCHED = ("計器には何も書き込んでいません。", "Nothing was written into the meter.")

EXPLANATIONS: dict[str, Explanation] = {
    # the barcode
    "not_a_picture": _say(
        ("画像を開けません。", "The picture cannot be opened."),
        ("PNGまたはJPEGの写真ではないか、大きすぎます。", "It is no PNG or JPEG photograph, or it is too large."),
        ("もう一度撮影してください。", "Take the picture again."),
    ),
    "picture_not_erased": _say(
        ("写真を消去できません。", "The photograph cannot be erased."),
        (
            "写真には封印した認証情報が写っています。計器には何も書き込んでいません。",
            "It shows the sealed credential. Nothing was written into the meter.",
        ),
        (
            "端末が消去できる場所に撮り直すか、写真を消去してから訪問を再開してください。",
            "Take it where the device may erase it, or erase it yourself and resume the visit.",
        ),
    ),
    "no_barcode": _say(
        ("写真からバーコードを読み取れません。", "No barcode can be read in the picture."),
        ("ぼけ、暗さ、汚れ、破れ、または枠外です。", "It is blurred, dark, stained, torn or not in the frame."),
        (
            "明るい所で、真上から近づいて撮り直してください。汚損がひどい場合は再発行を依頼してください。",
            "Take it again in good light, from above and closer. If the sheet is badly damaged, ask for a new one.",
        ),
    ),
    "several_barcodes": _say(
        ("写真に複数のバーコードがあります。", "There is more than one barcode in the picture."),
        ("どの作業指示書のものか決められません。", "Which work order is meant cannot be decided."),
        ("1枚だけを撮影してください。", "Take a picture of one sheet alone."),
    ),
    "foreign_barcode": _say(
        ("この作業用のバーコードではありません。", "This is not the barcode for this work."),
        ("別のバーコードを読みました。", "Another barcode was read."),
        ("作業指示書の四角いバーコードを読んでください。", "Read the square barcode of the work order."),
    ),
    "malformed": _say(
        ("バーコードの内容が壊れています。", "The content of the barcode is damaged."),
        ("読取りが途中で切れたか、文字が化けました。", "It was cut short or changed while it was read."),
        (
            "もう一度読み、同じなら再発行を依頼してください。",
            "Read it again; if that does not help, ask for a new sheet.",
        ),
    ),
    "wrong_version": _say(
        ("新しい形式のバーコードです。", "The barcode is of a newer format."),
        ("この端末のソフトウェアが古いです。", "This device's software is too old."),
        ("端末を更新してください。", "Update the device."),
    ),
    "wrong_purpose": _say(
        ("現地作業用のバーコードではありません。", "The barcode is not one for work on site."),
        ("別の用途に発行されたものです。", "It was issued for another purpose."),
        _REPORT,
    ),
    "not_for_this_recipient": _say(
        ("このバーコードは別の端末あてです。", "This barcode is meant for another device."),
        ("この端末の鍵では開けません。", "This device's key does not open it."),
        (
            "作業指示書に書かれた端末を使うか、再発行を依頼してください。",
            "Use the device named on the sheet, or ask for a new sheet.",
        ),
    ),
    "bad_signature": _say(
        ("バーコードの署名が正しくありません。", "The barcode's signature is not the office's."),
        ("偽造されたか、改ざんされています。", "It was forged or changed."),
        _REPORT,
    ),
    "cannot_open": _say(
        ("封印を開けません。", "The seal does not open."),
        ("この端末あてに正しく作られていません。", "It was not made properly for this device."),
        _REPORT,
    ),
    "expired": _say(
        ("バーコードの有効期限が切れています。", "The barcode has expired."),
        ("作業指示書の期限後です。", "The work order's time is over."),
        ("端末の時計を確かめ、再発行を依頼してください。", "Check the device's clock, then ask for a new sheet."),
    ),
    # the meter
    "not_for_this_meter": _say(
        ("作業指示書と違う計器です。", "This is not the meter of the work order."),
        (
            "通信ユニットの番号または供給地点特定番号が一致しません。",
            "The communication unit or the supply point differs.",
        ),
        (
            "作業指示書の計器に接続し、訪問を再開してください。通信ユニットを取り替えた場合は営業所に連絡してください。",
            "Connect to the right meter and resume the visit. If the unit was replaced by another, call the office.",
        ),
    ),
    "unreachable": _say(
        ("計器が応答しません。", "The meter does not answer."),
        ("ケーブル、計器の電源、または計器の不具合です。", "Cable, the meter's power, or the meter itself."),
        ("接続を確かめ、訪問を再開してください。", "Check the connection, then resume the visit."),
    ),
    "unsure": _say(
        ("書込みの結果が分かりません。", "Whether the password was set is not known."),
        ("書込みの後、計器の応答が途切れました。", "The meter fell silent after the write."),
        (
            "同じ計器で訪問を再開してください。再開できない場合は中止を記録し、営業所に連絡してください。",
            "Resume the visit at the same meter. If that cannot be done, give it up on the device and call the office.",
        ),
    ),
    "older_generation": _say(
        ("計器には、より新しいパスワードが入っています。", "The meter already holds a newer password."),
        (
            "この作業指示書は古いものです。計器は変更していません。",
            "This sheet is out of date. The meter was not changed.",
        ),
        _ANEW,
    ),
    "other_content": _say(
        ("計器に同じ世代の別のパスワードがあります。", "The meter holds another password of the same generation."),
        _UNTOUCHED,
        _ENGINEER,
    ),
    "no_route_b": _say(
        ("このユニットにはBルート機能がありません。", "This unit has no route B."),
        ("設計と違うユニットが付いています。", "The unit on the wall is not the one of the design."),
        ("ユニットの型式を作業指示書と照合してください。", "Compare the unit's model with the work order."),
    ),
    "unit_down": _say(
        ("通信ユニットが起動していません。", "The communication unit did not start."),
        ("通信ユニットが動作していないおそれがあります。", "The communication unit could be down."),
        ("通信ユニットを差し直し、だめなら交換してください。", "Plug the unit in again; if that fails, replace it."),
    ),
    "no_credential": _say(
        ("計器にパスワードが入っていません。", "The meter holds no password."),
        ("書込み後に計器の記憶が失われました。", "The meter lost its memory after the write."),
        _ENGINEER,
    ),
    "not_authenticated": _say(
        ("計器がパスワードを証明できません。", "The meter does not prove the password."),
        ("計器の中身が作業指示書と一致しません。", "What the meter holds is not what the sheet says."),
        _ENGINEER,
    ),
    "write_protected": _say(
        ("計器が書込みを受け付けません。", "The meter refuses to be written."),
        ("書込み禁止になっています。", "It is write-protected."),
        _ENGINEER,
    ),
    "unknown_unit": _say(
        ("通信ユニットが見つかりません。", "The communication unit is not known."),
        ("番号が登録されていません。", "Its serial number is not registered."),
        _ENGINEER,
    ),
    "not_understood": _say(
        ("計器がこの端末の要求を理解しません。", "The meter does not understand this device."),
        ("計器の版が違います。", "The meter is of another version."),
        _ENGINEER,
    ),
    # the device
    "no_port": _say(
        ("計器のポートが指定されていません。", "No port is given."),
        ("--port も設定の port もありません。", "Neither --port nor the setting port is there."),
        ("--port で指定してください。", "Give it with --port."),
    ),
    "port_not_allowed": _say(
        ("このポートは使えません。", "This port cannot be used."),
        ("計器のポートは装置のパスで指定します。", "A meter's port is given as a device path."),
        ("--port を直してください。", "Correct --port."),
    ),
    "socket_not_allowed": _say(
        ("socket:// のポートは使えません。", "A port socket:// is not used on this device."),
        (
            "パスワードがネットワークを通ります。試験用の端末でだけ設定で許可します。",
            "It would carry the password over a network. Only the settings of a trial device allow it.",
        ),
        (
            "計器のポートを装置のパスで指定してください。試験端末では設定の allow_socket_port で許可できます。",
            "Give the device path of the meter's port. On a trial: allow_socket_port = true in settings.toml.",
        ),
    ),
    "port_not_there": _say(
        ("ポートを開けません。", "The port cannot be opened."),
        ("ケーブルが外れているか、ポートが使用中です。", "The cable is not plugged in, or the port is in use."),
        ("ケーブルと --port を確かめてください。", "Check the cable and --port."),
    ),
    "device_busy": _say(
        ("この端末で別の訪問が進行中です。", "Another visit is running on this device."),
        ("同時に2つの訪問はできません。", "There cannot be two at the same time."),
        ("先の訪問が終わるのを待ってください。", "Wait until the other one has ended."),
    ),
    "no_office": _say(
        ("営業所が登録されていません。", "No office is enrolled on this device."),
        ("署名を確かめる相手が分かりません。", "Whose signature to accept is not known."),
        ("trust-office で営業所のカードを登録してください。", "Enrol the office's card with trust-office."),
    ),
    "nothing_to_resume": _say(
        ("再開する訪問はありません。", "There is no visit to resume."),
        ("すべての訪問が終わっています。", "Every visit has ended."),
        _AGAIN,
    ),
    "which_visit": _say(
        ("未完了の訪問が複数あります。", "More than one visit is unfinished."),
        ("どれを中止するか決められません。", "Which one to give up cannot be decided."),
        ("--visit で番号（先頭だけでも可）を指定してください。", "Give its id, or the beginning of it, with --visit."),
    ),
    "given_up": _say(
        ("訪問を中止しました。", "The visit was given up."),
        ("作業者が中止を記録しました。", "The worker recorded it so."),
        ("結果を営業所に渡してください。", "Hand the result over to the office."),
    ),
}
