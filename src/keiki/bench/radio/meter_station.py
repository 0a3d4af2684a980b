"""A meter as the radio meets it: an address, a beacon for who knows its pairing ID, ECHONET Lite behind a session.

Radio address, channel and PAN belong to the communication unit and change with it, as does what a HEMS has chosen.
"""

from __future__ import annotations

import hashlib

from keiki.bench.meters.meter import Meter
from keiki.bench.meters.route_b import RouteBSide, RouteBState
from keiki.bench.radio.shown import as_class_values
from keiki.protocols.echonet.frame import Frame, MalformedFrame
from keiki.protocols.echonet.meter_object import MeterChoices, answer, half_hour_notice
from keiki.protocols.echonet.node_profile import instance_list_notice
from keiki.protocols.skstack.events import link_local

_FIRST_CHANNEL, _CHANNELS = 33, 28
_ORGANISATION = bytes.fromhex("001C64")


class MeterStation:
    """One meter on the air."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._choices: dict[str, MeterChoices] = {}

    @property
    def mac(self) -> bytes:
        """The radio's address, 8 bytes."""
        return _ORGANISATION + self._digest[:5]

    @property
    def address(self) -> str:
        """The link-local IPv6 address."""
        return link_local(self.mac)

    @property
    def channel(self) -> int:
        """The logical channel, 33 to 60 (ARIB STD-T108)."""
        return _FIRST_CHANNEL + self._digest[5] % _CHANNELS

    @property
    def pan(self) -> int:
        """The PAN identifier, 16 bits."""
        return int.from_bytes(self._digest[6:8], "big") & 0x7FFF

    @property
    def route_b(self) -> RouteBSide | None:
        """The unit's route-B side where it has one by radio."""
        return self._meter.route_b("wireless")

    @property
    def on_air(self) -> bool:
        """Whether there is a radio that works: route B by radio, and the unit's route-B part not down."""
        route_b = self.route_b
        return route_b is not None and route_b.state is not RouteBState.DOWN

    def announces(self, pairing_id: str) -> bool:
        """Tell whether the meter answers a scan for ``pairing_id`` (8 characters)."""
        route_b = self._meter.route_b("wireless")
        return route_b is not None and route_b.announces(pairing_id)

    def exchange(self, hems: str, data: bytes) -> bytes | None:
        """Answer an ECHONET Lite datagram of ``hems``, or stay silent: no session, no frame, nothing to say."""
        route_b = self._meter.route_b("wireless")
        if route_b is None or not route_b.session_alive(hems):
            return None
        serial = self._meter.communication.serial
        try:
            request = Frame.parse(data)
        except MalformedFrame:
            return None
        response, after = answer(
            request, as_class_values(self._meter.readings()), self._choices.get(serial, MeterChoices())
        )
        self._choices = {serial: after}
        if response is None:
            return None
        route_b.answered(hems)
        return bytes(response)

    def greeting(self) -> bytes:
        """Return what the meter announces to a HEMS that has just joined: its instance list."""
        return bytes(instance_list_notice(0))

    def half_hour_notice(self, hems: str) -> bytes | None:
        """Return what the meter announces after a half hour, if ``hems`` is joined."""
        route_b = self.route_b
        if route_b is None or not route_b.session_alive(hems):
            return None
        return bytes(half_hour_notice(as_class_values(self._meter.readings())))

    @property
    def _digest(self) -> bytes:
        return hashlib.sha256(self._meter.communication.serial.encode()).digest()
