"""The life of a result that contradicts what is recorded of its remote command, until a person decides.

A command is answered once; a result that then says otherwise, or a success that names another generation, changes
nothing and waits for a person, who decides what the meter was found to hold. The decision changes neither the command
nor the contract: what a meter holds is made certain only by writing a newer generation, or reading it again. So the
later result may be believed only while no contract goes by the recorded one; otherwise the password is rewritten
first, and the contradiction is then settled.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


class ContradictionState(StrEnum):
    """Where a contradicting result is."""

    OPEN = "open"
    RECORDED_STANDS = "recorded_stands"
    LATER_STANDS = "later_stands"
    SETTLED_ANEW = "settled_anew"


class ContradictionDecision(StrEnum):
    """What a person decides about a contradicting result."""

    KEEP_RECORDED = "keep_recorded"
    BELIEVE_LATER = "believe_later"
    SETTLE_ANEW = "settle_anew"


S, D = ContradictionState, ContradictionDecision

WORDS = LifecycleWords(
    name=Bilingual(ja="食い違う結果", en="contradicting result"),
    states={
        S.OPEN: Bilingual(ja="判断待ち", en="to be decided"),
        S.RECORDED_STANDS: Bilingual(ja="記録済みの結果が正しい", en="what is recorded stands"),
        S.LATER_STANDS: Bilingual(ja="後から届いた結果が正しい", en="the later result stands"),
        S.SETTLED_ANEW: Bilingual(ja="新しい書換え・読取りで解決", en="settled by a newer rewrite or reading"),
    },
    events={
        D.KEEP_RECORDED: Bilingual(ja="記録済みの結果が正しいと判断", en="decide that what is recorded stands"),
        D.BELIEVE_LATER: Bilingual(ja="後から届いた結果が正しいと判断", en="decide that the later result stands"),
        D.SETTLE_ANEW: Bilingual(
            ja="新しい書換え・読取りで解決したと判断", en="decide that a newer rewrite or reading settled it"
        ),
    },
)

CONTRADICTION = Lifecycle(
    name="contradicting result",
    initial=S.OPEN,
    table={
        (S.OPEN, D.KEEP_RECORDED): S.RECORDED_STANDS,
        (S.OPEN, D.BELIEVE_LATER): S.LATER_STANDS,
        (S.OPEN, D.SETTLE_ANEW): S.SETTLED_ANEW,
    },
    words=WORDS,
)

WHY_NOT = {
    D.BELIEVE_LATER: Bilingual(
        ja="契約が記録済みの結果を前提にしています。先にパスワードを書き換え、その成功後に「新しい書換え・読取りで解決」を選んでください",
        en="a contract goes by what is recorded: rewrite the password first, and when that succeeded, choose that a "
        "newer rewrite settled it",
    ),
    D.SETTLE_ANEW: Bilingual(
        ja="この後に成功した書換え・読取りがありません。先に書換えまたは読取りを行い、その結果を待ってください",
        en="no newer rewrite or reading succeeded: order one first, and wait for its answer",
    ),
}
"""Why a decision is not possible now, in both languages."""


def possible(*, relied_on: bool, settled: bool) -> tuple[ContradictionDecision, ...]:
    """Return what may be decided truthfully now.

    ``relied_on``: a live contract goes by what is recorded, and nothing newer was written. ``settled``: a newer
    generation was proved in the meter, or a newer reading succeeded.
    """
    refused = {D.BELIEVE_LATER: relied_on, D.SETTLE_ANEW: not settled}
    return tuple(each for each in CONTRADICTION.allowed(S.OPEN) if not refused.get(each))
