"""The peer's side of an exchange: on route B the HEMS; at the maintenance port whoever wants a proof of the meter.

    (FRESH, first) -> ANSWERED     (ANSWERED, right third) -> PROVED     a wrong third -> FAILED

In PROVED the peer has seen the server's MAC over its own fresh random bytes: the server holds the same key, now.
"""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.primitives.constant_time import bytes_eq

from keiki.protocols.eap_psk import eax, messages
from keiki.protocols.eap_psk.errors import AuthenticationFailed, UnexpectedMessage
from keiki.protocols.eap_psk.keys import SessionKeys, long_term_keys, session_keys


class PeerState(StrEnum):
    """How far the peer's side is."""

    FRESH = "fresh"
    ANSWERED = "answered"
    PROVED = "proved"
    FAILED = "failed"


class EapPskPeer:
    """One exchange, seen by the side that is challenged first.

    ``psk`` 16 bytes; ``identity`` (ID_P) is announced; ``server_identity`` (ID_S) is demanded; ``rand_p`` 16 fresh
    random bytes that serve this exchange only.
    """

    def __init__(self, psk: bytes, identity: bytes, server_identity: bytes, rand_p: bytes) -> None:
        if len(rand_p) != messages.RAND_BYTES:
            raise ValueError(f"RAND_P has {messages.RAND_BYTES} bytes")
        self._keys = long_term_keys(psk)
        self._identity, self._server_identity, self._rand_p = identity, server_identity, rand_p
        self._rand_s = b""
        self._session: SessionKeys | None = None
        self.state = PeerState.FRESH

    def receive(self, message: bytes) -> bytes:
        """Take the first message and return the second, or the third and return the fourth.

        Raises :class:`MalformedMessage` or :class:`UnexpectedMessage` (nothing changed), or
        :class:`AuthenticationFailed` (the exchange is over).
        """
        parsed = messages.parse(message)
        if isinstance(parsed, messages.First) and self.state is PeerState.FRESH:
            return self._answer(parsed)
        if isinstance(parsed, messages.Third) and self.state is PeerState.ANSWERED:
            return self._check(parsed)
        raise UnexpectedMessage(f"a peer in state {self.state} does not take this message")

    def session_keys(self) -> SessionKeys:
        """Return the keys of the session, once the server is proved."""
        if self.state is not PeerState.PROVED or self._session is None:
            raise UnexpectedMessage("there are no session keys before the server is proved")
        return self._session

    def _answer(self, first: messages.First) -> bytes:
        if not bytes_eq(first.id_s, self._server_identity):
            self.state = PeerState.FAILED
            raise AuthenticationFailed("another server answers than the one that was meant")
        self._rand_s = first.rand_s
        mac_p = eax.cmac(self._keys.ak, self._identity + first.id_s + first.rand_s + self._rand_p)
        self.state = PeerState.ANSWERED
        body = first.rand_s + self._rand_p + mac_p + self._identity
        return messages.pack(messages.RESPONSE, first.identifier, 1, body)

    def _check(self, third: messages.Third) -> bytes:
        if not bytes_eq(third.rand_s, self._rand_s):
            raise UnexpectedMessage("the message belongs to another exchange")
        session = session_keys(self._keys.kdk, self._rand_p)
        try:
            if not bytes_eq(eax.cmac(self._keys.ak, self._server_identity + self._rand_p), third.mac_s):
                raise AuthenticationFailed("the server does not hold this credential")
            messages.unprotect(session.tek, 0, third.header, third.protected)
        except AuthenticationFailed:
            self.state = PeerState.FAILED
            raise
        self._session = session
        self.state = PeerState.PROVED
        return messages.fourth(session.tek, third.identifier, third.rand_s)
