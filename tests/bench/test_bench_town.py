"""The town as a process of its own, as every zone meets it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from keiki.bench.console import SOCKET, ConsoleError, call
from keiki.bench.settings import TownSettings
from keiki.bench.wiring import DOORS, Town
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.procedure import (
    LOST,
    IntendedMeter,
    MeterCredential,
    MeterWriteResult,
    drive,
    set_credential,
)

ID, PASSWORD, NEXT = "C0FFEE00C0FFEE00C0FFEE00C0FFEE00", "CanaryPass01", "CanaryPass02"
BENCH = (sys.executable, "-m", "keiki.bench")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*BENCH, *arguments], capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bench") / "town"
    with (folder.parent / "log").open("wb") as log:
        arguments = ("town", "--folder", str(folder), "--seed", "5", "--speed", "50")
        process = subprocess.Popen([*BENCH, *arguments], stdout=log, stderr=log)
        until = time.monotonic() + 20
        while not (folder / "town.json").exists():
            assert process.poll() is None, (folder.parent / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield folder
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert not (folder / "town.json").exists()
    assert not (folder / "console.sock").exists()
    assert (folder.parent / "log").read_text() == ""


def ask_over_tcp(line: socket.socket, serial_number: str, request: m.Request) -> Any:
    line.sendall(frame(encode(Envelope(serial_number, 5, request))))
    frames = FrameReader()
    try:
        while data := line.recv(4096):
            for body in frames.feed(data):
                return decode(body).message
    except TimeoutError:
        return LOST
    return LOST


@pytest.mark.slow
def test_a_visit_then_a_rewrite_and_no_secret_on_the_disk(folder: Path) -> None:
    doors = json.loads((folder / "town.json").read_text())
    place = next(p for p in call(folder, "places") if p["serves_route_b"] and p["housing"] == "detached")
    point, unit = place["supply_point"], place["units"]["communication_serial"]

    call(folder, "route_a", supply_point=point, reachable=False)
    path = call(folder, "plug_probe", supply_point=point)["path"]
    with serial.Serial(path, 115200, timeout=1) as cable:

        def at_the_port(request: m.Request) -> Any:
            cable.write(frame(encode(Envelope("", 1, request))))
            frames = FrameReader()
            while data := cable.read(cable.in_waiting or 1):
                for body in frames.feed(data):
                    return decode(body).message
            return LOST

        visited = drive(
            set_credential(IntendedMeter(unit, point), MeterCredential(1, ID, PASSWORD), os.urandom),
            at_the_port,
            lambda _: None,
        )
    assert visited.result is MeterWriteResult.SUCCEEDED
    assert call(folder, "unplug_probe", supply_point=point) == {"was_plugged": True}

    with socket.create_connection((doors["route_a"]["host"], doors["route_a"]["port"]), 1) as line:
        line.settimeout(0.3)
        assert ask_over_tcp(line, unit, m.ReadGeneration()) is LOST
        call(folder, "route_a", supply_point=point, reachable=True)
        call(folder, "lose_replies", supply_point=point, count=1, when="after", writes_only=True)
        rewritten = drive(
            set_credential(IntendedMeter(unit), MeterCredential(2, ID, NEXT), os.urandom),
            lambda request: ask_over_tcp(line, unit, request),
            lambda _: None,
        )
    assert (rewritten.result, rewritten.written) == (MeterWriteResult.SUCCEEDED, "yes")
    state = call(folder, "meter", supply_point=point)
    assert (state["generation"], state["route_b"]) == (2, "waiting")

    for file in (*folder.parent.rglob("*"),):
        if file.is_file():
            content = file.read_bytes()
            for secret in (ID, ID[-8:], PASSWORD, NEXT):
                assert secret.encode() not in content, file
    assert ID[-8:] not in json.dumps(state)


@pytest.mark.slow
def test_replaced_units_are_known_to_the_servers_after_the_night(folder: Path) -> None:
    place = next(p for p in call(folder, "places") if p["units"]["communication"] == "TMC-R01" and p["phase"] == "1P3W")
    point = place["supply_point"]
    models = {"communication": "TMC-RW1", "metering": place["units"]["metering"] + "B"}
    after = call(folder, "replace_units", supply_point=point, models=models)
    assert after["communication_serial"] not in ("", place["units"]["communication_serial"])
    assert after["cover"] == place["units"]["cover"]
    assert call(folder, "wall", supply_point=point) == after
    assert call(folder, "meter", supply_point=point)["serves_route_b"]
    assert point in call(folder, "tick")["recorded"]
    assert call(folder, "tick")["recorded"] == []
    assert call(folder, "break_unit", supply_point=point)["status"]["condition"] == "abnormality"
    assert call(folder, "repair_unit", supply_point=point)["status"]["startup"] == "clear"
    with pytest.raises(ConsoleError, match="does not fit"):
        call(folder, "replace_units", supply_point=point, models={"option": "TMS-12-030"})
    with pytest.raises(ConsoleError, match="no part"):
        call(folder, "replace_units", supply_point=point, models={"door": "TCV-N"})


@pytest.mark.slow
def test_say_prints_json_and_refuses_in_a_sentence(folder: Path) -> None:
    listed = run("say", "--folder", str(folder), "help")
    assert listed.returncode == 0
    assert {name.partition("(")[0] for name in json.loads(listed.stdout)} >= {
        *("places", "wall", "meter", "replace_units", "plug_probe", "unplug_probe", "break_unit", "repair_unit"),
        *("route_a", "lose_replies", "plug_module", "tick", "data_server", "move_out", "contradict_serial"),
    }
    refused = run("say", "--folder", str(folder), "wall", '{"supply_point": "1"}')
    assert refused.returncode == 1
    assert refused.stderr == "wall: the town has no such supply point: `places` lists them\n"
    assert run("say", "--folder", str(folder), "wall", "[1]").returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [("--points", "29"), ("--speed", "0.5"), ("--seed", "-1")])
def test_a_town_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path, wrong: tuple[str, str]) -> None:
    refused = run("town", "--folder", str(tmp_path), *wrong)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert wrong[0] in refused.stderr


async def test_the_doors_of_a_town_that_was_killed_are_not_shown_again(tmp_path: Path) -> None:
    (tmp_path / DOORS).write_text("{}")
    (tmp_path / SOCKET).write_text("")
    town = Town(TownSettings(tmp_path))
    assert not (tmp_path / DOORS).exists()
    await town.start()
    assert json.loads((tmp_path / DOORS).read_text())["points"] == 30
    await town.stop()
    assert not (tmp_path / DOORS).exists()


@pytest.mark.slow
def test_a_town_does_not_clear_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "servers").mkdir()
    (tmp_path / "servers/mine.txt").write_text("keep")
    assert run("town", "--folder", str(tmp_path)).returncode == 1
    assert (tmp_path / "servers/mine.txt").read_text() == "keep"
