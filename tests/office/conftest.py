"""A small fixed cast for the office's tests: a town's data servers, an office, a control agent, a device.

Everything is the real part: the database with the production settings, real sealing, real sources and catalogue. It is
SQLite in a file, or where ``KEIKI_TEST_DATABASE=postgresql`` a PostgreSQL of the test run's own.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import office_folder

FOLDER = office_folder.make()
os.environ["KEIKI_OFFICE_DATA"] = str(FOLDER)
(FOLDER / "static").mkdir()
(FOLDER / "keys").mkdir(mode=0o700)
(FOLDER / "keys" / "django-secret").touch(mode=0o600)
(FOLDER / "keys" / "django-secret").write_text(secrets.token_urlsafe(50))
os.environ["DJANGO_SETTINGS_MODULE"] = "keiki.office.config.settings"

import office_engine  # noqa: E402

office_engine.choose(FOLDER)

import django  # noqa: E402
from django.db import connections  # noqa: E402

django.setup()
office_engine.name_test_database(connections["default"], FOLDER)

from django.db.backends.base.operations import BaseDatabaseOperations  # noqa: E402

from keiki.catalogues import SHIPPED  # noqa: E402
from keiki.office.audit import guards  # noqa: E402

_flush = BaseDatabaseOperations.execute_sql_flush


def _empty_between_tests(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    """Tests that commit empty every table afterwards, which the audit's guards refuse as they should."""
    guards.remove_guards(self.connection)
    _flush(self, sql_list)
    guards.install_guards(self.connection)


BaseDatabaseOperations.execute_sql_flush = _empty_between_tests  # type: ignore[method-assign]

import pytest  # noqa: E402
import structlog  # noqa: E402
from office_cast import Cast, make_cast  # noqa: E402

from engines import Absent, without  # noqa: E402
from keiki.bench.servers.servers import Servers  # noqa: E402
from keiki.bench.town.draw import draw_town  # noqa: E402
from keiki.office.catalogue import OfficeCatalogue  # noqa: E402
from postgresql_engine import PostgreSQL  # noqa: E402

CATALOGUE = SHIPPED / "kansai-2015"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """What one test has the log write to, a captured stream, is closed in the next."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what needs no database: it ran on SQLite."""
    if not office_engine.POSTGRESQL:
        return
    needs = {"db", "transactional_db"}
    kept = [
        each
        for each in items
        if needs & set(getattr(each, "fixturenames", ())) or each.get_closest_marker("django_db") is not None
    ]
    config.hook.pytest_deselected(items=[each for each in items if each not in kept])
    items[:] = kept


@pytest.fixture(scope="session")
def kansai() -> OfficeCatalogue:
    return OfficeCatalogue.from_folder(CATALOGUE)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this test run's own, beside whatever the office's tests run on."""
    try:
        server = PostgreSQL()
    except Absent as absent:
        without(absent)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five data servers of the town, built once; every test works on a copy."""
    folder = tmp_path_factory.mktemp("servers")
    Servers.build(folder, draw_town(1), seed=1, now=datetime.now(UTC) - timedelta(minutes=1))
    return folder


@pytest.fixture
def cast(db: None, tmp_path: Path, kansai: OfficeCatalogue, built: Path) -> Iterator[Cast]:
    made = make_cast(tmp_path, kansai, built)
    yield made
    made.sources.close()


@pytest.fixture
def committed_cast(transactional_db: None, tmp_path: Path, kansai: OfficeCatalogue, built: Path) -> Iterator[Cast]:
    """The cast over a database that other threads see."""
    made = make_cast(tmp_path, kansai, built)
    yield made
    made.sources.close()
