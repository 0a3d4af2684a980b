"""A town that is started again on its folder goes on where it was: walls, credentials, registers, mail, servers."""

from __future__ import annotations

import asyncio
import json
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from household.household_home import ADDRESS, AUTHENTICATION_ID, Home

from keiki.bench.console import call
from keiki.bench.household.handover import take_password
from keiki.bench.settings import BadTownError, TownSettings
from keiki.bench.wiring import DOORS, Town
from keiki.protocols.meter_port import messages as m

PASSWORD = "CanaryPass01"
BENCH = (sys.executable, "-m", "keiki.bench")


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Home]:
    """A town that runs in a thread of its own, and the house of ``already_wireless`` in it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    town = Town(TownSettings(folder, speed=100.0, **settings))
    asyncio.run_coroutine_threadsafe(town.start(), loop).result()
    home = Home(folder, town)
    try:
        yield home
    finally:
        home.clear()
        asyncio.run_coroutine_threadsafe(town.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_yesterdays_hems_joins_with_yesterdays_credential(tmp_path: Path) -> None:
    with running(tmp_path, seed=5) as home:
        home.write(PASSWORD)
        home.receive(PASSWORD)
        doors = json.loads((tmp_path / DOORS).read_text())
        assert doors["continued"] is False
    with running(tmp_path) as home:
        again = json.loads((tmp_path / DOORS).read_text())
        assert again == {**doors, "continued": True}
        assert take_password(tmp_path, ADDRESS) == PASSWORD
        assert home.meter.communication.generation == 1
        hems = home.hems()
        joined = hems.ask(json.dumps({"authentication_id": AUTHENTICATION_ID, "password": PASSWORD}))
        assert joined["event"] == "joined"
        assert hems.ask("read")["event"] == "reading"
        hems.ask("close")


def test_walls_registers_radio_and_servers_are_as_they_were(tmp_path: Path) -> None:
    with running(tmp_path) as home:
        point = home.supply_point
        before = call(
            tmp_path, "replace_units", supply_point=point, models={"communication": "TMC-RW1", "cover": "TCV-R"}
        )
        call(tmp_path, "break_unit", supply_point=point)
        call(tmp_path, "refuse_writes", supply_point=point, refuse=True)
        call(tmp_path, "radio", supply_point=point, metres=30)
        call(tmp_path, "data_server", name="allocation", state="down")
        call(tmp_path, "move_out", supply_point=point)
        energy = call(tmp_path, "meter", supply_point=point)["energy_forward"]
        clock = home.town.clock.now()
        moved_out = home.town.servers["customer"]
        with moved_out.transaction() as connection:
            contracts = connection.execute("SELECT * FROM KEIYAKU_M ORDER BY KEIYAKU_NO").fetchall()
    with running(tmp_path) as home:
        assert home.town.clock.now() >= clock
        assert call(tmp_path, "wall", supply_point=point) == before
        state = call(tmp_path, "meter", supply_point=point)
        assert state["status"]["condition"] == "abnormality"
        assert energy <= state["energy_forward"] < energy + 100
        assert home.meter.damage.refuse_writes
        assert call(tmp_path, "radio", supply_point=point)["metres"] == 30
        assert home.town.servers["allocation"].is_down
        with home.town.servers["customer"].transaction() as connection:
            assert connection.execute("SELECT * FROM KEIYAKU_M ORDER BY KEIYAKU_NO").fetchall() == contracts
        assert point in call(tmp_path, "tick")["recorded"], "the crew's work is still to be entered"


def test_no_secret_lies_in_the_folder_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    with running(tmp_path) as home:
        home.write(PASSWORD)
        home.receive(PASSWORD)
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        for secret in (PASSWORD, AUTHENTICATION_ID, AUTHENTICATION_ID[-8:]):
            assert secret.encode() not in file.read_bytes(), file
    for name in ("town.sqlite3", "keys/town.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_write_that_cannot_be_kept_is_not_acknowledged(tmp_path: Path) -> None:
    town = Town(TownSettings(tmp_path))
    meter = next(each for each in town.walls if each.serves_route_b())

    def full(_: object) -> None:
        raise OSError("no space left")

    meter.written = full
    with pytest.raises(OSError, match="no space"):
        meter.communication.write(m.WriteCredential(1, AUTHENTICATION_ID, PASSWORD))
    assert meter.communication.generation == 0
    asyncio.run(town.stop())


@pytest.mark.slow
def test_a_town_that_is_killed_continues_from_its_last_complete_state(tmp_path: Path) -> None:
    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([*BENCH, "town", "--folder", str(tmp_path)])
        until = time.monotonic() + 60
        while not (tmp_path / DOORS).exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        return process

    killed = start()
    point = call(tmp_path, "places")[0]["supply_point"]
    after = call(tmp_path, "replace_units", supply_point=point, models={"cover": "TCV-R"})
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    (tmp_path / DOORS).unlink()
    again = start()
    try:
        assert call(tmp_path, "wall", supply_point=point) == after
        second = subprocess.run(
            [*BENCH, "town", "--folder", str(tmp_path)], capture_output=True, text=True, timeout=30, check=False
        )
        assert (second.returncode, second.stderr.count("\n")) == (1, 1)
        assert "runs in that folder already" in second.stderr
        assert (tmp_path / DOORS).exists(), "the second one left the first one's doors alone"
    finally:
        again.terminate()
        assert again.wait(20) == 0


@pytest.mark.parametrize(
    ("settings", "sentence"), [({"seed": 2}, "drawn from seed 1"), ({"points": 31}, "of 30 supply points")]
)
def test_another_seed_or_size_than_the_folders_is_refused(
    tmp_path: Path, settings: dict[str, int], sentence: str
) -> None:
    asyncio.run(Town(TownSettings(tmp_path)).stop())
    with pytest.raises(BadTownError, match=sentence):
        Town(TownSettings(tmp_path, **settings))
    asyncio.run(Town(TownSettings(tmp_path, seed=1, points=30)).stop())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "keys/town.key").unlink(), "is missing"),
        (lambda folder: (folder / "keys/town.key").write_text("?"), "no key"),
        (lambda folder: (folder / "town.sqlite3").write_bytes(b"x" * 5000), "damaged"),
    ],
)
def test_a_folder_that_cannot_be_continued_is_refused_in_a_sentence(tmp_path: Path, spoil: Any, sentence: str) -> None:
    asyncio.run(Town(TownSettings(tmp_path)).stop())
    spoil(tmp_path)
    with pytest.raises(BadTownError, match=sentence):
        Town(TownSettings(tmp_path))
