"""The life of a visit on the hand-held device.

The barcode is read and its envelope checked. When the meter at the port gave the serial number that it was meant for
(``find_meter``), the envelope is opened (``open_envelope``), the meter matched once more on the line, the password
written and proved by a fresh authentication. ``lose_reply`` leaves the visit unsure: the device asks the meter which
generation it holds and writes again or goes on, and never guesses. A meter that is found to hold the barcode's
generation already is not written.

A visit may be taken up again after the device died or the meter did not answer. The device may then stand before
another meter, so ``take_up`` leads back to the opened envelope: the meter is matched again, and asked what it holds.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


class VisitState(StrEnum):
    """Where a visit is."""

    READY = "ready"
    OPENED = "opened"
    MATCHED = "matched"
    WRITING = "writing"
    WRITTEN = "written"
    PROVED = "proved"
    CLOSED = "closed"
    ABANDONED = "abandoned"


class VisitEvent(StrEnum):
    """What happens in a visit."""

    FIND_METER = "find_meter"
    OPEN_ENVELOPE = "open_envelope"
    MATCH_METER = "match_meter"
    WRITE = "write"
    LOSE_REPLY = "lose_reply"
    FIND_HELD = "find_held"
    ACKNOWLEDGE = "acknowledge"
    PROVE = "prove"
    TAKE_UP = "take_up"
    CLOSE = "close"
    ABANDON = "abandon"


S, E = VisitState, VisitEvent

WORDS = LifecycleWords(
    name=Bilingual(ja="訪問作業", en="visit"),
    states={
        S.READY: Bilingual(ja="開始待ち", en="ready"),
        S.OPENED: Bilingual(ja="開封済み", en="envelope opened"),
        S.MATCHED: Bilingual(ja="計器照合済み", en="meter matched"),
        S.WRITING: Bilingual(ja="書込み中", en="writing"),
        S.WRITTEN: Bilingual(ja="書込み済み", en="written"),
        S.PROVED: Bilingual(ja="計器で確認済み", en="proved in the meter"),
        S.CLOSED: Bilingual(ja="完了", en="closed"),
        S.ABANDONED: Bilingual(ja="中止", en="abandoned"),
    },
    events={
        E.FIND_METER: Bilingual(ja="計器の特定", en="find the meter"),
        E.OPEN_ENVELOPE: Bilingual(ja="封印の開封", en="open the envelope"),
        E.MATCH_METER: Bilingual(ja="計器の照合", en="match the meter"),
        E.WRITE: Bilingual(ja="書込み", en="write"),
        E.LOSE_REPLY: Bilingual(ja="応答の途絶", en="lose the reply"),
        E.FIND_HELD: Bilingual(ja="設定済みの確認", en="find it held already"),
        E.ACKNOWLEDGE: Bilingual(ja="書込みの応答", en="acknowledge the write"),
        E.PROVE: Bilingual(ja="認証による確認", en="prove by authentication"),
        E.TAKE_UP: Bilingual(ja="再開", en="take up again"),
        E.CLOSE: Bilingual(ja="完了", en="close"),
        E.ABANDON: Bilingual(ja="中止", en="abandon"),
    },
)

VISIT = Lifecycle(
    name="visit",
    initial=S.READY,
    table={
        (S.READY, E.FIND_METER): S.READY,
        (S.READY, E.OPEN_ENVELOPE): S.OPENED,
        (S.READY, E.ABANDON): S.ABANDONED,
        (S.OPENED, E.MATCH_METER): S.MATCHED,
        (S.OPENED, E.TAKE_UP): S.OPENED,
        (S.OPENED, E.ABANDON): S.ABANDONED,
        (S.MATCHED, E.WRITE): S.WRITING,
        (S.MATCHED, E.FIND_HELD): S.WRITTEN,
        (S.MATCHED, E.TAKE_UP): S.OPENED,
        (S.MATCHED, E.ABANDON): S.ABANDONED,
        (S.WRITING, E.LOSE_REPLY): S.MATCHED,
        (S.WRITING, E.ACKNOWLEDGE): S.WRITTEN,
        (S.WRITING, E.TAKE_UP): S.OPENED,
        (S.WRITING, E.ABANDON): S.ABANDONED,
        (S.WRITTEN, E.PROVE): S.PROVED,
        (S.WRITTEN, E.TAKE_UP): S.OPENED,
        (S.WRITTEN, E.ABANDON): S.ABANDONED,
        (S.PROVED, E.CLOSE): S.CLOSED,
    },
    words=WORDS,
)
