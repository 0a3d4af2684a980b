"""Making a meter prove, now, that it holds a credential: two rounds of EAP-PSK with the meter as the server.

The asking side needs the first three messages of the four: the third carries the meter's MAC over the asking side's own
fresh random bytes. The fourth would tell the meter about the asking side, which the second did already.

The identities are the port's own (``SM-PORT:`` and the unit's serial number, ``PORT``), not route B's: an exchange at
the port shows nobody the authentication ID, cannot be replayed by radio, and proves *this* unit.
"""

from __future__ import annotations

from keiki.protocols.eap_psk import EapPskPeer, EapPskServer, route_b_psk

PORT_IDENTITY = b"PORT"


def unit_identity(communication_serial: str) -> bytes:
    """Return ID_S of a communication unit at its maintenance port."""
    return b"SM-PORT:" + communication_serial.encode("ascii")


def asking_side(communication_serial: str, authentication_id: str, password: str, rand_p: bytes) -> EapPskPeer:
    """Return the peer that takes a :class:`Challenge` and then a :class:`Confirmation`."""
    psk = route_b_psk(authentication_id, password)
    return EapPskPeer(psk, PORT_IDENTITY, unit_identity(communication_serial), rand_p)


def meter_side(communication_serial: str, authentication_id: str, password: str, rand_s: bytes) -> EapPskServer:
    """Return the server that gives the challenge, takes the answer and gives the confirmation."""
    psk = route_b_psk(authentication_id, password)
    return EapPskServer(psk, unit_identity(communication_serial), PORT_IDENTITY, rand_s)
