"""A whole office as processes: data folder, worker, a real relay, and the control side's end of it in the test."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from keiki.bench.servers.servers import Servers
from keiki.bench.town.draw import draw_town
from keiki.bench.town.place import Place
from keiki.protocols.relay.messages import Command, CommandOutcome, CommandResult, RewritePassword, StatusItems
from keiki.protocols.relay.wire import open_command, seal_result
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.relay.client import RelayClient, Side, create_login

ROOT = Path(__file__).parents[2]


def run(zone: str, *arguments: str | Path, typed: str = "") -> dict[str, Any]:
    """Run one command of a zone; its answer, with the exit code as ``exit``."""
    done = subprocess.run(
        [sys.executable, "-m", f"keiki.{zone}", *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    answer = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {"said": done.stderr[-2000:]}
    return {**answer, "exit": done.returncode}


def environment() -> dict[str, str]:
    unwanted = ("KEIKI_OFFICE_DATA", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}


def wait_until(true: Callable[[], Any], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


@dataclass
class Rig:
    """The folder of everything, and what runs."""

    folder: Path
    control: Identity
    town: tuple[Place, ...]
    office_card: IdentityCard
    relay_url: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def office(self, *arguments: str | Path, typed: str = "") -> dict[str, Any]:
        return run("office", "--data", self.folder / "office", *arguments, "--json", "--as", "佐藤", typed=typed)

    def start(self, name: str, zone: str, *arguments: str | Path, ready: Path) -> None:
        ready.unlink(missing_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", f"keiki.{zone}", *map(str, arguments)]
            self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, env=environment())
        wait_until(ready.exists, f"{name} ready: {(self.folder / f'{name}.log').read_text()[-2000:]}")

    def start_worker(self) -> None:
        data = self.folder / "office"
        self.start("worker", "office", "--data", data, "worker", ready=data / "worker.json")

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for name in reversed(list(self.running)):
            process = self.running.pop(name)
            process.terminate()
            process.wait(10)


@dataclass
class Agent:
    """The control side: answers every command, each time it comes, with the same answer."""

    rig: Rig
    seen: Counter[bytes] = field(default_factory=Counter)
    commands: dict[bytes, Command] = field(default_factory=dict)
    outcome: CommandOutcome = CommandOutcome.SUCCEEDED

    async def run(self, stop: asyncio.Event) -> None:
        client = await RelayClient.connect(self.rig.relay_url, self.rig.folder / "control.nk", Side.CONTROL, wait=10)
        try:
            while not stop.is_set():
                for arrived in await client.fetch(timeout=0.3):
                    command = open_command(arrived.data, self.rig.control, self.rig.office_card, int(time.time()))
                    self.seen[command.message_id] += 1
                    self.commands[command.message_id] = command
                    await client.put(self._answer(command), command.message_id)
                    await arrived.ack()
        finally:
            await client.close()

    def _answer(self, command: Command) -> bytes:
        now = int(time.time())
        generation = command.generation if isinstance(command, RewritePassword) else None
        status = None if generation else StatusItems("clear", "clear", "clear", "normal", now)
        result = CommandResult(command.message_id, self.outcome, "", generation, status, now)
        return seal_result(result, self.rig.office_card, self.rig.control)


def make_rig(folder: Path, database: str = "") -> Rig:
    """Make office, relay and data servers, introduce them to each other, and start the relay.

    ``database`` is that section of the office's settings, if it is not to be SQLite.
    """
    town = draw_town(1)
    Servers.build(folder / "servers", town, seed=1, now=datetime.now(UTC) - timedelta(minutes=1))
    (folder / "office").mkdir(exist_ok=True)
    (folder / "office" / "settings.toml").write_text(database)
    mine = run("office", "--data", folder / "office", "init", "--json")
    assert mine["exit"] == 0, mine
    run("relay", "init", "--data", folder / "relay")
    (folder / "relay" / "settings.toml").write_text("redeliver_seconds = 1\n")
    control_login = create_login(folder / "control.nk")
    for side, login in (("office", mine["relay_login"]), ("control", control_login)):
        run("relay", "allow", "--data", folder / "relay", "--side", side, "--key", login)
    rig = Rig(
        folder, Identity.generate("control", "scs-agent"), town, IdentityCard.from_json(json.dumps(mine["card"])), ""
    )
    rig.start("relay", "relay", "run", "--data", folder / "relay", ready=folder / "relay" / "relay.json")
    rig.relay_url = json.loads((folder / "relay" / "relay.json").read_text())["url"]
    (folder / "office" / "settings.toml").write_text(
        f'[office]\nname = "北摂営業所"\ncatalogue = "kansai-2015"\n'
        f'sources = "{folder}/servers/sources.toml"\n[relay]\nurl = "{rig.relay_url}"\n{database}'
    )
    (folder / "card.json").write_text(rig.control.card.to_json())
    assert rig.office("enrol", "--card", folder / "card.json", "--role", "control")["exit"] == 0
    return rig
