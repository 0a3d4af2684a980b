"""The four messages of EAP-PSK as bytes and as values (RFC 4764, section 5; EAP header RFC 3748, section 4).

EAP header: code 1 | identifier 1 | length 2 | type 47 | flags 1 (T in the two high bits: which message)
first   T=0  server -> peer   RAND_S 16 | ID_S
second  T=1  peer -> server   RAND_S 16 | RAND_P 16 | MAC_P 16 | ID_P
third   T=2  server -> peer   RAND_S 16 | MAC_S 16 | PCHANNEL 21
fourth  T=3  peer -> server   RAND_S 16 | PCHANNEL 21
PCHANNEL: nonce 4 | tag 16 | encrypted { R in the two high bits: 2 success, 3 failure }
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag

from keiki.protocols.eap_psk import eax
from keiki.protocols.eap_psk.errors import AuthenticationFailed, MalformedMessage

REQUEST, RESPONSE, SUCCESS, FAILURE = 1, 2, 3, 4
TYPE_PSK = 47
RAND_BYTES = 16
MAC_BYTES = 16
IDENTITY_LIMIT = 966
"""Octets of an identity (RFC 4764, section 5.1)."""
PROTECTED_BYTES = 4 + 16 + 1
DONE_SUCCESS = 2
_HEAD = struct.Struct(">BBHBB")


@dataclass(frozen=True)
class First:
    """The server's challenge."""

    identifier: int
    rand_s: bytes
    id_s: bytes = field(repr=False)


@dataclass(frozen=True)
class Second:
    """The peer's answer and its own challenge."""

    identifier: int
    rand_s: bytes
    rand_p: bytes
    mac_p: bytes
    id_p: bytes = field(repr=False)


@dataclass(frozen=True)
class Third:
    """The server's answer, with its verdict under the session's key. ``header`` is what the channel authenticates."""

    identifier: int
    rand_s: bytes
    mac_s: bytes
    protected: bytes
    header: bytes


@dataclass(frozen=True)
class Fourth:
    """The peer's verdict under the session's key."""

    identifier: int
    rand_s: bytes
    protected: bytes
    header: bytes


def pack(code: int, identifier: int, which: int, body: bytes) -> bytes:
    """Put an EAP-PSK message together; ``which`` is T, 0 to 3."""
    return _HEAD.pack(code, identifier, _HEAD.size + len(body), TYPE_PSK, which << 6) + body


def success(identifier: int) -> bytes:
    """Return EAP-Success (RFC 3748, section 4.2)."""
    return struct.pack(">BBH", SUCCESS, identifier, 4)


def failure(identifier: int) -> bytes:
    """Return EAP-Failure (RFC 3748, section 4.2)."""
    return struct.pack(">BBH", FAILURE, identifier, 4)


def parse(message: bytes) -> First | Second | Third | Fourth:
    """Read a message of either side, or raise :class:`MalformedMessage`."""
    if len(message) < _HEAD.size:
        raise MalformedMessage("the message is shorter than an EAP-PSK header")
    code, identifier, length, kind, flags = _HEAD.unpack_from(message)
    if length != len(message) or kind != TYPE_PSK or flags & 0x3F:
        raise MalformedMessage("the EAP header does not describe an EAP-PSK message of this length")
    which, body = flags >> 6, message[_HEAD.size :]
    if code != (REQUEST if which in (0, 2) else RESPONSE):
        raise MalformedMessage("the EAP code does not fit the message: first and third are requests")
    if which == 0:
        return _first(identifier, body)
    if which == 1:
        return _second(identifier, body)
    return _last(which, identifier, body, message[: _HEAD.size + RAND_BYTES])


def _first(identifier: int, body: bytes) -> First:
    if not RAND_BYTES < len(body) <= RAND_BYTES + IDENTITY_LIMIT:
        raise MalformedMessage("the first message has the wrong length")
    return First(identifier, body[:RAND_BYTES], body[RAND_BYTES:])


def _second(identifier: int, body: bytes) -> Second:
    fixed = 2 * RAND_BYTES + MAC_BYTES
    if not fixed < len(body) <= fixed + IDENTITY_LIMIT:
        raise MalformedMessage("the second message has the wrong length")
    return Second(identifier, body[:16], body[16:32], body[32:48], body[48:])


def _last(which: int, identifier: int, body: bytes, header: bytes) -> Third | Fourth:
    fixed = RAND_BYTES + (MAC_BYTES if which == 2 else 0)
    if len(body) != fixed + PROTECTED_BYTES:
        raise MalformedMessage("the message has the wrong length: the extended messages of RFC 4764 are not used here")
    if which == 2:
        return Third(identifier, body[:16], body[16:32], body[32:], header)
    return Fourth(identifier, body[:16], body[16:], header)


def third(tek: bytes, identifier: int, rand_s: bytes, mac_s: bytes) -> bytes:
    """Build the third message, in which the server says that it succeeded."""
    return _protected(tek, 0, _verdict_header(REQUEST, identifier, 2, rand_s), mac_s)


def fourth(tek: bytes, identifier: int, rand_s: bytes) -> bytes:
    """Build the fourth message, in which the peer says that it succeeded."""
    return _protected(tek, 1, _verdict_header(RESPONSE, identifier, 3, rand_s), b"")


def _verdict_header(code: int, identifier: int, which: int, rand_s: bytes) -> bytes:
    length = _HEAD.size + RAND_BYTES + (MAC_BYTES if which == 2 else 0) + PROTECTED_BYTES
    return _HEAD.pack(code, identifier, length, TYPE_PSK, which << 6) + rand_s


def _protected(tek: bytes, counter: int, header: bytes, between: bytes) -> bytes:
    nonce = struct.pack(">I", counter)
    ciphertext, tag = eax.encrypt(tek, bytes(12) + nonce, header, bytes([DONE_SUCCESS << 6]))
    return header + between + nonce + tag + ciphertext


def unprotect(tek: bytes, counter: int, header: bytes, protected: bytes) -> None:
    """Check that a protected channel says *success*; raise :class:`AuthenticationFailed` on anything else."""
    nonce, tag, ciphertext = protected[:4], protected[4:20], protected[20:]
    if nonce != struct.pack(">I", counter):
        raise AuthenticationFailed("the protected channel repeats or skips a message")
    try:
        said = eax.decrypt(tek, bytes(12) + nonce, header, ciphertext, tag)
    except InvalidTag:
        raise AuthenticationFailed("the protected channel was not made with this session's key") from None
    if said[0] >> 5 != DONE_SUCCESS << 1:
        raise AuthenticationFailed("the other side does not say that it succeeded")
