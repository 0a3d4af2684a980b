"""A real relay: its own process, its own nats-server, and a log-in for each side."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from keiki.relay.client import RelayClient, Side, create_login


def relay_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "keiki.relay", *arguments]


@dataclass
class Relay:
    """A relay's folder, and its process when it runs."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    errors: list[str] = field(default_factory=list)

    def command(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            relay_command(*arguments, "--data", str(self.folder)), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def seed(self, side: Side) -> Path:
        return self.folder.parent / side.value / "keys" / "relay.nk"

    def start(self) -> float:
        begun = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                relay_command("run", "--data", str(self.folder)), stdout=subprocess.PIPE, stderr=log
            )
        assert self.process.stdout
        ready = self.process.stdout.readline()
        assert ready, (self.folder / "log").read_text()
        return time.monotonic() - begun

    @property
    def url(self) -> str:
        return self.running["url"]

    @property
    def running(self) -> dict[str, Any]:
        return json.loads((self.folder / "relay.json").read_text())

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        code = self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def kill(self) -> int:
        """``kill -9`` of the relay's own process; returns the number of its nats-server."""
        assert self.process
        server = self.running["server_pid"]
        self.process.kill()
        self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()
        return int(server)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, ProcessLookupError):
        return False


def eventually(what: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.02)
    return what()


def make_relay(folder: Path) -> Relay:
    relay = Relay(folder / "relay")
    relay.command("init")
    for side in Side:
        name = create_login(relay.seed(side))
        relay.command("allow", "--side", side.value, "--key", name)
    return relay


@contextlib.asynccontextmanager
async def logged_in(relay: Relay, side: Side, tls_authority: Path | None = None) -> AsyncIterator[RelayClient]:
    client = await RelayClient.connect(relay.url, relay.seed(side), side, wait=3, tls_authority=tls_authority)
    try:
        yield client
    finally:
        await client.close()


@dataclass
class Raw:
    """A bare nats client with a side's key: what somebody who took that key could do."""

    nats: Client
    denials: list[str]


@contextlib.asynccontextmanager
async def raw_client(relay: Relay, side: Side) -> AsyncIterator[Raw]:
    denials: list[str] = []

    async def note(error: Exception) -> None:
        denials.append(str(error))

    client = Client()
    try:
        await client.connect(
            relay.url,
            nkeys_seed=str(relay.seed(side)),
            inbox_prefix=side.inbox_prefix,
            error_cb=note,
            allow_reconnect=False,
        )
        yield Raw(client, denials)
    finally:
        await client.close()
