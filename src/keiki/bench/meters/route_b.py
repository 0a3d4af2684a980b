"""The route-B side of a communication unit: its state, and the conversation by which a HEMS is let in.

    DOWN ──START──▶ EMPTY ──WRITE──▶ WAITING ──BEGIN──▶ TRYING ──SUCCEED──▶ JOINED ──BEGIN──▶ RENEWING
     ▲                                  ▲                  │ REJECT            │ CLOSE, EXPIRE     │
     └── STOP from everywhere           └──────────────────┴───────────────────┴─── REJECT ────────┘

The table below is the whole of it. What it does not list does not happen: the radio gets silence. The status lamps
are read off the state and the last verdict, never set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from keiki.bench.meters.store import CredentialStore
from keiki.foundation.status_items import StatusItemState
from keiki.protocols.eap_psk import (
    AuthenticationFailed,
    EapPskError,
    EapPskServer,
    ServerState,
    failure,
    hems_identity,
    meter_identity,
    route_b_psk,
)

SESSION = timedelta(seconds=86_400)
"""How long a session lives without a new authentication, as meters grant it."""


@dataclass(frozen=True)
class SessionTerms:
    """What a unit does with sessions: how long one lives, and whether a new credential ends it at once.

    ``reports_exchange``: its status says when it last answered the HEMS that is joined.
    """

    life: timedelta = SESSION
    ends_when_written: bool = False
    reports_exchange: bool = False


class RouteBState(StrEnum):
    """What the route-B side is doing."""

    DOWN = "down"
    EMPTY = "empty"
    WAITING = "waiting"
    TRYING = "trying"
    JOINED = "joined"
    RENEWING = "renewing"


class RouteBEvent(StrEnum):
    """What happens to the route-B side."""

    START = "start"
    STOP = "stop"
    WRITE = "write"
    BEGIN = "begin"
    SUCCEED = "succeed"
    REJECT = "reject"
    CLOSE = "close"
    EXPIRE = "expire"


S, E = RouteBState, RouteBEvent
TABLE: dict[tuple[RouteBState, RouteBEvent], RouteBState] = {
    (S.DOWN, E.START): S.EMPTY,
    **{(state, E.STOP): S.DOWN for state in S},
    (S.DOWN, E.WRITE): S.DOWN,
    (S.EMPTY, E.WRITE): S.WAITING,
    (S.WAITING, E.WRITE): S.WAITING,
    (S.TRYING, E.WRITE): S.WAITING,
    (S.JOINED, E.WRITE): S.JOINED,
    (S.RENEWING, E.WRITE): S.JOINED,
    (S.WAITING, E.BEGIN): S.TRYING,
    (S.TRYING, E.BEGIN): S.TRYING,
    (S.TRYING, E.SUCCEED): S.JOINED,
    (S.TRYING, E.REJECT): S.WAITING,
    (S.JOINED, E.BEGIN): S.RENEWING,
    (S.RENEWING, E.BEGIN): S.RENEWING,
    (S.RENEWING, E.SUCCEED): S.JOINED,
    (S.RENEWING, E.REJECT): S.WAITING,
    **{(state, E.CLOSE): S.WAITING for state in (S.JOINED, S.RENEWING)},
    **{(state, E.EXPIRE): S.WAITING for state in (S.JOINED, S.RENEWING)},
}


class RouteBNoAnswer(Exception):  # noqa: N818 - named for what the radio hears
    """The meter does not answer: it is down, holds no credential, has no such HEMS, or takes no such message now."""


class RouteBBusy(Exception):  # noqa: N818 - named for what the HEMS meets
    """Another HEMS is joined: the meter takes no second one."""


@dataclass
class _Session:
    hems: str
    until: datetime
    last_exchange: datetime


class RouteBSide:
    """One communication unit's route-B side.

    ``now`` gives the town's time, ``random_bytes(n)`` fresh random bytes. A *hems* is any text that names the other
    end of the radio, such as its address.
    """

    def __init__(
        self,
        store: CredentialStore,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        terms: SessionTerms = SessionTerms(),
    ) -> None:
        self._store, self._now, self._random_bytes, self._terms = store, now, random_bytes, terms
        self._state = RouteBState.DOWN
        self._session: _Session | None = None
        self._exchange: tuple[str, EapPskServer] | None = None
        self._last_was_refused = False

    @property
    def session_life(self) -> timedelta:
        """How long a session lives that it grants."""
        return self._terms.life

    @property
    def state(self) -> RouteBState:
        """The state now: a session whose time is over has ended."""
        if self._session and self._now() >= self._session.until:
            self._end_session(RouteBEvent.EXPIRE)
        return self._state

    @property
    def authentication(self) -> StatusItemState:
        """Failure where the last HEMS that tried did not hold the credential."""
        return StatusItemState.of(fault=self._last_was_refused)

    @property
    def connection(self) -> StatusItemState:
        """Clear while a HEMS is joined."""
        return StatusItemState.of(fault=self.state not in (RouteBState.JOINED, RouteBState.RENEWING))

    @property
    def joined(self) -> str | None:
        """The HEMS that is joined now."""
        return self._session.hems if self.connection is StatusItemState.CLEAR and self._session else None

    @property
    def last_exchange(self) -> datetime | None:
        """When it last answered the HEMS that is joined; None where none is, or units of this model do not report it.

        The answer that opened or renewed the session is the first.
        """
        if not self._terms.reports_exchange or self.connection is not StatusItemState.CLEAR or self._session is None:
            return None
        return self._session.last_exchange

    def answered(self, hems: str) -> None:
        """Take note that ``hems`` was given an answer in its session now."""
        if self.joined == hems and self._session:
            self._session.last_exchange = self._now()

    def start(self) -> None:
        """Begin to serve: after power came, or a repair. Sessions and verdicts of before are forgotten."""
        self._enter_next_state(RouteBEvent.START)
        self._last_was_refused = False
        if self._store.held:
            self._enter_next_state(RouteBEvent.WRITE)

    def stop(self) -> None:
        """Serve no more: no power, or broken. The verdict on the last HEMS stays readable until the next start."""
        self._session = self._exchange = None
        self._enter_next_state(RouteBEvent.STOP)

    def rewritten(self) -> None:
        """Take note that the store holds a new credential.

        A unit that can ends the live session with it; with others it lasts until the HEMS authenticates again.
        """
        if self._terms.ends_when_written and self.joined:
            self._end_session(RouteBEvent.CLOSE)
        self._enter_next_state(RouteBEvent.WRITE)
        self._exchange = None
        self._last_was_refused = False

    def announces(self, pairing_id: str) -> bool:
        """Tell whether a scan for ``pairing_id`` (8 characters) hears this meter."""
        held = self._store.held
        return (
            self.state not in (RouteBState.DOWN, RouteBState.EMPTY)
            and held is not None
            and (held.pairing_id == pairing_id)
        )

    def begin(self, hems: str) -> bytes:
        """Return EAP-PSK's first message for ``hems``, or raise :class:`RouteBBusy` or :class:`RouteBNoAnswer`."""
        if self.joined not in (None, hems):
            raise RouteBBusy("another HEMS is joined to this meter")
        held = self._store.held
        if (self._state, RouteBEvent.BEGIN) not in TABLE or held is None:
            raise RouteBNoAnswer("this meter serves no route B now")
        self._enter_next_state(RouteBEvent.BEGIN)
        psk = route_b_psk(held.authentication_id, held.password)
        names = meter_identity(held.authentication_id), hems_identity(held.authentication_id)
        server = EapPskServer(psk, *names, self._random_bytes(16))
        self._exchange = hems, server
        return server.begin()

    def answer(self, hems: str, message: bytes) -> bytes:
        """Take EAP-PSK's second message (returns the third) or the fourth (returns EAP-Success; the session is open).

        Returns EAP-Failure where the HEMS does not hold the credential; raises :class:`RouteBNoAnswer` for a message
        that belongs to no exchange, which changes nothing.
        """
        if self._exchange is None or self._exchange[0] != hems or self._state is RouteBState.DOWN:
            raise RouteBNoAnswer("this meter has no exchange open with this HEMS")
        server = self._exchange[1]
        try:
            reply = server.receive(message)
        except AuthenticationFailed:
            self._refuse()
            return failure(server.identifier)
        except EapPskError:
            raise RouteBNoAnswer("this meter takes no such message now") from None
        if server.state is ServerState.SUCCEEDED:
            self._admit(hems)
        return reply

    def close(self, hems: str) -> None:
        """End the session of ``hems``, if it has one: it said goodbye."""
        if self.joined == hems:
            self._end_session(RouteBEvent.CLOSE)

    def expire(self) -> None:
        """End the session now, as when its time is over: the HEMS was not heard any more."""
        if self.joined:
            self._end_session(RouteBEvent.EXPIRE)

    def session_alive(self, hems: str) -> bool:
        """Tell whether ``hems`` is joined now."""
        return self.joined == hems

    def _admit(self, hems: str) -> None:
        self._enter_next_state(RouteBEvent.SUCCEED)
        now = self._now()
        self._session, self._exchange = _Session(hems, now + self._terms.life, now), None
        self._last_was_refused = False

    def _refuse(self) -> None:
        self._enter_next_state(RouteBEvent.REJECT)
        self._session = self._exchange = None
        self._last_was_refused = True

    def _end_session(self, event: RouteBEvent) -> None:
        self._enter_next_state(event)
        self._session = self._exchange = None

    def _enter_next_state(self, event: RouteBEvent) -> None:
        self._state = TABLE[self._state, event]
