"""The life of a visit on the hand-held device.

The barcode is read and its envelope opened; the meter at the port must be the one it was meant for; the password is
written and proved by a fresh authentication. ``lose_reply`` leaves the visit unsure: the device asks the meter which
generation it holds and writes again or goes on, and never guesses. A meter that is found to hold the barcode's
generation already is not written.

A visit may be taken up again after the device died or the meter did not answer. The device may then stand before
another meter, so ``take_up`` leads back to the opened envelope: the meter is matched again, and asked what it holds.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle


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

VISIT = Lifecycle(
    name="visit",
    initial=S.READY,
    table={
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
)
