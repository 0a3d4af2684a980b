"""Putting the zones of one machine together: folders, keys, identity cards, settings, processes.

This is what an integrator does once at a utility: each zone makes its own keys; only public cards and log-in names are
carried between them; each gets the settings it needs and no other's.
"""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from keiki.cli.zones import Conversation, Zones

CATALOGUE = Path(__file__).parents[3] / "catalogues" / "kansai-2015"
DEVICE = "HHD-07"
WEB_PORT = 8000
"""Where the screens of `keiki up` are, if nobody else is there."""
OPERATOR = "demo-operator"


class System:
    """All zones and a town, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zones = Zones(folder)
        self.town: dict[str, Any] = {}
        self.people: list[dict[str, Any]] = []
        self.url = ""
        self._web_port = 0
        self._desk: Conversation | None = None
        self._console: Conversation | None = None

    def open(self, seed: int, points: int, speed: float, *, screens: bool = False) -> None:
        """Make everything and start it; every process has said that it is ready when this returns.

        ``screens``: serve the office's screens too, to made-up people whose log-ins are in ``people``.
        """
        self._web_port = _free_port(WEB_PORT) if screens else 0
        with ThreadPoolExecutor() as pool:
            town = pool.submit(self._start_town, seed, points, speed)
            ready = pool.map(self._init, ("relay", "office", "control", "handheld"))
            _, office, control, handheld = ready
            town.result()
        self._exchange(office, control, handheld)
        self._allow(office["relay_login"], "office")
        self._allow(control["relay_key"], "control")
        self.zones.start(
            "relay", "relay", "run", "--data", self.data("relay"), ready=(self.data("relay") / "relay.json").exists
        )
        self._settle()
        self.start_worker()
        self.start_agent()
        if screens:
            self._open_screens()

    def start_worker(self) -> None:
        """Start the office's worker."""
        data = self.data("office")
        self.zones.start("office-worker", "office", "--data", data, "worker", ready=(data / "worker.json").exists)

    def _open_screens(self) -> None:
        data = self.data("office")
        made = self.zones.ask("office", "--data", data, "--json", "--as", OPERATOR, "demo-people")
        self.people, self.url = made["people"], made["url"]
        self.zones.start("office-web", "office", "--data", data, "web", ready=(data / "web.json").exists)

    def start_agent(self) -> None:
        """Start the control network's agent."""
        data = self.data("control")
        self.zones.start("control-agent", "control", "run", "--data", data, ready=(data / "journal.sqlite3").exists)

    def close(self) -> None:
        """Stop every process."""
        for conversation in (self._desk, self._console):
            if conversation:
                conversation.close()
        self.zones.stop()

    def data(self, zone: str) -> Path:
        """A zone's data folder."""
        return self.folder / zone

    def office(self, *arguments: str | Path, typed: str = "") -> dict[str, Any]:
        """One operator's act in the office; its JSON answer. ``typed`` is what the operator types in."""
        if self._desk is None:
            common = ("--data", self.data("office"), "--as", OPERATOR)
            self._desk = self.zones.converse("office", *common, "session")
        answer: dict[str, Any] = self._desk.ask(*arguments, typed=typed)
        return answer

    def handheld(self, command: str, *arguments: str | Path) -> dict[str, Any]:
        """One command on the hand-held device; its JSON answer."""
        return self.zones.ask("handheld", command, "--data", self.data("handheld"), *arguments, "--json")

    def world(self, command: str, **details: Any) -> Any:
        """Something that happens in the town, outside Keiki; the town's answer."""
        if self._console is None:
            self._console = self.zones.converse("bench", "session", "--folder", self.data("bench"))
        return self._console.ask(command, typed=details)

    def _start_town(self, seed: int, points: int, speed: float) -> None:
        folder = self.data("bench")
        folder.mkdir(parents=True, exist_ok=True)
        arguments = ("--folder", folder, "--seed", str(seed), "--points", str(points), "--speed", str(speed))
        self.zones.start("town", "bench", "town", *arguments, ready=(folder / "town.json").exists)
        self.town = json.loads((folder / "town.json").read_text())

    def _init(self, zone: str) -> dict[str, Any]:
        data = self.data(zone)
        match zone:
            case "office":
                return self.zones.ask("office", "--data", data, "--json", "init")
            case "handheld":
                return self.zones.ask("handheld", "init", "--data", data, "--name", DEVICE)
            case _:
                return self.zones.ask(zone, "init", "--data", data)

    def _exchange(self, office: dict[str, Any], control: dict[str, Any], handheld: dict[str, Any]) -> None:
        cards = self.folder / "cards"
        cards.mkdir(exist_ok=True)
        for name, card in (("office", office["card"]), ("control", control["card"]), ("handheld", handheld)):
            (cards / f"{name}.json").write_text(json.dumps(card))
        trust = ("trust-office", "--card", cards / "office.json")
        self.zones.ask("control", *trust, "--data", self.data("control"))
        self.zones.ask("handheld", *trust, "--data", self.data("handheld"))
        for role in ("control", "handheld"):
            enrol = ("enrol", "--card", cards / f"{role}.json", "--role", role)
            self.zones.ask("office", "--data", self.data("office"), "--json", "--as", OPERATOR, *enrol)

    def _allow(self, login: str, side: str) -> None:
        self.zones.ask("relay", "allow", "--data", self.data("relay"), "--side", side, "--key", login)

    def _settle(self) -> None:
        """Write each zone's settings: what it has to know of the others, and nothing more."""
        relay = json.loads((self.data("relay") / "relay.json").read_text())["url"]
        mail, head_end = self.town["mail"], self.town["route_a"]
        sources = self.data("bench") / self.town["sources"]
        (self.data("office") / "settings.toml").write_text(
            f'[office]\nname = "北摂営業所"\nphone = "0570-000-000"\ncatalogue = "{CATALOGUE}"\nsources = "{sources}"\n'
            f'[relay]\nurl = "{relay}"\n[terms]\nreading_seconds = 6\n'
            f'[mail]\nhost = "{mail["host"]}"\nport = {mail["port"]}\nsender = "route-b@keiki.example.jp"\n'
            f'starttls = true\nca_file = "{self.data("bench") / mail["certificate"]}"\n' + self._screens_settings()
        )
        (self.data("control") / "settings.toml").write_text(
            f'relay_url = "{relay}"\nhead_end = "{head_end["host"]}:{head_end["port"]}"\nretry_first_seconds = 0.5\n'
            "reply_seconds = 1.0\n"
        )

    def _screens_settings(self) -> str:
        if not self._web_port:
            return ""
        url = f"http://localhost:{self._web_port}"
        return f'[web]\nurl = "{url}"\nport = {self._web_port}\nworkers = 2\n[demo]\npeople = true\n'


def _free_port(wanted: int) -> int:
    """Return ``wanted``, or another port where somebody listens there already."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("this machine has no free port")
