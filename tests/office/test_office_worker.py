"""The worker with a real relay: everything arrives once, however often it is killed."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from catalogue_versions import long_files
from office_engine import database_section
from office_rig import Agent, Rig, environment, make_rig, wait_until

from keiki.bench.town.draw import case
from postgresql_engine import PostgreSQL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # the server may have to be installed first

ASK_ALL = """
import sys
import tomllib
from pathlib import Path
from keiki.office.config.start import start
start(Path(sys.argv[1]))
from keiki.office.config.folder import DataFolder
from keiki.office.config.wiring import OfficeServices
from keiki.office.remote.services import CommandedMeter
from keiki.office.support.services import ask
services = OfficeServices(DataFolder(Path(sys.argv[1])))
for number in range(int(sys.argv[2])):
    ask(services.act("佐藤"), services.sealer, CommandedMeter(f"06{number:020d}", f"TCR{number}", ""))
"""


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def rig_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    database = ""
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        database = database_section(server, tmp_path / "office", "keiki_worker")
    made = make_rig(tmp_path, database)
    yield made
    made.stop()


def rows(rig: Rig, query: str) -> list[tuple[object, ...]]:
    settings = tomllib.loads((rig.folder / "office" / "settings.toml").read_text())
    if chosen := settings.get("database"):
        password = (rig.folder / "office" / chosen["password_file"]).read_text()
        login = {"host": chosen["host"], "port": chosen["port"], "user": chosen["user"], "password": password}
        with psycopg.connect(**login, dbname=chosen["name"]) as reading:
            return reading.execute(query.encode()).fetchall()
    connection = sqlite3.connect(rig.folder / "office" / "office.sqlite3", timeout=20)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def until(true: Callable[[], object], what: str) -> None:
    await asyncio.to_thread(wait_until, true, what, 30.0)


def ask_all(rig: Rig, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", ASK_ALL, rig.folder / "office", str(count)], env=environment())


async def test_every_command_is_sent_and_answered_once_although_the_worker_is_killed_again_and_again(
    rig_on_both: Rig,
) -> None:
    rig = rig_on_both
    count, agent, stop = 60, Agent(rig), asyncio.Event()
    answering = asyncio.create_task(agent.run(stop))
    asking = await asyncio.to_thread(ask_all, rig, count)
    for _ in range(3):
        await asyncio.to_thread(rig.start_worker)
        await asyncio.sleep(random.uniform(0.05, 0.6))
        rig.kill("worker")
    assert await asyncio.to_thread(asking.wait) == 0
    await asyncio.to_thread(rig.start_worker)
    answered = "SELECT count(*) FROM remote_remotecommand WHERE state = 'succeeded'"
    await until(lambda: rows(rig, answered) == [(count,)], "all answered")
    stop.set()
    await answering
    assert len(agent.seen) == count
    for event in ("CommandSent", "CommandAnswered", "StatusDiagnosed"):
        (found,) = rows(
            rig, f"SELECT count(*), count(DISTINCT subject) FROM audit_auditevent WHERE happened = '{event}'"
        )
        most = (count, count)
        assert found == most if event != "CommandSent" else found[0] == found[1] <= count  # type: ignore[operator]
    assert rows(rig, "SELECT count(*) FROM remote_outboxmessage WHERE sent_at IS NULL") == [(0,)]
    assert rows(
        rig, "SELECT count(*) FROM remote_inboxmessage WHERE disposition != 'applied' AND disposition != 'repeated'"
    ) == [(0,)]


async def test_the_worker_outlives_a_crash_of_its_database(postgresql: PostgreSQL, tmp_path: Path) -> None:
    rig = make_rig(tmp_path, database_section(postgresql, tmp_path / "office", "keiki_crash"))
    agent, stop = Agent(rig), asyncio.Event()
    answering = asyncio.create_task(agent.run(stop))
    try:
        await asyncio.to_thread(rig.start_worker)
        await asyncio.to_thread(postgresql.kill)
        await asyncio.sleep(1.5)
        await asyncio.to_thread(postgresql.start)
        assert await asyncio.to_thread(ask_all(rig, 2).wait) == 0
        answered = "SELECT count(*) FROM remote_remotecommand WHERE state = 'succeeded'"
        await until(lambda: rows(rig, answered) == [(2,)], "answered after the crash")
        assert rig.running["worker"].poll() is None
        assert "relay round interrupted" in (tmp_path / "worker.log").read_text()
    finally:
        stop.set()
        await answering
        rig.stop()


async def test_a_rewrite_from_application_to_confirmation_by_the_command_line(rig: Rig) -> None:
    place = case(rig.town, "already_wireless")
    point = ("--supply-point", place.supply_point)
    agent, stop = Agent(rig), asyncio.Event()
    answering = asyncio.create_task(agent.run(stop))
    await asyncio.to_thread(rig.start_worker)

    async def office(*arguments: str, typed: str = "") -> dict[str, object]:
        return await asyncio.to_thread(lambda: rig.office(*arguments, typed=typed))

    assert (await office("apply", *point, "--route-b", "wireless", typed="別人 太郎\n"))["exit"] == 3
    applied = await office("apply", *point, "--route-b", "wireless", typed=f"{place.customer.name}\n")
    assert applied["state"] == "checked"
    linked = await office("link", *point)
    assert linked["way"] == "rewrite"
    state = "SELECT state FROM contracts_servicecontract WHERE state != 'rejected'"
    await until(lambda: rows(rig, state) == [("confirmed",)], "confirmed")
    shown = await office("contract", "show", *point)
    assert [each["state"] for each in shown["credentials"]] == ["proved"]  # type: ignore[index, attr-defined]
    await until(lambda: list((rig.folder / "office" / "post").glob("*.pdf")), "letter in the mailing room")
    second = await asyncio.to_thread(lambda: rig.office("worker"))
    assert (second["exit"], second["code"]) == (1, "already_working")
    stop.set()
    await answering
    said = (rig.folder / "worker.log").read_text()
    assert place.customer.name not in said
    assert place.supply_point not in said


ASK_LONG = """
import sys
from pathlib import Path
from keiki.office.config.start import start
start(Path(sys.argv[1]))
import json
from datetime import UTC, datetime
from keiki.office.users.models import RoleGrant, User
from keiki.office.audit.services import Act
from keiki.office.catalogues import jobs
user = User.objects.create(username="sato", name="佐藤")
RoleGrant.objects.create(
    user=user, role="catalogue_administrator", office="*", granted_by="test", granted_at=datetime.now(UTC)
)
jobs.ask_bring_in(Act("sato", datetime.now(UTC)), json.load(sys.stdin))
"""


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_a_proof_ends_with_its_worker_and_is_done_by_the_next(rig: Rig, how: str) -> None:
    command = [sys.executable, "-c", ASK_LONG, str(rig.folder / "office")]
    subprocess.run(command, env=environment(), check=True, text=True, input=json.dumps(long_files()))
    rig.start_worker()
    job = "SELECT taken_at, attempts, seen, total FROM catalogues_cataloguejob"
    wait_until(lambda: rows(rig, f"{job} WHERE seen > 0"), "the proof is under way", 60)
    worker = rig.running["worker"]
    (prover,) = [each for each in Path("/proc").glob("[0-9]*") if is_prover_of(each, worker.pid)]
    getattr(worker, how)()
    worker.wait(20)
    wait_until(lambda: not prover.exists(), "the proof is gone", 10)
    ((taken, attempts, _, _),) = rows(rig, job)
    assert (taken is None, attempts) == ((True, 0) if how == "terminate" else (False, 1))
    if how == "kill":
        age = "UPDATE catalogues_cataloguejob SET taken_at = '2026-01-01 00:00:00'"
        with sqlite3.connect(rig.folder / "office" / "office.sqlite3", timeout=20) as connection:
            connection.execute(age)
        connection.close()
    rig.start_worker()
    wait_until(lambda: rows(rig, f"{job} WHERE seen > 0 AND attempts > {attempts}"), "it is under way again", 60)


def is_prover_of(process: Path, worker: int) -> bool:
    try:
        parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == worker and "catalogues.verification_process" in (process / "cmdline").read_text()
    except OSError:
        return False
