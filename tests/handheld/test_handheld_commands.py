"""The device as a process: its commands, killed at any point, and that the password is nowhere."""

from __future__ import annotations

import asyncio
import collections
import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from handheld_world import AUTHENTICATION_ID, NOW, PASSWORD, TOWN, Office, PtyMeter, draw_barcode

from keiki.bench.local_port.probe import Probe
from keiki.bench.meters.clock import JST, StoppedClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.radio.joining import HemsCredential, join
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.town.draw import case
from keiki.handheld import enrolment
from keiki.handheld.journal import VisitJournal
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.relay.wire import open_visit_result

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parents[2] / "src"
SECRETS = [PASSWORD, AUTHENTICATION_ID, AUTHENTICATION_ID.lower(), AUTHENTICATION_ID[-8:]]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "keiki.handheld", *(str(a) for a in arguments)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}


class Run:
    """Runs the device's commands and keeps everything they said."""

    def __init__(self) -> None:
        self.said = b""

    def __call__(self, *arguments: str | Path, code: int = 0, given: str | None = None) -> str:
        done = subprocess.run(
            command(*arguments),
            env=environment(),
            capture_output=True,
            check=False,
            timeout=60,
            input=given.encode() if given is not None else b"",
        )
        self.said += done.stdout + done.stderr
        assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
        return done.stdout.decode()

    def json(self, *arguments: str | Path, code: int = 0, given: str | None = None) -> dict[str, Any]:
        answer = json.loads(self(*arguments, "--json", code=code, given=given))
        assert isinstance(answer, dict)
        return answer


@pytest.fixture
def run() -> Run:
    return Run()


