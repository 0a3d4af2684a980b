"""The five servers together: built from a town, brought up to date by what happens in it.

Everything that happens here is the outside world's doing: a nightly batch runs, a job's result is entered, route A sees
another meter. Times are passed in, with zone; owners' clocks never run ahead of the real time, though the town's may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from random import Random
from sqlite3 import Connection

from keiki.bench.servers import allocation, construction, customer, distribution, supervisory
from keiki.bench.servers.server import DataServer
from keiki.bench.servers.writing import full_width, prefixed
from keiki.bench.town.place import InstalledUnits, Place

NAMES = ("customer", "distribution", "construction", "allocation", "supervisory")
UPDATES: dict[str, Callable[[Connection, datetime], None]] = {
    "customer": customer.update,
    "distribution": distribution.update,
    "construction": construction.update,
    "allocation": allocation.update,
    "supervisory": supervisory.update,
}


class Servers:
    """The five data servers in a folder. Open it again on a folder that :meth:`build` filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._servers = {name: DataServer(folder, name) for name in NAMES}

    @classmethod
    def build(cls, folder: Path, town: Iterable[Place], *, seed: int, now: datetime) -> Servers:
        """Create the five databases and ``sources.toml`` in ``folder``, each last refreshed at its own hour."""
        folder.mkdir(parents=True, exist_ok=True)
        servers, places = cls(folder), tuple(town)
        for name, fill in (
            ("customer", customer.fill),
            ("distribution", distribution.fill),
            ("construction", construction.fill),
            ("supervisory", supervisory.fill),
        ):
            with servers[name].transaction() as connection:
                fill(connection, places, now)
        with servers["allocation"].transaction() as connection:
            allocation.fill(connection, places, now, Random(f"stock {seed}"))
        servers.sources_file.write_text(sources_text(folder), encoding="utf-8")
        return servers

    @property
    def sources_file(self) -> Path:
        """The utility's source configuration."""
        return self.folder / "sources.toml"

    def __getitem__(self, name: str) -> DataServer:
        """Return a server; raises :class:`KeyError` naming the five."""
        if name not in self._servers:
            raise KeyError(f"no data server {name!r}: there are {', '.join(NAMES)}")
        return self._servers[name]

    def __iter__(self) -> Iterator[DataServer]:
        return iter(self._servers.values())

    def update(self, name: str, now: datetime) -> None:
        """Run a server's own refresh: from now on its rows are as of ``now``."""
        with self[name].transaction() as connection:
            UPDATES[name](connection, _real(now))

    def update_all(self, now: datetime) -> None:
        """Refresh every server, as a new day would."""
        for name in NAMES:
            self.update(name, now)

    def record_construction(self, point: str, units: InstalledUnits, *, day: date, now: datetime) -> None:
        """Enter the result of a job: the construction ledger, and the units off the depot's shelves."""
        with self["construction"].transaction() as connection:
            before = connection.execute(
                "SELECT 端子カバー FROM 計器工事 WHERE 供給地点特定番号 = ? AND 最新 = '◎'", (full_width(point),)
            ).fetchone()
            if before is None:
                raise KeyError("the ledger has no such supply point: check the number")
            construction.record(connection, point, units, day)
            construction.update(connection, _real(now))
        with self["allocation"].transaction() as connection:
            (depot,) = connection.execute("SELECT soko FROM tanto_soko WHERE kyokyu = ?", (prefixed(point),)).fetchone()
            allocation.take(connection, depot, units, new_cover=before != (units.cover,))

    def follow_wall(
        self, point: str, *, communication_serial: str, state: str, reading: datetime | None, now: datetime
    ) -> None:
        """Enter what route A now sees of a meter; ``reading`` is ``None`` when it did not answer.

        ``state`` is "normal", "abnormality" or "starting".
        """
        now = _real(now)
        reading = _real(reading) if reading else None
        with self["supervisory"].transaction() as connection:
            supervisory.see(connection, point, communication_serial, state=state, reading=reading, now=now)

    def move_out(self, point: str, *, day: date) -> None:
        """End the contract in force at a supply point."""
        with self["customer"].transaction() as connection:
            customer.move_out(connection, point, day)


def _real(moment: datetime) -> datetime:
    return min(moment, datetime.now(UTC))


def sources_text(folder: Path) -> str:
    """Return the integrator's configuration with the databases' addresses in ``folder`` filled in."""
    template = resources.files(__package__).joinpath("sources.toml").read_text(encoding="utf-8")
    return template.replace("@FOLDER@", folder.resolve().as_posix())
