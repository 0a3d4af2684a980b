"""What the parts of one machine's system are called, and what each does while others wait for it."""

from __future__ import annotations

from keiki.foundation.text.bilingual import Bilingual

TOWN = Bilingual(ja="町", en="town")
TOWN_STARTS = Bilingual(
    ja="計器・無線・データサーバ 5 台を作っています", en="draws meters and radio, and builds five data servers"
)
TOWN_CONTINUES = Bilingual(
    ja="前回の続きから計器・無線・データサーバを動かしています",
    en="continues with the meters, the radio and the data servers of last time",
)
RELAY = Bilingual(ja="中継サーバ", en="relay")
RELAY_STARTS = Bilingual(ja="NATS とその受渡しの列を起動しています", en="starts NATS and its two queues")
WORKER = Bilingual(ja="業務システムのワーカー", en="office worker")
WORKER_STARTS = Bilingual(ja="データベースを開いています", en="opens the database")
AGENT = Bilingual(ja="制御エージェント", en="control agent")
AGENT_STARTS = Bilingual(ja="中継サーバに接続しています", en="logs in at the relay")
PEOPLE = Bilingual(ja="デモ用の利用者", en="made-up people")
PEOPLE_COME = Bilingual(ja="役割ごとにパスワードを発行しています", en="each role gets a new password")
SCREENS = Bilingual(ja="業務システムの画面", en="office screens")
SCREENS_START = Bilingual(
    ja="画面のファイルを整え、最初の応答を待っています", en="gathers its files and waits for the first answer"
)
PARTS = {
    "town": TOWN,
    "relay": RELAY,
    "office-worker": WORKER,
    "office-web": SCREENS,
    "control-agent": AGENT,
}
"""By the name of a process, which its log has too: what people call it."""


def part(name: str) -> Bilingual:
    """What people call a process."""
    return PARTS.get(name, Bilingual(ja=name, en=name))


MADE = {
    "office": (
        Bilingual(ja="業務システムのデータベース", en="office database"),
        Bilingual(ja="鍵を作り、データベースを今の版にしています", en="makes keys, brings the database up to date"),
    ),
    "relay": (
        Bilingual(ja="中継サーバのフォルダー", en="relay folder"),
        Bilingual(ja="フォルダーを整えています", en="makes what is missing"),
    ),
    "control": (
        Bilingual(ja="制御エージェントの鍵", en="control agent's keys"),
        Bilingual(ja="フォルダーを整えています", en="makes what is missing"),
    ),
    "handheld": (
        Bilingual(ja="ハンディ端末の鍵", en="hand-held device's keys"),
        Bilingual(ja="フォルダーを整えています", en="makes what is missing"),
    ),
}
"""By zone: what is made before its process starts, and what that takes."""
