"""What every test lives under: no socket leaves this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

os.environ["PYTHONPATH"] = str(Path(__file__).parents[1] / "src")  # for the zones that tests start
_connect = socket.socket.connect


def _only_here(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a test tried to reach {host}: tests stay on this machine")
    _connect(self, address)


@pytest.fixture(autouse=True)
def _no_outside_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _only_here)
