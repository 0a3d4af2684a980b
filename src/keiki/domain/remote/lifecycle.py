"""The life of a remote command, as both ends keep it.

The office drives it from ``queued`` to an answer; the control agent's journal drives the same table from ``received``.
At least once on the wire; exactly once in the meter, by the credential's generation. ``lose_reply`` never ends a
command: the agent asks the meter and goes on. An answer may overtake the office's own note that the command was sent. A
command whose answer never comes expires as *unknown*, not as failed, wherever it was; a late answer still counts.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


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
    name=("遠隔指令", "remote command"),
    states={
        S.QUEUED: ("送信待ち", "queued"),
        S.SENT: ("中継サーバへ送信済み", "sent to the relay"),
        S.RECEIVED: ("制御側で受領", "received"),
        S.EXECUTING: ("実行中", "executing"),
        S.SUCCEEDED: ("成功", "succeeded"),
        S.REFUSED: ("拒否", "refused"),
        S.UNREACHABLE: ("計器に届かず", "meter unreachable"),
        S.UNKNOWN: ("結果不明", "unknown"),
    },
    events={
        E.SEND: ("送信", "send"),
        E.RECEIVE: ("受領", "receive"),
        E.EXECUTE: ("実行", "execute"),
        E.LOSE_REPLY: ("応答の途絶", "lose the reply"),
        E.SUCCEED: ("成功の回答", "answer success"),
        E.REFUSE: ("拒否の回答", "answer refusal"),
        E.GIVE_UP: ("計器に届かないとの回答", "give up as unreachable"),
        E.EXPIRE: ("期限切れ", "expire"),
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
