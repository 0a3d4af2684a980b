"""The life of a remote command, as both ends keep it.

The office drives it from ``queued`` to an answer; the control agent's journal drives the same table from ``received``.
At least once on the wire; exactly once in the meter, by the credential's generation. ``lose_reply`` never ends a
command: the agent asks the meter and goes on. An answer may overtake the office's own note that the command was sent. A
command whose answer never comes expires as *unknown*, not as failed, wherever it was; a late answer still counts.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


class CommandState(StrEnum):
    """Where a remote command is."""

    QUEUED = "queued"
    SENT = "sent"
    RECEIVED = "received"
    EXECUTING = "executing"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class CommandEvent(StrEnum):
    """What happens to a remote command."""

    SEND = "send"
    RECEIVE = "receive"
    EXECUTE = "execute"
    LOSE_REPLY = "lose_reply"
    SUCCEED = "succeed"
    REFUSE = "refuse"
    GIVE_UP = "give_up"
    EXPIRE = "expire"


S, E = CommandState, CommandEvent

WORDS = LifecycleWords(
    name=Bilingual(ja="遠隔指令", en="remote command"),
    states={
        S.QUEUED: Bilingual(ja="送信待ち", en="queued"),
        S.SENT: Bilingual(ja="中継サーバへ送信済み", en="sent to the relay"),
        S.RECEIVED: Bilingual(ja="制御側で受領", en="received"),
        S.EXECUTING: Bilingual(ja="実行中", en="executing"),
        S.SUCCEEDED: Bilingual(ja="成功", en="succeeded"),
        S.REFUSED: Bilingual(ja="拒否", en="refused"),
        S.UNREACHABLE: Bilingual(ja="計器に届かず", en="meter unreachable"),
        S.UNKNOWN: Bilingual(ja="結果不明", en="unknown"),
    },
    events={
        E.SEND: Bilingual(ja="送信", en="send"),
        E.RECEIVE: Bilingual(ja="受領", en="receive"),
        E.EXECUTE: Bilingual(ja="実行", en="execute"),
        E.LOSE_REPLY: Bilingual(ja="応答の途絶", en="lose the reply"),
        E.SUCCEED: Bilingual(ja="成功の回答", en="answer success"),
        E.REFUSE: Bilingual(ja="拒否の回答", en="answer refusal"),
        E.GIVE_UP: Bilingual(ja="計器に届かないとの回答", en="give up as unreachable"),
        E.EXPIRE: Bilingual(ja="期限切れ", en="expire"),
    },
)

REMOTE_COMMAND = Lifecycle(
    name="remote command",
    initial=S.QUEUED,
    table={
        (S.QUEUED, E.SEND): S.SENT,
        (S.QUEUED, E.SUCCEED): S.SUCCEEDED,
        (S.QUEUED, E.REFUSE): S.REFUSED,
        (S.QUEUED, E.GIVE_UP): S.UNREACHABLE,
        (S.QUEUED, E.EXPIRE): S.UNKNOWN,
        (S.SENT, E.RECEIVE): S.RECEIVED,
        (S.SENT, E.SUCCEED): S.SUCCEEDED,
        (S.SENT, E.REFUSE): S.REFUSED,
        (S.SENT, E.GIVE_UP): S.UNREACHABLE,
        (S.SENT, E.EXPIRE): S.UNKNOWN,
        (S.RECEIVED, E.EXECUTE): S.EXECUTING,
        (S.RECEIVED, E.REFUSE): S.REFUSED,
        (S.RECEIVED, E.EXPIRE): S.UNKNOWN,
        (S.EXECUTING, E.LOSE_REPLY): S.RECEIVED,
        (S.EXECUTING, E.SUCCEED): S.SUCCEEDED,
        (S.EXECUTING, E.REFUSE): S.REFUSED,
        (S.EXECUTING, E.GIVE_UP): S.UNREACHABLE,
        (S.EXECUTING, E.EXPIRE): S.UNKNOWN,
        (S.UNKNOWN, E.SUCCEED): S.SUCCEEDED,
        (S.UNKNOWN, E.REFUSE): S.REFUSED,
        (S.UNKNOWN, E.GIVE_UP): S.UNREACHABLE,
    },
    words=WORDS,
)
