"""The life of a visit on the hand-held device.

The barcode is read and its envelope opened; the meter at the port must be the one it was meant for; the password is
written and proved by a fresh authentication. ``lose_reply`` leaves the visit unsure: the device asks the meter which
generation it holds and writes again or goes on, and never guesses. A visit may be taken up again after the device died.
A meter that already holds the barcode's generation is ``acknowledge``d without a write.
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
    ACKNOWLEDGE = "acknowledge"
    PROVE = "prove"
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
        (S.OPENED, E.ABANDON): S.ABANDONED,
        (S.MATCHED, E.WRITE): S.WRITING,
        (S.MATCHED, E.ACKNOWLEDGE): S.WRITTEN,
        (S.MATCHED, E.ABANDON): S.ABANDONED,
        (S.WRITING, E.LOSE_REPLY): S.MATCHED,
        (S.WRITING, E.ACKNOWLEDGE): S.WRITTEN,
        (S.WRITING, E.ABANDON): S.ABANDONED,
        (S.WRITTEN, E.PROVE): S.PROVED,
        (S.WRITTEN, E.ABANDON): S.ABANDONED,
        (S.PROVED, E.CLOSE): S.CLOSED,
    },
)
