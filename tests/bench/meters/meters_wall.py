"""A wall of the town with a clock that stands still, and a HEMS that speaks real EAP-PSK to it."""

from __future__ import annotations

from datetime import datetime
from random import Random

from keiki.bench.meters.clock import JST, StoppedClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.meters.port import answer
from keiki.bench.meters.route_b import RouteBSide
from keiki.bench.town.draw import case, draw_town
from keiki.protocols.eap_psk import EapPskPeer, hems_identity, meter_identity, route_b_psk
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.procedure import LOST, IntendedMeter, MeterCredential

TOWN = draw_town(seed=7)
ID = "00112233445566778899AABBCCDDEEFF"
OLD = MeterCredential(1, ID, "OldPassword1")
NEW = MeterCredential(2, ID, "NewPassword2")
EAP_SUCCESS, EAP_FAILURE = 3, 4


class Wall:
    """A meter, its clock and the two who talk to it."""

    def __init__(self, name: str = "already_wireless") -> None:
        self.clock = StoppedClock(datetime(2026, 11, 23, 17, 10, tzinfo=JST))
        self.random = Random(1)
        self.meter = Meter(case(TOWN, name), World(self.clock, 7, self.random.randbytes))
        self.asked: list[m.Request] = []

    @property
    def target(self) -> IntendedMeter:
        return IntendedMeter(self.meter.units.communication_serial, self.meter.supply_point)

    @property
    def route_b(self) -> RouteBSide:
        side = self.meter.route_b()
        assert side is not None
        return side

    def ask(self, request: m.Request) -> object:
        """Ask over the wire's own bytes; LOST where there is no reply."""
        self.asked.append(request)
        reply = answer(self.meter, decode(encode(Envelope("", 1, request))))
        return LOST if reply is None else decode(encode(reply)).message

    def write(self, credential: MeterCredential) -> object:
        return self.ask(m.WriteCredential(credential.generation, credential.authentication_id, credential.password))

    def status(self) -> tuple[str, str, str, str]:
        reply = self.ask(m.ReadMeterStatus())
        assert isinstance(reply, m.MeterStatus)
        return reply.startup.value, reply.authentication.value, reply.connection.value, reply.condition.value

    def join(self, credential: MeterCredential, hems: str = "hems") -> int:
        """Let a HEMS try; return the EAP code that ended it."""
        psk = route_b_psk(credential.authentication_id, credential.password)
        names = hems_identity(credential.authentication_id), meter_identity(credential.authentication_id)
        peer = EapPskPeer(psk, *names, self.random.randbytes(16))
        reply = self.route_b.answer(hems, peer.receive(self.route_b.begin(hems)))
        if reply[0] == EAP_FAILURE:
            return EAP_FAILURE
        return self.route_b.answer(hems, peer.receive(reply))[0]


ACTIVE = ("clear", "clear", "clear", "normal")
WRONG_PASSWORD = ("clear", "failure", "failure", "normal")
UNCONNECTED = ("clear", "clear", "failure", "normal")
ABNORMAL = ("failure", "clear", "failure", "abnormality")
ABNORMAL_AFTER_REFUSAL = ("failure", "failure", "failure", "abnormality")
