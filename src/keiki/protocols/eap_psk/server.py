"""The server's side of an exchange: on route B and at the maintenance port, the meter.

(FRESH, begin) -> CHALLENGED      (CHALLENGED, right second) -> ANSWERED     (ANSWERED, right fourth) -> SUCCEEDED
a wrong second or fourth -> FAILED     anything else raises and changes nothing
"""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.primitives.constant_time import bytes_eq

from keiki.protocols.eap_psk import eax, messages
from keiki.protocols.eap_psk.errors import AuthenticationFailed, UnexpectedMessage
from keiki.protocols.eap_psk.keys import SessionKeys, long_term_keys, session_keys


class ServerState(StrEnum):
    """How far the server's side is."""

    FRESH = "fresh"
    CHALLENGED = "challenged"
    ANSWERED = "answered"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class EapPskServer:
    """One exchange, seen by the side that challenges first.

    ``psk`` 16 bytes; ``identity`` (ID_S) is announced; ``peer_identity`` (ID_P) is demanded; ``rand_s`` 16 fresh random
    bytes that serve this exchange only.
    """

    def __init__(self, psk: bytes, identity: bytes, peer_identity: bytes, rand_s: bytes, identifier: int = 1) -> None:
        if len(rand_s) != messages.RAND_BYTES:
            raise ValueError(f"RAND_S has {messages.RAND_BYTES} bytes")
        self._keys = long_term_keys(psk)
        self._identity, self._peer_identity, self._rand_s = identity, peer_identity, rand_s
        self._identifier = identifier
        self._session: SessionKeys | None = None
        self.state = ServerState.FRESH

    @property
    def identifier(self) -> int:
        """The EAP identifier of the request that is open."""
        return self._identifier

    def begin(self) -> bytes:
        """Return the first message."""
        if self.state is not ServerState.FRESH:
            raise UnexpectedMessage("this exchange was begun already")
        self.state = ServerState.CHALLENGED
        return messages.pack(messages.REQUEST, self._identifier, 0, self._rand_s + self._identity)

    def receive(self, message: bytes) -> bytes:
        """Take the second message and return the third, or the fourth and return EAP-Success.

        Raises :class:`MalformedMessage` or :class:`UnexpectedMessage` (nothing changed), or
        :class:`AuthenticationFailed` (the exchange is over).
        """
        parsed = messages.parse(message)
        if parsed.identifier != self._identifier or not bytes_eq(parsed.rand_s, self._rand_s):
            raise UnexpectedMessage("the message belongs to another exchange")
        if isinstance(parsed, messages.Second) and self.state is ServerState.CHALLENGED:
            return self._answer(parsed)
        if isinstance(parsed, messages.Fourth) and self.state is ServerState.ANSWERED:
            return self._finish(parsed)
        raise UnexpectedMessage(f"a server in state {self.state} does not take this message")

    def session_keys(self) -> SessionKeys:
        """Return the keys of the session, once the exchange succeeded."""
        if self.state is not ServerState.SUCCEEDED or self._session is None:
            raise UnexpectedMessage("there are no session keys before the exchange succeeded")
        return self._session

    def _answer(self, second: messages.Second) -> bytes:
        expected = eax.cmac(self._keys.ak, second.id_p + self._identity + self._rand_s + second.rand_p)
        if not (bytes_eq(expected, second.mac_p) and bytes_eq(second.id_p, self._peer_identity)):
            self.state = ServerState.FAILED
            raise AuthenticationFailed("the peer does not hold this meter's credential")
        self._session = session_keys(self._keys.kdk, second.rand_p)
        self._identifier = (self._identifier + 1) % 256
        self.state = ServerState.ANSWERED
        mac_s = eax.cmac(self._keys.ak, self._identity + second.rand_p)
        return messages.third(self._session.tek, self._identifier, self._rand_s, mac_s)

    def _finish(self, fourth: messages.Fourth) -> bytes:
        assert self._session is not None  # noqa: S101 - set on the way into ANSWERED
        try:
            messages.unprotect(self._session.tek, 1, fourth.header, fourth.protected)
        except AuthenticationFailed:
            self.state = ServerState.FAILED
            raise
        self.state = ServerState.SUCCEEDED
        return messages.success(self._identifier)
