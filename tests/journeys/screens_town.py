"""A town with an office whose screens answer, and browsers of people who are logged in there.

    with opened(folder, browser) as town:
        page = town.page(Role.DESIGNER, language="en")     # a designer of HERE, in a browser of their own
        page.goto(town.at("/designs/"))
        contract = town.apply("apply_renewable")           # a named place of the town applies for route B
        town.office("design", "open", "--supply-point", town.point("plain"))   # any command of the office

The fixture ``screens_town`` (conftest) keeps one town for the journeys of a module: each journey takes named places
that no other one uses, or people of a name of their own. Everything is a real part: data servers, office, web process.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from keiki.bench.servers.servers import Servers
from keiki.bench.town.draw import case, draw_town
from keiki.bench.town.place import Place
from keiki.cli.zones import Conversation, Zones
from keiki.domain.access import Role

HERE, ELSEWHERE = "hokusetsu", "senshu"
OPERATOR = "system"
WINDOW = {"width": 1280, "height": 900}
LOCALES = {"ja": "ja-JP", "en": "en-GB"}


@dataclass
class ScreensTown:
    """The town, its office, and the one browser in which everybody has a context of their own."""

    folder: Path
    url: str
    places: tuple[Place, ...]
    servers: Servers
    browser: Browser
    doorkeeper: Conversation
    desk: Conversation
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """The office's data folder."""
        return self.folder / "office"

    def at(self, path: str) -> str:
        """The whole address of a path."""
        return f"{self.url}{path}"

    def place(self, name: str) -> Place:
        """A named place of the town (``draw.py`` lists them)."""
        return case(self.places, name)

    def point(self, name: str) -> str:
        """The supply point number of a named place."""
        return self.place(name).supply_point

    def office(self, *arguments: str | Path, typed: str = "") -> dict[str, Any]:
        """One operator's command in the office, and its answer."""
        answer: dict[str, Any] = self.desk.ask(*arguments, typed=typed)
        return answer

    def apply(self, name: str, medium: str = "wireless") -> dict[str, Any]:
        """Let the customer of a named place apply for route B and be checked."""
        place = self.place(name)
        return self.office(
            "apply", "--supply-point", place.supply_point, "--route-b", medium, typed=place.customer.name
        )

    def page(
        self,
        *roles: Role,
        office: str = HERE,
        username: str = "",
        name: str = "佐藤",
        language: str = "ja",
        theme: str = "light",
    ) -> Page:
        """Return a page of a person of these roles, logged in, in a browser context of their own."""
        username = username or "-".join((*(role.value for role in roles), office))
        given = {"roles": [role.value for role in roles], "office": office, "name": name, "language": language}
        cookie = self.doorkeeper.ask("let-in", username, typed=given)
        context = self.browser.new_context(locale=LOCALES[language], viewport=WINDOW, color_scheme=theme)  # type: ignore[arg-type]
        self.contexts.append(context)
        context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": self.url}])
        return context.new_page()

    def leave(self) -> None:
        """Close everybody's browser context."""
        while self.contexts:
            self.contexts.pop().close()


@contextmanager
def opened(folder: Path, browser: Browser) -> Iterator[ScreensTown]:
    """Build a town and its office in ``folder``, start the screens, and stop everything at the end."""
    places, zones = draw_town(1), Zones(folder)
    data, port = folder / "office", _free_port()
    with ThreadPoolExecutor() as pool, contextlib.ExitStack() as until:
        servers = pool.submit(
            Servers.build, folder / "servers", places, seed=1, now=datetime.now(UTC) - timedelta(minutes=1)
        )
        zones.ask("office", "--data", data, "--json", "init")
        (data / "settings.toml").write_text(
            f'[office]\nname = "北摂営業所"\nphone = "0570-000-000"\ncatalogue = "kansai-2015"\n'
            f'sources = "{folder}/servers/sources.toml"\n'
            f'[web]\nurl = "http://localhost:{port}"\nport = {port}\nworkers = 1\nsessions_per_person = 10\n'
        )
        until.callback(zones.stop)
        started = pool.submit(zones.start, "web", "office", "--data", data, "web", ready=data / "web.json")
        desk = zones.converse("office", "--data", data, "--as", OPERATOR, "session")
        until.callback(desk.close)
        doorkeeper = _doorkeeper(zones, data)
        until.callback(doorkeeper.close)
        built = servers.result()
        started.result()
        url = json.loads((data / "web.json").read_text())["url"]
        town = ScreensTown(folder, url, places, built, browser, doorkeeper, desk)
        until.callback(town.leave)
        yield town


def _doorkeeper(zones: Zones, data: Path) -> Conversation:
    program = Path(__file__).with_name("screens_doorkeeper.py")
    with (zones.logs / "doorkeeper.log").open("ab") as log:
        return Conversation("doorkeeper", [sys.executable, str(program), str(data)], log)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
