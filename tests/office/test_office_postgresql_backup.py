"""An office on PostgreSQL is made, copied while it runs and brought back with the lines that the operator reads."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from office_rig import ROOT, run

from engines import Absent, without
from keiki.protocols.sealing.identity import Identity
from postgresql_engine import PostgreSQL, programs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SECTION = (ROOT / "docs" / "operations" / "office.md").read_text("utf-8").partition("## On PostgreSQL")[2]
LINES = re.findall(r"^    ((?:psql|createdb|pg_dump|pg_restore|cp|\./keiki) .*)$", SECTION.partition("\n## ")[0], re.M)
PASSWORD = "made-up-for-this-test"


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A server of this test's own, for the lines name role and databases."""
    try:
        made = PostgreSQL()
    except Absent as absent:
        without(absent)
    yield made
    made.stop()


def typed(server: PostgreSQL, place: Path, command: str) -> dict[str, Any]:
    """Run the documented line that begins so, as who types it; ``/srv`` is ``place``."""
    (line,) = [line for line in LINES if line == command or line.startswith(f"{command} ")]
    words = shlex.split(line.replace("/srv", str(place)).replace("'...'", f"'{PASSWORD}'"))
    if words[0] == "./keiki":
        return run(words[1], *words[2:], "--json", "--as", "運用")
    as_office = "-U" in words
    folder = programs()
    assert folder
    environment = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": "keiki" if as_office else server.admin,
        "PGPASSWORD": PASSWORD if as_office else server.password,
    }
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (line, done.stderr)
    return {}


def settings(place: Path, server: PostgreSQL, name: str) -> None:
    (place / "keiki-office" / "settings.toml").write_text(
        f'[database]\nengine = "postgresql"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "keiki"\n'
        f'password_file = "database-password"\nname = "{name}"\n'
    )


def office(place: Path, *words: str | Path) -> dict[str, Any]:
    return run("office", "--data", place / "keiki-office", *words, "--json", "--as", "運用")


def enrol(place: Path, name: str) -> None:
    card = place / f"{name}.json"
    card.write_text(Identity.generate("handheld", name).card.to_json())
    answer = office(place, "enrol", "--card", card, "--role", "handheld")
    assert answer["exit"] == 0, answer


def names(place: Path) -> list[str]:
    return [each["name"] for each in office(place, "devices")["devices"]]


def test_it_is_made_copied_and_brought_back_as_documented(server: PostgreSQL, tmp_path: Path) -> None:
    data = tmp_path / "keiki-office"
    data.mkdir()
    (tmp_path / "backup").mkdir()
    typed(server, tmp_path, "psql")
    typed(server, tmp_path, "createdb --owner keiki --encoding UTF8 --template template0 keiki")
    (data / "database-password").touch(mode=0o600)
    (data / "database-password").write_text(PASSWORD)
    settings(tmp_path, server, "keiki")
    made = office(tmp_path, "init")
    assert made["exit"] == 0, made
    enrol(tmp_path, "HHD-01")
    assert office(tmp_path, "audit", "checkpoint")["exit"] == 0
    typed(server, tmp_path, "pg_dump")
    typed(server, tmp_path, "cp")
    enrol(tmp_path, "HHD-02")

    typed(server, tmp_path, "createdb --owner keiki --encoding UTF8 --template template0 keiki_back")
    typed(server, tmp_path, "pg_restore")
    settings(tmp_path, server, "keiki_back")
    verdict = typed(server, tmp_path, "./keiki office")
    assert verdict["exit"] == 0, verdict
    assert names(tmp_path) == ["HHD-01"], "as of the copy"
    enrol(tmp_path, "HHD-03")
    assert names(tmp_path) == ["HHD-01", "HHD-03"]
    settings(tmp_path, server, "keiki")
    assert names(tmp_path) == ["HHD-01", "HHD-02"], "the one that was there is as it was"
