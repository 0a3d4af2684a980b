"""The screens of an office as they are served: a real process of ``keiki office web`` with its default settings."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keiki.office.config.cookies import cookie_name

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60


def free_port() -> int:
    """Return a port that no process listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def csrf_cookie(port: int) -> str:
    """Return the name of the cookie by which Django knows a form that it gave."""
    return f"{cookie_name(f'http://localhost:{port}')}-csrf"


@contextmanager
def served(folder: Path, settings: str = "") -> Iterator[int]:
    """Make an office in ``folder``, serve it, and give its port; ``settings`` is what else its settings say."""
    data, port = folder / "office", free_port()
    data.mkdir()
    web = f'[web]\nurl = "http://localhost:{port}"\nport = {port}\n'
    (data / "settings.toml").write_text(web + settings)
    office = [sys.executable, "-m", "keiki.office", "--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("KEIKI_OFFICE_DATA", None)
    subprocess.run([*office, "init"], check=True, capture_output=True, env=environment, timeout=READY_SECONDS)
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen([*office, "web"], stdout=log, stderr=log, env=environment)
    try:
        until = time.monotonic() + READY_SECONDS
        while not (data / "web.json").exists():
            assert process.poll() is None, (folder / "web.log").read_text()
            assert time.monotonic() < until, (folder / "web.log").read_text()
            time.sleep(0.05)
        assert json.loads((data / "web.json").read_text())["pid"] == process.pid
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
