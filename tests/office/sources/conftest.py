"""A town of 30 with its five data servers, and the sources that read them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keiki.bench.servers.servers import Servers, sources_text
from keiki.bench.town.draw import case, draw_town
from keiki.bench.town.place import Place
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Sources

NOW = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture(scope="session")
def drawn() -> tuple[Place, ...]:
    return draw_town(1)


@pytest.fixture
def asked_at() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Place, ...]) -> Path:
    return Servers.build(tmp_path_factory.mktemp("town") / "servers", drawn, seed=1, now=NOW).folder


@pytest.fixture
def servers(tmp_path: Path, built: Path) -> Iterator[Servers]:
    folder = shutil.copytree(built, tmp_path / "servers")
    copied = Servers(folder)
    copied.sources_file.write_text(sources_text(folder), encoding="utf-8")
    yield copied
    for server in copied:
        server.quick()


@pytest.fixture
def sources(servers: Servers) -> Iterator[Sources]:
    read = Sources.from_toml(servers.sources_file.read_text(encoding="utf-8"))
    yield read
    read.close()


@pytest.fixture
def hasty(servers: Servers) -> Iterator[Sources]:
    """The same sources with half a second for each."""
    text = servers.sources_file.read_text(encoding="utf-8")
    read = Sources.from_toml(text.replace('timeout = "2s"', 'timeout = "500ms"'))
    yield read
    read.close()


@pytest.fixture
def place(drawn: tuple[Place, ...]) -> Place:
    return case(drawn, "apply_renewable")


@pytest.fixture
def point(place: Place) -> SupplyPoint:
    return SupplyPoint(place.supply_point)
