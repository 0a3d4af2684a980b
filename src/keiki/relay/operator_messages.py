"""What the relay says to its operator where it cannot start or a log-in cannot be allowed, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keiki.foundation.text.bilingual import Bilingual

MESSAGES: Final[Mapping[str, Bilingual]] = {
    "sides_unreadable": Bilingual(
        ja="{file} を読めません({why})。直すか、バックアップから戻してください",
        en="{file} cannot be read: {why}",
    ),
    "sides_not_a_name": Bilingual(
        ja="{file} に、ログイン鍵の公開名(U...)ではないものがあります",
        en="{file} holds something that is not the public name of a log-in key (U...)",
    ),
    "sides_both": Bilingual(
        ja="{file} で、一つの名前が両側に許可されています。ログインは片側だけのものです",
        en="{file} allows one name on both sides: a log-in belongs to one side only",
    ),
    "not_a_name": Bilingual(
        ja="ログイン鍵の公開名ではありません。Uで始まる56文字です",
        en="this is not the public name of a log-in key: it starts with U and has 56 characters",
    ),
    "on_the_other_side": Bilingual(
        ja="この名前は {other} 側で許可されています。{side} 側には別の鍵を作ってください",
        en="this name is allowed on the {other} side: make another key for the {side} side",
    ),
    "server_ended": Bilingual(
        ja="サーバが起動の途中で終了しました。理由はログの最後の行にあります",
        en="the server ended while starting: its last lines in the log say why",
    ),
    "server_silent": Bilingual(
        ja="サーバが {seconds} 秒以内に待受けを始めませんでした。ログを見てください",
        en="the server did not listen within {seconds} s: see the log",
    ),
    "folder_newer": Bilingual(
        ja="{folder} はこのプログラムより新しい版(形式 {found}、このプログラムは {known} まで)で書かれています。"
        "新しい版の Keiki を使うか、その前のバックアップを戻してください",
        en="{folder} was written by a newer version (format {found}, this program knows up to {known}): "
        "use the newer Keiki, or bring back a backup from before",
    ),
    "another_relay": Bilingual(
        ja="別の中継サーバが {folder} で動いています。先に停止するか、別のフォルダーを指定してください",
        en="another relay runs on {folder}: stop it first, or choose another folder",
    ),
    "program_missing": Bilingual(
        ja="{file} がありません。中継サーバに必要なパッケージをインストールしてください",
        en="{file} is missing: install the relay's requirements",
    ),
}
