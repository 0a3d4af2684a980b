"""A port is taken before anything is started, and by one alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from keiki.cli.ports import PortInUse, reserve


def test_a_reserved_port_is_nobody_elses() -> None:
    with closing(reserve(None)) as first, closing(reserve(None, usual=first.port)) as second:
        assert second.port != first.port
        assert second.instead_of == first.port
        with pytest.raises(PortInUse, match="is taken by another program"):
            reserve(first.port)


def test_a_program_that_shares_its_port_does_not_get_ours() -> None:
    with closing(reserve(None)) as mine, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", mine.port))


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1"])
def test_a_port_that_is_taken_on_another_address_is_taken(address: str) -> None:
    try:
        other = socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    except OSError:
        pytest.skip(f"this machine has no {address}")
    with other, pytest.raises(PortInUse):
        reserve(other.getsockname()[1])


def test_a_taken_port_is_a_sentence_in_the_chosen_language() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        asked = [sys.executable, "-m", "keiki", "up", "--port", port, "--lang"]
        japanese = subprocess.run([*asked, "ja"], capture_output=True, text=True, timeout=60, check=False)
    assert japanese.returncode == 2
    assert f"ポート {port} は別のプログラムが使っています" in japanese.stdout
    assert "Traceback" not in japanese.stderr


@pytest.mark.slow
def test_screens_do_not_share_a_port_with_another_program(tmp_path: Path) -> None:
    office = [sys.executable, "-m", "keiki.office", "--data", str(tmp_path), "--json"]
    subprocess.run([*office, "init"], check=True, capture_output=True)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as granian itself would
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (tmp_path / "settings.toml").write_text(f'[web]\nurl = "http://localhost:{port}"\nport = {port}\n')
        said = subprocess.run([*office, "web"], capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1
    assert json.loads(said.stdout)["code"] == "address_in_use"
