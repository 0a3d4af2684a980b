"""What the device says when it, its keys or the office's card are not as they must be, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keiki.foundation.text.bilingual import Bilingual

MESSAGES: Final[Mapping[str, Bilingual]] = {
    "device_exists": Bilingual(
        ja="このフォルダーには端末がすでにあります。別のフォルダーを指定するか、そのまま使ってください。",
        en="This folder already holds a device: choose another folder, or use the device as it is.",
    ),
    "bad_name": Bilingual(
        ja="端末の名前は A-Z a-z 0-9 . _ - の1〜40文字です。別の名前にしてください。",
        en="{why}",
    ),
    "keys_open": Bilingual(
        ja="端末の鍵を他の人が読める状態です。chmod 600 keys/identity.pem を実行し、鍵を作り直してください。",
        en="Others may read the device's keys: chmod 600 keys/identity.pem, and make new keys.",
    ),
    "no_device": Bilingual(
        ja="このフォルダーに端末がありません。init で作成してください。",
        en="There is no device in this folder: make one with init.",
    ),
    "bad_identity": Bilingual(
        ja="カードまたは鍵ファイルが正しくありません。登録も使用もせず、作成元でもう一度書き出してください。",
        en="{why}",
    ),
    "card_unreadable": Bilingual(
        ja="カードのファイルを読めません({why})。パスを確認してください。",
        en="The card's file cannot be read ({why}): check the path.",
    ),
    "not_an_office": Bilingual(
        ja="営業所のカードではありません。営業所の card コマンドで書き出してください。",
        en="This is not the card of an office: export it with the office's card command.",
    ),
    "another_office": Bilingual(
        ja="別の営業所が登録されています。フィンガープリントを照合してから、--replace を付けて実行してください。",
        en="Another office is enrolled: compare the fingerprint, then use --replace.",
    ),
    "office_damaged": Bilingual(
        ja="office.json が壊れています。trust-office --replace で営業所を登録し直してください。",
        en="office.json is damaged: enrol the office again with trust-office --replace.",
    ),
    "card_unwritten": Bilingual(
        ja="カードを {file} に書けません({why})。",
        en="The card cannot be written to {file} ({why}).",
    ),
    "journal_unusable": Bilingual(
        ja="端末の記録を使えません({why})。これ以上は何もしていません。空き容量を作るか、端末を交換してください。",
        en="The device's journal cannot be used ({why}): nothing more was done. Free space on it, or replace it.",
    ),
}
