"""Putting the zones of one machine together: folders, keys, identity cards, settings, processes.

This is what an integrator does once at a utility: each zone makes its own keys; only public cards and log-in names are
carried between them; each gets the settings it needs and no other's. Done again on the same folder, it changes nothing
that is there, and everything continues where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from keiki.cli import assembly_words as words
from keiki.cli.ports import ReservedPort
from keiki.cli.progress import NoReport, StartReport
from keiki.cli.run_folder import FolderRefused
from keiki.cli.zone_settings import settle_control, settle_office
from keiki.cli.zones import Conversation, ZoneRefused, Zones
from keiki.foundation.files.drafts import write_whole
from keiki.foundation.text.bilingual import Bilingual

DEVICE = "HHD-07"
OPERATOR = "demo-operator"


class System:
    """All zones and a town, in one folder."""

    def __init__(self, folder: Path, report: StartReport | None = None) -> None:
        self.folder = folder
        self.zones = Zones(folder)
        self.town: dict[str, Any] = {}
        self.people: list[dict[str, Any]] = []
        self.url = ""
        self._relay_url = ""
        self.report: StartReport = report or NoReport()
        self._screens: ReservedPort | None = None
        self._desk: Conversation | None = None
        self._console: Conversation | None = None

    def open(self, seed: int | None, points: int | None, speed: float, *, screens: ReservedPort | None = None) -> None:
        """Make what is missing and start everything; every process has said that it is ready when this returns.

        ``seed`` and ``points``: of a new town; one that is there already goes on as it is, and refuses others.
        ``screens``: serve the office's screens there too, to made-up people whose log-ins are in ``people``.
        """
        self._screens = screens
        with ThreadPoolExecutor() as pool:
            try:
                town = pool.submit(self._start_town, seed, points, speed)
                ready = pool.map(self._init, ("relay", "office", "control", "handheld"))
                _, office, control, handheld = ready
                town.result()
                self._exchange(office, control, handheld)
                self._allow(office["relay_login"], "office")
                self._allow(control["relay_key"], "control")
                self.start_relay()
                list(pool.map(lambda start: start(), self._starters()))
            except BaseException:
                self.zones.stop()  # whoever waits in another thread for a process is answered by its end
                raise

    def refuse_other_town(self, seed: int | None, points: int | None) -> None:
        """Raise :class:`FolderRefused`, before anything is started, where there can be no such town in the folder."""
        given = _town_options(seed, points)
        if given:
            try:
                self.zones.ask("bench", "check", "--folder", self.data("bench"), *given)
            except ZoneRefused as refused:
                said = refused.answer.get("message")
                raise FolderRefused(Bilingual(ja=said["ja"], en=said["en"]) if said else refused.text) from None

    @property
    def parts(self) -> dict[str, Callable[[], None]]:
        """How each process is started, by its name, in the order in which they need each other."""
        last = {"office-web": self._start_screens} if self._screens else {}
        return {
            "town": lambda: self._start_town(self.town["seed"], self.town["points"], self.town["speed"]),
            "relay": self.start_relay,
            "office-worker": self.start_worker,
            "control-agent": self.start_agent,
            **last,
        }

    def bring_back(self, name: str) -> list[str]:
        """Start a process again that stopped by itself.

        Where its address is another now, those that use it are stopped; returns their names, to be started again.
        """
        before = self._addresses()
        self.parts[name]()
        if self._addresses() == before:
            return []
        self._settle()
        users: list[str] = [
            other for other in ("office-worker", "control-agent", "office-web") if other in self.zones.names()
        ]
        for other in users:
            self.zones.kill(other)
        return users

    def start_relay(self) -> None:
        """Start the relay's server, and write down for the others where everything is."""
        self.report.begin(words.RELAY, words.RELAY_STARTS)
        data = self.data("relay")
        self.zones.start("relay", "relay", "run", "--data", data, ready=data / "relay.json")
        self._relay_url = json.loads((data / "relay.json").read_text())["url"]
        self._settle()
        self.report.ready(words.RELAY)

    def start_worker(self) -> None:
        """Start the office's worker."""
        self.report.begin(words.WORKER, words.WORKER_STARTS)
        data = self.data("office")
        self.zones.start("office-worker", "office", "--data", data, "worker", ready=data / "worker.json")
        self.report.ready(words.WORKER)

    def start_agent(self) -> None:
        """Start the control network's agent."""
        self.report.begin(words.AGENT, words.AGENT_STARTS)
        data = self.data("control")
        self.zones.start("control-agent", "control", "run", "--data", data, ready=data / "agent.json")
        self.report.ready(words.AGENT)

    def close(self) -> None:
        """Stop every process."""
        self.hang_up()
        self.zones.stop()

    def data(self, zone: str) -> Path:
        """A zone's data folder."""
        return self.folder / zone

    def hang_up(self) -> None:
        """End the conversations with office and town, so that no idle process is left; the next word begins anew."""
        for conversation in (self._desk, self._console):
            if conversation:
                conversation.close()
        self._desk = self._console = None

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

    def _starters(self) -> list[Callable[[], None]]:
        needing_relay = [self.start_worker, self.start_agent]
        return [*needing_relay, self._open_screens] if self._screens else needing_relay

    def _start_town(self, seed: int | None, points: int | None, speed: float) -> None:
        folder = self.data("bench")
        continued = (folder / "town.sqlite3").exists()
        self.report.begin(words.TOWN, words.TOWN_CONTINUES if continued else words.TOWN_STARTS)
        folder.mkdir(parents=True, exist_ok=True)
        arguments = [*_town_options(seed, points), "--speed", str(speed)]
        self.zones.start("town", "bench", "town", "--folder", folder, *arguments, ready=folder / "town.json")
        self.town = json.loads((folder / "town.json").read_text())
        self.report.ready(words.TOWN)

    def _init(self, zone: str) -> dict[str, Any]:
        data = self.data(zone)
        name, doing = words.MADE[zone]
        self.report.begin(name, doing)
        match zone:
            case "office":
                made = self.zones.ask("office", "--data", data, "--json", "init")
            case "handheld" if (data / "keys" / "identity.pem").exists():
                made = self.zones.ask("handheld", "card", "--data", data, "--json")
            case "handheld":
                made = self.zones.ask("handheld", "init", "--data", data, "--name", DEVICE)
            case _:
                made = self.zones.ask(zone, "init", "--data", data)
        self.report.ready(name)
        return made

    def _exchange(self, office: dict[str, Any], control: dict[str, Any], handheld: dict[str, Any]) -> None:
        cards = self.folder / "cards"
        cards.mkdir(exist_ok=True)
        for name, card in (("office", office["card"]), ("control", control["card"]), ("handheld", handheld)):
            write_whole(cards / f"{name}.json", json.dumps(card).encode())
        trust = ("trust-office", "--card", cards / "office.json")
        self.zones.ask("control", *trust, "--data", self.data("control"))
        self.zones.ask("handheld", *trust, "--data", self.data("handheld"))
        common = ("--data", self.data("office"), "--json", "--as", OPERATOR)
        enrolled = {each["key_id"] for each in self.zones.ask("office", *common, "devices")["devices"]}
        for role, key_id in (("control", control["card"]["key_id"]), ("handheld", handheld["key_id"])):
            if key_id not in enrolled:
                self.zones.ask("office", *common, "enrol", "--card", cards / f"{role}.json", "--role", role)

    def _allow(self, login: str, side: str) -> None:
        self.zones.ask("relay", "allow", "--data", self.data("relay"), "--side", side, "--key", login)

    def _addresses(self) -> list[Any]:
        return [self._relay_url, *(self.town[door] for door in ("mail", "route_a", "sources"))]

    def _settle(self) -> None:
        relay = self._relay_url
        port = self._screens.port if self._screens else None
        settle_office(self.data("office") / "settings.toml", self.town, self.data("bench"), relay, port)
        settle_control(self.data("control") / "settings.toml", self.town, relay)

    def _open_screens(self) -> None:
        data = self.data("office")
        self.report.begin(words.PEOPLE, words.PEOPLE_COME)
        made = self.zones.ask("office", "--data", data, "--json", "--as", OPERATOR, "demo-people")
        self.people, self.url = made["people"], made["url"]
        self.report.ready(words.PEOPLE)
        self._start_screens()

    def _start_screens(self) -> None:
        if self._screens is None:
            raise ValueError("no port was reserved for the screens")
        self.report.begin(words.SCREENS, words.SCREENS_START)
        data, listening = self.data("office"), self._screens.listening.fileno()
        arguments = ("--data", data, "web", "--fd", str(listening))
        self.zones.start("office-web", "office", *arguments, ready=data / "web.json", inherits=listening)
        self.report.ready(words.SCREENS)


def _town_options(seed: int | None, points: int | None) -> list[str]:
    given = [(name, value) for name, value in (("--seed", seed), ("--points", points)) if value is not None]
    return [str(word) for pair in given for word in pair]
