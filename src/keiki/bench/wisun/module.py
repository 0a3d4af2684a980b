"""What a Wi-SUN module does with each command: values in, values out, without I/O and without waiting.

:meth:`WisunModule.execute` and :meth:`WisunModule.wake` are generators of what the module says and of the emulated
time that passes in between (:class:`Pause`); whoever drives them writes and waits. Secrets are held, never said.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from keiki.bench.radio.air import Air, HeardStation
from keiki.bench.radio.joining import HemsCredential, SentDatagram, join
from keiki.bench.radio.scanning import scan
from keiki.bench.wisun.registers import ModuleRegisters
from keiki.bench.wisun.session import Session
from keiki.protocols.echonet.frame import PORT
from keiki.protocols.skstack import commands as sk
from keiki.protocols.skstack.events import (
    Datagram,
    EventNumber,
    Fail,
    ModuleEvent,
    ModuleInfo,
    Ok,
    OutputStyle,
    PanDescription,
    ResponseLine,
    Said,
    link_local,
    lqi_of,
)

_CHANNEL_PAGE = 9
_ANSWER_SECONDS = 0.3
_ALL_NODES = "FF02:0000:0000:0000:0000:0000:0000:0001"


@dataclass(frozen=True)
class Pause:
    """So many emulated seconds pass."""

    seconds: float


Done = Iterator[Said | Pause]


class WisunModule:
    """One module in the house of ``supply_point``. ``mac`` 8 bytes; ``now`` the town's time."""

    def __init__(
        self,
        mac: bytes,
        supply_point: str,
        air: Air,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        *,
        dialect: sk.Dialect = sk.Dialect.TWO_SIDED,
    ) -> None:
        self._mac, self._supply_point, self._air = mac, supply_point, air
        self._now, self._random_bytes, self._dialect = now, random_bytes, dialect
        self._registers = ModuleRegisters()
        self._hexadecimal = True
        self._session: Session | None = None

    @property
    def dialect(self) -> sk.Dialect:
        """The dialect it speaks."""
        return self._dialect

    @property
    def address(self) -> str:
        """Its link-local address."""
        return link_local(self._mac)

    @property
    def echoes(self) -> bool:
        """Whether it repeats each command line (SFE)."""
        return self._registers.echo

    @property
    def manner(self) -> OutputStyle:
        """How it writes now."""
        return OutputStyle(self._dialect, self._registers.strength, self._hexadecimal)

    @property
    def due(self) -> datetime | None:
        """When something happens by itself, and :meth:`wake` is to be driven."""
        return self._session.due if self._session else None

    def execute(self, command: sk.Command | sk.CommandRefused) -> Done:
        """Do one command."""
        match command:
            case sk.CommandRefused():
                yield Fail(command.code)
            case sk.Scan():
                yield from self._scan(command)
            case sk.Join(address):
                yield from self._join(address)
            case sk.Rejoin():
                yield from self._rejoin()
            case sk.Terminate():
                yield from self._terminate()
            case sk.SendTo():
                yield from self._send(command)
            case sk.Reset() | sk.SetRegister() | sk.SetRouteBId() | sk.SetPassword() | sk.WriteOption():
                yield from self._settle(command)
            case _:
                yield from self._tell(command)

    def wake(self) -> Done:
        """Let happen what is due: the session's life ends and is renewed, or a half hour has passed at the meter."""
        session, now = self._session, self._now()
        if session and now >= session.until:
            yield ModuleEvent(EventNumber.SESSION_EXPIRED, session.station.address)
            yield from self._authenticate(session.station.address)
        elif session and now >= session.notice:
            self._session = session.after_notice(now)
            heard, told = self._heard(session.station.address), session.station.half_hour_notice(self.address)
            if heard and told:
                yield self._datagram(heard, self.address, told)

    def _tell(self, question: sk.Command) -> Done:
        """Answer what neither takes time nor changes anything."""
        match question:
            case sk.StackVersion():
                yield ResponseLine("EVER 1.5.2")
            case sk.FirmwareVersion():
                yield ResponseLine("EAPPVER rev52e")
            case sk.Info():
                yield ModuleInfo(self.address, self._mac, self._registers.channel, self._registers.pan)
            case sk.ReadRegister(register):
                shown = self._registers.read(register)
                yield ResponseLine(f"ESREG {shown}") if shown else Fail(sk.ErrorCode.BAD_ARGUMENT)
                if not shown:
                    return
            case sk.LinkLocal(mac):
                yield ResponseLine(link_local(mac))
                return
        yield Ok(f"{self._hexadecimal:02d}" if isinstance(question, sk.ReadOption) else "")

    def _settle(self, command: sk.Command) -> Done:
        """Keep what the host sets."""
        match command:
            case sk.Reset():
                self._registers, self._session = ModuleRegisters(), None
            case sk.SetRegister(register, value):
                written = self._registers.written(register, value)
                if written is None:
                    yield Fail(sk.ErrorCode.BAD_ARGUMENT)
                    return
                self._registers = written
            case sk.SetRouteBId(authentication_id):
                self._registers = replace(self._registers, authentication_id=authentication_id)
            case sk.SetPassword(password):
                self._registers = replace(self._registers, password=password)
            case sk.WriteOption(option):
                self._hexadecimal = option == 1
        yield Ok()

    def _scan(self, asked: sk.Scan) -> Done:
        pairing_id = self._registers.authentication_id[-8:] if asked.mode == 2 else ""
        yield Ok()
        for listened in scan(self._air, self._supply_point, pairing_id, asked.mask, asked.duration):
            yield Pause(listened.seconds)
            for heard in listened.answered:
                found, lqi = heard.station, lqi_of(heard.strength)
                yield ModuleEvent(EventNumber.BEACON, found.address)
                yield PanDescription(found.channel, _CHANNEL_PAGE, found.pan, found.mac, lqi, pairing_id)
        yield ModuleEvent(EventNumber.SCAN_ENDED, self.address)

    def _join(self, address: str) -> Done:
        if not (self._registers.authentication_id and self._registers.password):
            yield Fail(sk.ErrorCode.FAILED)
            return
        yield Ok()
        yield from self._authenticate(address)

    def _rejoin(self) -> Done:
        if self._session is None:
            yield Fail(sk.ErrorCode.FAILED)
            return
        yield Ok()
        yield from self._authenticate(self._session.station.address)

    def _authenticate(self, address: str) -> Done:
        self._session = None
        heard = self._heard(address)
        station = heard.station if heard else None
        credential = HemsCredential(self._registers.authentication_id, self._registers.password)
        admitted = yield from self._on_air(address, join(station, self.address, credential, self._random_bytes))
        if not (admitted and heard and station):
            yield ModuleEvent(EventNumber.JOIN_FAILED, address)
            return
        self._session = Session.begin(station, self._now())
        yield ModuleEvent(EventNumber.JOINED, address)
        yield self._datagram(heard, _ALL_NODES, station.greeting())

    def _on_air(
        self, address: str, attempt: Generator[SentDatagram, None, bool]
    ) -> Generator[Said | Pause, None, bool]:
        while True:
            try:
                step = next(attempt)
            except StopIteration as ended:
                return bool(ended.value)
            yield ModuleEvent(EventNumber.SENT, address, 0 if step.arrived else 1)
            yield Pause(step.seconds)

    def _terminate(self) -> Done:
        if self._session is None:
            yield Fail(sk.ErrorCode.FAILED)
            return
        station, self._session = self._session.station, None
        yield Ok()
        reached = self._heard(station.address) is not None and station.route_b is not None
        yield ModuleEvent(EventNumber.SENT, station.address, 0 if reached else 1)
        if station.route_b is not None and reached:
            station.route_b.close(self.address)
        yield Pause(_ANSWER_SECONDS)
        yield ModuleEvent(EventNumber.TERMINATED if reached else EventNumber.TERMINATED_UNANSWERED, station.address)

    def _send(self, asked: sk.SendTo) -> Done:
        if self._session is None and asked.security == 1:
            yield Fail(sk.ErrorCode.FAILED)
            return
        to_all = asked.address.startswith("FF")
        peer = self._session.station.address if self._session and to_all else asked.address
        heard = self._heard(peer)
        yield ModuleEvent(EventNumber.SENT, asked.address, 0 if heard or to_all else 1)
        yield Ok()
        encrypted = self._session is not None and self._session.station.address == peer and asked.security > 0
        if heard is None or asked.port != PORT or not encrypted:
            return
        answer = heard.station.exchange(self.address, asked.data)
        if answer is not None:
            yield Pause(_ANSWER_SECONDS)
            yield self._datagram(heard, self.address, answer)

    def _heard(self, address: str) -> HeardStation | None:
        """Return the station at ``address`` where it is on this channel and PAN and comes through."""
        heard = self._air.find(self._supply_point, address)
        mine = self._registers.channel, self._registers.pan
        return heard if heard and (heard.station.channel, heard.station.pan) == mine else None

    def _datagram(self, heard: HeardStation, destination: str, data: bytes) -> Datagram:
        station = heard.station
        return Datagram(
            station.address, destination, PORT, PORT, station.mac, lqi_of(heard.strength), encrypted=True, data=data
        )
