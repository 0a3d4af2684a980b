"""How a module is let into a meter's network: PANA (RFC 5191) carrying EAP-PSK, the meter as the server.

:func:`join` is a generator of what happens on the air, in order, with the emulated seconds each step takes; it returns
whether the module was let in. The messages of EAP-PSK are the real ones and both sides check them: a wrong password
fails *at the meter*, which lights its authentication lamp. A meter that does not answer (another HEMS is joined, it is
out of reach) is asked again at PANA's growing intervals before the module gives up.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from keiki.bench.meters.route_b import RouteBBusy, RouteBNoAnswer, RouteBSide
from keiki.bench.radio.meter_station import MeterStation
from keiki.protocols.eap_psk import EapPskError, EapPskPeer, PeerState, hems_identity, meter_identity, route_b_psk

REAUTHENTICATE_AT = 0.8
"""A module authenticates again when this share of the session's life is over."""
_HOP_SECONDS = 0.25
_PATIENCE = (2, 4, 8, 8, 8, 8)
_EAP_SUCCESS = 3


@dataclass(frozen=True)
class HemsCredential:
    """What the household put into its HEMS. Never shown."""

    authentication_id: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def pairing_id(self) -> str:
        """The last 8 characters of the ID, by which a meter is found."""
        return self.authentication_id[-8:]


@dataclass(frozen=True)
class SentDatagram:
    """The module sent a datagram; ``arrived`` says whether the other side acknowledged it; then ``seconds`` pass."""

    arrived: bool
    seconds: float


def join(
    station: MeterStation | None, hems: str, credential: HemsCredential, random_bytes: Callable[[int], bytes]
) -> Generator[SentDatagram, None, bool]:
    """Try to join ``station`` (None: nobody hears) as ``hems``; yield each datagram sent, return whether it worked."""
    route_b = station.route_b if station else None
    for patience in _PATIENCE:
        first = _first_message(route_b, hems)
        if first is not None and route_b is not None:
            yield SentDatagram(arrived=True, seconds=_HOP_SECONDS)
            return (yield from _authenticate(route_b, hems, credential, first, random_bytes))
        yield SentDatagram(arrived=station is not None, seconds=patience)
    return False


def _first_message(route_b: RouteBSide | None, hems: str) -> bytes | None:
    if route_b is None:
        return None
    try:
        return route_b.begin(hems)
    except (RouteBBusy, RouteBNoAnswer):
        return None


def _authenticate(
    route_b: RouteBSide, hems: str, credential: HemsCredential, message: bytes, random_bytes: Callable[[int], bytes]
) -> Generator[SentDatagram, None, bool]:
    names = hems_identity(credential.authentication_id), meter_identity(credential.authentication_id)
    peer = EapPskPeer(route_b_psk(credential.authentication_id, credential.password), *names, random_bytes(16))
    try:
        while peer.state is not PeerState.PROVED:
            reply = peer.receive(message)
            yield SentDatagram(arrived=True, seconds=_HOP_SECONDS)
            message = route_b.answer(hems, reply)
    except (EapPskError, RouteBNoAnswer):
        return False
    return message[0] == _EAP_SUCCESS