def no_secret_in(folder: Path, said: bytes) -> None:
    """The canary: neither the password nor the authentication ID in any file or output, in any plain encoding."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert files
    for secret in SECRETS:
        for form in (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
            assert form not in said
            assert not [path for path, content in files.items() if form in content]
    packed = bytes.fromhex(AUTHENTICATION_ID)
    assert not [path for path, content in files.items() if packed in content]


def test_a_day_of_the_device(run: Run, meter: PtyMeter, office: Office, tmp_path: Path) -> None:
    folder, card = tmp_path / "device", tmp_path / "office.json"
    card.write_text(office.identity.card.to_json())
    own = run.json("init", "--data", folder, "--name", "HHD-09")
    assert json.loads(run("card", "--data", folder)) == own
    run.json("visit", "--data", folder, "--scan", "KEIKI1:0", "--port", meter.path, code=3)
    assert office.identity.card.fingerprint in run("trust-office", "--data", folder, "--card", card)

    device = enrolment.read_identity(folder)
    sheet = office.sheet(meter.meter, device.card)
    draw_barcode(sheet).save(tmp_path / "sheet.png")
    shown = run(
        *("visit", "--data", folder, "--picture", tmp_path / "sheet.png", "--port", meter.path),
        *("--order", "WO-2026-000123", "--lang", "ja"),
    )
    assert "設定が完了しました" in shown
    assert "HEMS未接続" in shown
    again = run.json("visit", "--data", folder, "--scan", "-", "--port", meter.path, given=sheet + "\r\n")
    assert [step["event"] for step in again["steps"]][3] == "find_held"
    assert again["diagnosis"]["id"] == "hems_unconnected"
    assert meter.asked.count("WriteCredential") == 1

    status = run.json("status", "--data", folder, "--port", meter.path)
    assert (status["id"], status["how"]) == ("hems_unconnected", "on_site")
    assert status["found"]["communication_unit"] == meter.meter.units.communication_serial
    meter.meter.communication.fail()
    assert "could be down" in run("status", "--data", folder, "--port", meter.path, "--lang", "en")

    meter.meter.communication.repair()
    collections.deque(
        join(MeterStation(meter.meter), "hems", HemsCredential(AUTHENTICATION_ID, PASSWORD), os.urandom), maxlen=0
    )
    status = run.json("status", "--data", folder, "--port", meter.path)
    assert (status["id"], status["silent"]) == ("active", False)
    assert abs(datetime.fromisoformat(status["last_exchange"]) - datetime.fromisoformat(status["at"])) < timedelta(1)
    assert "最後の通信：" in run("status", "--data", folder, "--port", meter.path, "--lang", "ja")
    meter.meter.communication.route_b._session.last_exchange -= timedelta(hours=2)
    shown = run("status", "--data", folder, "--port", meter.path, "--lang", "en")
    assert "Last exchange" in shown
    assert "(2 hours before the reading)" in shown
    assert "! OK: active, but no exchange for more than an hour" in shown
    assert run.json("status", "--data", folder, "--port", meter.path)["silent"] is True

    out = tmp_path / "out"
    assert len(run.json("results", "--data", folder, "--out", out)["results"]) == 2
    assert run.json("results", "--data", folder, "--out", out)["results"] == []
    opened = [open_visit_result(path.read_bytes(), office.identity, device.card) for path in out.iterdir()]
    assert {each.work_order for each in opened} == {"WO-2026-000123", "UNSTATED"}
    assert {each.result.outcome for each in opened} == {CommandOutcome.SUCCEEDED}
    no_secret_in(tmp_path, run.said)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6, 7, 8])
def test_killed_at_any_point_a_visit_is_taken_up_without_doubling_or_losing(
    run: Run, meter: PtyMeter, office: Office, folder: Path, at: int, when: str
) -> None:
    """The meter falls silent at its nth request; the device waits for the reply and is killed with -9 right there."""
    (folder / "settings.toml").write_text('lang = "en"\nanswer_seconds = 30\n')
    sheet = office.sheet(meter.meter, enrolment.read_identity(folder).card)
    meter.fall_silent(at, when)  # type: ignore[arg-type]
    process = subprocess.Popen(
        command("visit", "--data", folder, "--scan", sheet, "--port", meter.path),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert meter.stalled.wait(20)
    process.send_signal(signal.SIGKILL)
    run.said += process.communicate(timeout=10)[0]
    meter.answer_again()
    no_secret_in(folder, run.said)

    done = run.json("resume", "--data", folder, "--port", meter.path)
    assert (done["state"], done["outcome"]) == ("closed", "succeeded")
    held = meter.meter.communication._store.held
    assert held is not None
    assert (held.generation, held.password) == (1, PASSWORD)
    journal = VisitJournal(folder / "journal.db")
    assert (len(journal.unfinished()), len(journal.to_export(again=False))) == (0, 1)
    journal.close()
    no_secret_in(folder, run.said)


def test_a_person_sees_the_screen_and_a_program_the_log(
    run: Run, meter: PtyMeter, office: Office, folder: Path
) -> None:
    sheet = office.sheet(meter.meter, enrolment.read_identity(folder).card)
    run("visit", "--data", folder, "--scan", "4912345678904", "--port", meter.path, code=3)
    run("visit", "--data", folder, "--scan", sheet, "--port", meter.path)
    assert b"{" not in run.said, "log lines beside the screen"
    run.said = b""
    assert run.json("visit", "--data", folder, "--scan", "4912345678904", "--port", meter.path, code=3)["reason"]
    assert b'"event": "refused"' in run.said


def test_two_commands_at_once_are_one_too_many(run: Run, meter: PtyMeter, office: Office, folder: Path) -> None:
    (folder / "settings.toml").write_text('lang = "en"\nanswer_seconds = 30\n')
    meter.fall_silent(1, "before")
    sheet = office.sheet(meter.meter, enrolment.read_identity(folder).card)
    process = subprocess.Popen(
        command("visit", "--data", folder, "--scan", sheet, "--port", meter.path),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert meter.stalled.wait(20)
    assert run.json("status", "--data", folder, "--port", meter.path, code=3)["reason"] == "device_busy"
    process.kill()
    process.wait()


def test_the_worker_gives_up_one_of_two_visits(run: Run, meter: PtyMeter, office: Office, folder: Path) -> None:
    card = enrolment.read_identity(folder).card
    meter.fall_silent(1, "before")
    (folder / "settings.toml").write_text('lang = "en"\nanswer_seconds = 0.05\n')
    sheets = [office.sheet(meter.meter, card, generation=generation) for generation in (1, 2)]
    first, _ = (run.json("visit", "--data", folder, "--scan", s, "--port", meter.path, code=4) for s in sheets)
    assert first["reason"] == "unreachable"
    assert run.json("abandon", "--data", folder, code=3)["reason"] == "which_visit"
    assert run.json("abandon", "--data", folder, "--visit", first["visit"][:8], code=3)["reason"] == "given_up"
    assert "ends here" in run("abandon", "--data", folder, code=3)
    assert run.json("abandon", "--data", folder, code=3)["reason"] == "nothing_to_resume"


def test_a_broken_journal_is_told_in_a_sentence(run: Run, folder: Path) -> None:
    (folder / "journal.db").write_bytes(b"no database, but long enough to be looked at" * 100)
    answer = run.json("resume", "--data", folder, "--port", "x", code=1)
    assert "journal cannot be used" in answer["error"]
    assert b"Traceback" not in run.said


def test_refusals_on_the_screen_are_plain_words(run: Run, meter: PtyMeter, office: Office, folder: Path) -> None:
    card = enrolment.read_identity(folder).card
    cases = {
        Office().sheet(meter.meter, card): "signature is not the office's",
        office.sheet(meter.meter, card, expires=1): "has expired",
        office.sheet(meter.meter, card)[:-30]: "damaged",
        "4912345678904": "not the barcode for this work",
    }
    for sheet, words in cases.items():
        assert words in run("visit", "--data", folder, "--scan", sheet, "--port", meter.path, code=3)
    assert "Traceback" not in run.said.decode()


def test_a_device_that_is_not_in_order_says_so(run: Run, folder: Path, tmp_path: Path) -> None:
    run("status", "--data", tmp_path / "nowhere", "--port", "x", code=1)
    assert b"handheld init --data" in run.said
    (folder / "settings.toml").write_text("lamp = 1\n")
    run("status", "--data", folder, "--port", "x", code=1)
    assert b"settings.toml:1: lamp: unknown key" in run.said
    run("status", "--data", folder, "--port", "x", "--lang", "ja", code=1)
    assert "lamp: このような項目はありません" in run.said.decode()
    run("visit", "--data", folder, code=2)
    assert b"Traceback" not in run.said


async def test_a_visit_at_the_towns_own_probe(office: Office, folder: Path) -> None:
    world = World(StoppedClock(datetime.fromtimestamp(NOW, JST)), 1, os.urandom)
    wall = Meter(case(TOWN, "flat_plc_route_b"), world)
    probe = Probe(wall)
    sheet = office.sheet(wall, enrolment.read_identity(folder).card)
    arguments = command("visit", "--data", folder, "--scan", sheet, "--port", probe.path, "--json")
    process = await asyncio.create_subprocess_exec(
        *arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    probe.unplug()
    done = json.loads(said)
    assert done["outcome"] == "succeeded"
    assert any("PLC" in cause["en"] for cause in done["diagnosis"]["causes"])
    assert not any("Wireless" in cause["en"] for cause in done["diagnosis"]["causes"])
    assert wall.communication.generation == 1


def test_a_journal_of_a_newer_version_is_refused_with_a_sentence(run: Run, folder: Path) -> None:
    with sqlite3.connect(folder / "journal.db") as db:
        db.execute("PRAGMA user_version = 99")
    told = run.json("results", "--data", folder, "--out", folder.parent / "out", code=1)
    assert told["reason"] == "not_in_order"
    assert "format 99" in told["error"]
    assert "use the newer Keiki" in told["error"]
