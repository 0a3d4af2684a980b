"""An office with real keys, a wall of real meters behind a real head end, and an agent's folder."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.meters.walls import Walls
from keiki.bench.route_a.head_end import HeadEnd
from keiki.bench.town.draw import case, draw_town
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope
from keiki.protocols.relay.messages import CommandResult, ReadStatus, RewritePassword
from keiki.protocols.relay.wire import open_result, seal_command
from keiki.protocols.sealing.credential import CredentialContext, seal_credential
from keiki.protocols.sealing.identity import Identity, IdentityCard, Zone
from keiki.protocols.sealing.message import SealingPurpose

TOWN = draw_town(seed=7)
PLACE = case(TOWN, "already_wireless")
UNIT = PLACE.installed.communication_serial
ID = "00112233445566778899AABBCCDDEEFF"
OLD_PASSWORD, NEW_PASSWORD = "OldPassword1", "NewPassword2"


class WatchedHeadEnd(HeadEnd):
    """A head end that counts what it was asked, and calls ``on_ask`` around every request."""

    def __init__(self, walls: Walls) -> None:
        super().__init__(walls)
        self.asked: list[m.Request | m.Reply] = []
        self.accepted: list[int] = []
        self.on_ask: Callable[[str, m.Request | m.Reply], None] = lambda when, request: None

    async def _ask(self, envelope: Envelope) -> Envelope | None:
        self.asked.append(envelope.message)
        self.on_ask("before", envelope.message)
        before = self._walls[PLACE.supply_point].communication.generation
        reply = await super()._ask(envelope)
        after = self._walls[PLACE.supply_point].communication.generation
        if after != before:
            self.accepted.append(after)
        self.on_ask("after", envelope.message)
        return reply


@dataclass
class Street:
    """One place with a credential of generation 1 in its meter, and the head end that reaches it."""

    meter: Meter
    head_end: WatchedHeadEnd

    def holds(self, generation: int, password: str) -> bool:
        held = self.meter.communication.write(m.WriteCredential(generation, ID, password))
        return isinstance(held, m.AlreadyHeld)


@asynccontextmanager
async def street() -> AsyncIterator[Street]:
    walls = Walls([PLACE], World(TownClock(), 7, os.urandom))
    meter = walls[PLACE.supply_point]
    meter.communication.write(m.WriteCredential(1, ID, OLD_PASSWORD))
    head_end = WatchedHeadEnd(walls)
    await head_end.start()
    try:
        yield Street(meter, head_end)
    finally:
        await head_end.stop()


@dataclass
class Office:
    """The office's side of the sealed messages."""

    control: IdentityCard
    identity: Identity = field(default_factory=lambda: Identity.generate(Zone.OFFICE, "office"))

    def rewrite(
        self, generation: int = 2, seconds: float = 60, message_id: bytes | None = None, unit: str = UNIT
    ) -> tuple[bytes, bytes]:
        """A sealed command to write ``NEW_PASSWORD``; returns its id and bytes."""
        message_id, expires = message_id or os.urandom(16), int(time.time() + seconds)
        context = CredentialContext(
            SealingPurpose.RELAY, self.control.key_id, PLACE.supply_point, unit, generation, expires
        )
        envelope = seal_credential(context, ID, NEW_PASSWORD, self.control, self.identity)
        command = RewritePassword(message_id, PLACE.supply_point, unit, generation, expires, envelope)
        return message_id, seal_command(command, self.control, self.identity)

    def read_status(self, seconds: float = 60) -> tuple[bytes, bytes]:
        message_id = os.urandom(16)
        command = ReadStatus(message_id, PLACE.supply_point, UNIT, int(time.time() + seconds))
        return message_id, seal_command(command, self.control, self.identity)

    def open(self, data: bytes) -> CommandResult:
        return open_result(data, self.identity, self.control)


def control_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "keiki.control", *arguments]


@dataclass
class AgentProcess:
    """An agent's folder, and its process when it runs."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            control_command(*arguments, "--data", str(self.folder)), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, command: list[str] | None = None) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*(command or control_command("run")), "--data", str(self.folder)], stdout=log, stderr=log
            )

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        return self.process.wait(15)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def status(self) -> dict[str, Any]:
        return self.command("status", "--json")


async def until(what: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
