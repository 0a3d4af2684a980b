"""What the device says when something cannot be done: what happened, why, and what to do, in both languages.

A refusal has a code: the code of a sealing error, the reason a meter gave, or one of the device's own. The code goes
into log and result; the words go onto the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from keiki.foundation.text.bilingual import Bilingual


class DeviceRefusal(Exception):  # noqa: N818 - what the device does, in the worker's word
    """The device will not or cannot go on. ``code`` is a key of :data:`EXPLANATIONS`."""

    def __init__(self, code: str) -> None:
        if code not in EXPLANATIONS:
            raise ValueError(f"there are no words for the refusal {code!r}")
        self.code = code
        super().__init__(EXPLANATIONS[code].what.en)


@dataclass(frozen=True)
class Explanation:
    """A refusal in words."""

    what: Bilingual
    why: Bilingual
    todo: Bilingual


_AGAIN = Bilingual(ja="バーコードを読み直してください。", en="Read the barcode again.")
_ANEW = Bilingual(ja="営業所に作業指示書の再発行を依頼してください。", en="Ask the office for a new work order sheet.")
_REPORT = Bilingual(
    ja="この作業指示書を使わず、営業所に報告してください。",
    en="Do not use this sheet, and report it to the office.",
)
_ENGINEER = Bilingual(ja="営業所に連絡し、指示を受けてください。", en="Call the office and follow its instructions.")
_UNTOUCHED = Bilingual(ja="計器には何も書き込んでいません。", en="Nothing was written into the meter.")

EXPLANATIONS: dict[str, Explanation] = {
    # the barcode
    "not_a_picture": Explanation(
        Bilingual(ja="画像を開けません。", en="The picture cannot be opened."),
        Bilingual(
            ja="PNGまたはJPEGの写真ではないか、大きすぎます。",
            en="It is no PNG or JPEG photograph, or it is too large.",
        ),
        Bilingual(ja="もう一度撮影してください。", en="Take the picture again."),
    ),
    "picture_not_erased": Explanation(
        Bilingual(ja="写真を消去できません。", en="The photograph cannot be erased."),
        Bilingual(
            ja="写真には封印した認証情報が写っています。計器には何も書き込んでいません。",
            en="It shows the sealed credential. Nothing was written into the meter.",
        ),
        Bilingual(
            ja="端末が消去できる場所に撮り直すか、写真を消去してから訪問を再開してください。",
            en="Take it where the device may erase it, or erase it yourself and resume the visit.",
        ),
    ),
    "no_barcode": Explanation(
        Bilingual(ja="写真からバーコードを読み取れません。", en="No barcode can be read in the picture."),
        Bilingual(
            ja="ぼけ、暗さ、汚れ、破れ、または枠外です。", en="It is blurred, dark, stained, torn or not in the frame."
        ),
        Bilingual(
            ja="明るい所で、真上から近づいて撮り直してください。汚損がひどい場合は再発行を依頼してください。",
            en="Take it again in good light, from above and closer. If the sheet is badly damaged, ask for a new one.",
        ),
    ),
    "several_barcodes": Explanation(
        Bilingual(ja="写真に複数のバーコードがあります。", en="There is more than one barcode in the picture."),
        Bilingual(ja="どの作業指示書のものか決められません。", en="Which work order is meant cannot be decided."),
        Bilingual(ja="1枚だけを撮影してください。", en="Take a picture of one sheet alone."),
    ),
    "foreign_barcode": Explanation(
        Bilingual(ja="この作業用のバーコードではありません。", en="This is not the barcode for this work."),
        Bilingual(ja="別のバーコードを読みました。", en="Another barcode was read."),
        Bilingual(ja="作業指示書の四角いバーコードを読んでください。", en="Read the square barcode of the work order."),
    ),
    "malformed": Explanation(
        Bilingual(ja="バーコードの内容が壊れています。", en="The content of the barcode is damaged."),
        Bilingual(ja="読取りが途中で切れたか、文字が化けました。", en="It was cut short or changed while it was read."),
        Bilingual(
            ja="もう一度読み、同じなら再発行を依頼してください。",
            en="Read it again; if that does not help, ask for a new sheet.",
        ),
    ),
    "wrong_version": Explanation(
        Bilingual(ja="新しい形式のバーコードです。", en="The barcode is of a newer format."),
        Bilingual(ja="この端末のソフトウェアが古いです。", en="This device's software is too old."),
        Bilingual(ja="端末を更新してください。", en="Update the device."),
    ),
    "wrong_purpose": Explanation(
        Bilingual(ja="現地作業用のバーコードではありません。", en="The barcode is not one for work on site."),
        Bilingual(ja="別の用途に発行されたものです。", en="It was issued for another purpose."),
        _REPORT,
    ),
    "not_for_this_recipient": Explanation(
        Bilingual(ja="このバーコードは別の端末あてです。", en="This barcode is meant for another device."),
        Bilingual(ja="この端末の鍵では開けません。", en="This device's key does not open it."),
        Bilingual(
            ja="作業指示書に書かれた端末を使うか、再発行を依頼してください。",
            en="Use the device named on the sheet, or ask for a new sheet.",
        ),
    ),
    "bad_signature": Explanation(
        Bilingual(ja="バーコードの署名が正しくありません。", en="The barcode's signature is not the office's."),
        Bilingual(ja="偽造されたか、改ざんされています。", en="It was forged or changed."),
        _REPORT,
    ),
    "cannot_open": Explanation(
        Bilingual(ja="封印を開けません。", en="The seal does not open."),
        Bilingual(ja="この端末あてに正しく作られていません。", en="It was not made properly for this device."),
        _REPORT,
    ),
    "expired": Explanation(
        Bilingual(ja="バーコードの有効期限が切れています。", en="The barcode has expired."),
        Bilingual(ja="作業指示書の期限後です。", en="The work order's time is over."),
        Bilingual(
            ja="端末の時計を確かめ、再発行を依頼してください。",
            en="Check the device's clock, then ask for a new sheet.",
        ),
    ),
    # the meter
    "not_for_this_meter": Explanation(
        Bilingual(ja="作業指示書と違う計器です。", en="This is not the meter of the work order."),
        Bilingual(
            ja="通信ユニットの番号または供給地点特定番号が一致しません。",
            en="The communication unit or the supply point differs.",
        ),
        Bilingual(
            ja="作業指示書の計器に接続し、訪問を再開してください。通信ユニットを取り替えた場合は営業所に連絡してください。",
            en="Connect to the right meter and resume the visit. If the unit was replaced by another, call the office.",
        ),
    ),
    "unreachable": Explanation(
        Bilingual(ja="計器が応答しません。", en="The meter does not answer."),
        Bilingual(
            ja="ケーブル、計器の電源、または計器の不具合です。", en="Cable, the meter's power, or the meter itself."
        ),
        Bilingual(ja="接続を確かめ、訪問を再開してください。", en="Check the connection, then resume the visit."),
    ),
    "unsure": Explanation(
        Bilingual(ja="書込みの結果が分かりません。", en="Whether the password was set is not known."),
        Bilingual(ja="書込みの後、計器の応答が途切れました。", en="The meter fell silent after the write."),
        Bilingual(
            ja="同じ計器で訪問を再開してください。再開できない場合は中止を記録し、営業所に連絡してください。",
            en="Resume the visit at the same meter. "
            "If that cannot be done, give it up on the device and call the office.",
        ),
    ),
    "older_generation": Explanation(
        Bilingual(ja="計器には、より新しいパスワードが入っています。", en="The meter already holds a newer password."),
        Bilingual(
            ja="この作業指示書は古いものです。計器は変更していません。",
            en="This sheet is out of date. The meter was not changed.",
        ),
        _ANEW,
    ),
    "other_content": Explanation(
        Bilingual(
            ja="計器に同じ世代の別のパスワードがあります。",
            en="The meter holds another password of the same generation.",
        ),
        _UNTOUCHED,
        _ENGINEER,
    ),
    "no_route_b": Explanation(
        Bilingual(ja="このユニットにはBルート機能がありません。", en="This unit has no route B."),
        Bilingual(ja="設計と違うユニットが付いています。", en="The unit on the wall is not the one of the design."),
        Bilingual(
            ja="ユニットの型式を作業指示書と照合してください。", en="Compare the unit's model with the work order."
        ),
    ),
    "unit_down": Explanation(
        Bilingual(ja="通信ユニットが起動していません。", en="The communication unit did not start."),
        Bilingual(ja="通信ユニットが動作していないおそれがあります。", en="The communication unit could be down."),
        Bilingual(
            ja="通信ユニットを差し直し、だめなら交換してください。",
            en="Plug the unit in again; if that fails, replace it.",
        ),
    ),
    "no_credential": Explanation(
        Bilingual(ja="計器にパスワードが入っていません。", en="The meter holds no password."),
        Bilingual(ja="書込み後に計器の記憶が失われました。", en="The meter lost its memory after the write."),
        _ENGINEER,
    ),
    "not_authenticated": Explanation(
        Bilingual(ja="計器がパスワードを証明できません。", en="The meter does not prove the password."),
        Bilingual(ja="計器の中身が作業指示書と一致しません。", en="What the meter holds is not what the sheet says."),
        _ENGINEER,
    ),
    "write_protected": Explanation(
        Bilingual(ja="計器が書込みを受け付けません。", en="The meter refuses to be written."),
        Bilingual(ja="書込み禁止になっています。", en="It is write-protected."),
        _ENGINEER,
    ),
    "unknown_unit": Explanation(
        Bilingual(ja="通信ユニットが見つかりません。", en="The communication unit is not known."),
        Bilingual(ja="番号が登録されていません。", en="Its serial number is not registered."),
        _ENGINEER,
    ),
    "not_understood": Explanation(
        Bilingual(ja="計器がこの端末の要求を理解しません。", en="The meter does not understand this device."),
        Bilingual(ja="計器の版が違います。", en="The meter is of another version."),
        _ENGINEER,
    ),
    # the device
    "no_port": Explanation(
        Bilingual(ja="計器のポートが指定されていません。", en="No port is given."),
        Bilingual(ja="--port も設定の port もありません。", en="Neither --port nor the setting port is there."),
        Bilingual(ja="--port で指定してください。", en="Give it with --port."),
    ),
    "port_not_allowed": Explanation(
        Bilingual(ja="このポートは使えません。", en="This port cannot be used."),
        Bilingual(ja="計器のポートは装置のパスで指定します。", en="A meter's port is given as a device path."),
        Bilingual(ja="--port を直してください。", en="Correct --port."),
    ),
    "socket_not_allowed": Explanation(
        Bilingual(ja="socket:// のポートは使えません。", en="A port socket:// is not used on this device."),
        Bilingual(
            ja="パスワードがネットワークを通ります。試験用の端末でだけ設定で許可します。",
            en="It would carry the password over a network. Only the settings of a trial device allow it.",
        ),
        Bilingual(
            ja="計器のポートを装置のパスで指定してください。試験端末では設定の allow_socket_port で許可できます。",
            en="Give the device path of the meter's port. On a trial: allow_socket_port = true in settings.toml.",
        ),
    ),
    "port_not_there": Explanation(
        Bilingual(ja="ポートを開けません。", en="The port cannot be opened."),
        Bilingual(
            ja="ケーブルが外れているか、ポートが使用中です。", en="The cable is not plugged in, or the port is in use."
        ),
        Bilingual(ja="ケーブルと --port を確かめてください。", en="Check the cable and --port."),
    ),
    "device_busy": Explanation(
        Bilingual(ja="この端末で別の訪問が進行中です。", en="Another visit is running on this device."),
        Bilingual(ja="同時に2つの訪問はできません。", en="There cannot be two at the same time."),
        Bilingual(ja="先の訪問が終わるのを待ってください。", en="Wait until the other one has ended."),
    ),
    "no_office": Explanation(
        Bilingual(ja="営業所が登録されていません。", en="No office is enrolled on this device."),
        Bilingual(ja="署名を確かめる相手が分かりません。", en="Whose signature to accept is not known."),
        Bilingual(
            ja="trust-office で営業所のカードを登録してください。", en="Enrol the office's card with trust-office."
        ),
    ),
    "nothing_to_resume": Explanation(
        Bilingual(ja="再開する訪問はありません。", en="There is no visit to resume."),
        Bilingual(ja="すべての訪問が終わっています。", en="Every visit has ended."),
        _AGAIN,
    ),
    "which_visit": Explanation(
        Bilingual(ja="未完了の訪問が複数あります。", en="More than one visit is unfinished."),
        Bilingual(ja="どれを中止するか決められません。", en="Which one to give up cannot be decided."),
        Bilingual(
            ja="--visit で番号（先頭だけでも可）を指定してください。",
            en="Give its id, or the beginning of it, with --visit.",
        ),
    ),
    "given_up": Explanation(
        Bilingual(ja="訪問を中止しました。", en="The visit was given up."),
        Bilingual(ja="作業者が中止を記録しました。", en="The worker recorded it so."),
        Bilingual(ja="結果を営業所に渡してください。", en="Hand the result over to the office."),
    ),
}
