"""What the agent says to its operator about its folder, its keys and the office's card, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keiki.foundation.text.bilingual import Bilingual

MESSAGES: Final[Mapping[str, Bilingual]] = {
    "identity_open": Bilingual(
        ja="{file} を他の人が読める状態です。chmod 600 で権限を直し、ほかに利用者がいたなら鍵を作り直してください",
        en="{file} is open to others: chmod 600, and replace it if others were there",
    ),
    "identity_missing": Bilingual(
        ja="{file} がありません。先に init を実行してください", en="{file} is missing: run init first"
    ),
    "identity_bad": Bilingual(
        ja="{file}: 鍵ファイルが正しくありません。バックアップから戻してください", en="{file}: {why}"
    ),
    "no_office": Bilingual(
        ja="営業所が登録されていません。先に営業所のカードで trust-office を実行してください",
        en="no office is enrolled: run trust-office with its card first",
    ),
    "office_card_bad": Bilingual(
        ja="営業所のカードが正しくありません。登録も使用もせず、営業所でもう一度書き出してもらってください",
        en="the office's card: {why}",
    ),
    "not_an_office": Bilingual(
        ja="これは {zone} のカードです。指令を受けるのは office からだけです",
        en="this is the card of a {zone} zone: commands are taken from the office only",
    ),
    "journal_missing": Bilingual(
        ja="{file} がありません。エージェントはここで一度も動いていません",
        en="{file} is missing: the agent never ran here",
    ),
    "journal_unusable": Bilingual(
        ja="記録を使えません({why})。ディスクを確認してから、もう一度起動してください",
        en="the journal cannot be used ({why}): check the disk, then start again",
    ),
    "another_agent": Bilingual(
        ja="別のエージェントが {folder} で動いています。先に停止してください",
        en="another agent runs on {folder}: stop it first",
    ),
}
