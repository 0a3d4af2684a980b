"""Throw-away database servers for the tests: Debian's own programs, found or installed, one server for each test run.

``CI`` in the environment means that nothing is skipped: a program that is neither there nor installable fails the test.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

KEEPER = Path(__file__).parent / "engine_keeper.py"
READY_SECONDS = 40.0


class Absent(Exception):  # noqa: N818 - says what is not there
    """An engine that is not on this machine and cannot be put there; one plain line says what to do."""


def without(absent: Absent) -> NoReturn:
    """Skip what needs the engine, and say why; in CI fail."""
    if os.environ.get("CI"):
        pytest.fail(str(absent), pytrace=False)
    pytest.skip(str(absent))


def installed(find: Callable[[], Path | None], package: str) -> Path:
    """Return what ``find`` finds, after installing Debian's ``package`` where it finds nothing.

    Raises :class:`Absent` where there is no way to install it.
    """
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Absent(f"Debian's {package} is not installed, and only root may install it: apt install {package}")
    with (Path(tempfile.gettempdir()) / "keiki-test-engines.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not find():
            _install(package)
    if found := find():
        return found
    raise Absent(f"Debian's {package} could not be installed: try apt-get update && apt-get install {package}")


def _install(package: str) -> None:
    """Install ``package``; a cluster of the system's own that comes with it is none of ours and does not stay."""
    clusters = Path("/etc/postgresql")
    before = set(clusters.glob("*/*"))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *package.split()]):
        subprocess.run(["apt-get", *command], env=environment, capture_output=True, check=False)
    for made in set(clusters.glob("*/*")) - before:
        drop = ["pg_dropcluster", "--stop", made.parent.name, made.name]
        subprocess.run(drop, env=environment, capture_output=True, check=False)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Engine:
    """A server in a folder of its own, listening on 127.0.0.1; ``user`` is the account it runs as, if not one's own."""

    def __init__(self, name: str, user: str | None, ending: signal.Signals) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"keiki-{name}-"))
        self.port = free_port()
        self._user, self._ending = user, ending
        self._group = pwd.getpwnam(user).pw_gid if user else None
        if user:
            shutil.chown(self.folder, user, self._group)
        self._keeper: subprocess.Popen[str] | None = None

    def prepare(self, command: list[str], told: str = "") -> None:
        """Run a program that makes the server's files, as the account that the server runs as."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            input=told,
            capture_output=True,
            text=True,
            user=self._user,
            group=self._group,
            extra_groups=[] if self._user else None,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            check=False,
        )
        if done.returncode:
            shutil.rmtree(self.folder)
            raise RuntimeError(f"{command[0]}: {done.stdout[-500:]}{done.stderr[-1500:]}")

    def keep(self, command: list[str]) -> None:
        """Hand the server's ``command`` to a keeper; :meth:`start` starts it."""
        told = {"command": command, "user": self._user, "folder": str(self.folder), "signal": int(self._ending)}
        self._keeper = subprocess.Popen(
            [sys.executable, str(KEEPER), json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self) -> None:
        """Start the server and wait until it answers; one that was just killed may need a second try."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {(self.folder / 'log').read_text()[-1500:]}")
            if self._tell("alive") == "no":
                self._tell("start")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether somebody can log in."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the server as a crash would; :meth:`start` starts it again on the same port."""
        self._tell("kill")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self._keeper and self._keeper.stdin and self._keeper.stdout:
            self._keeper.stdin.close()
            self._keeper.wait(30)
            self._keeper.stdout.close()

    def _tell(self, word: str) -> str:
        assert self._keeper
        assert self._keeper.stdin
        assert self._keeper.stdout
        self._keeper.stdin.write(word + "\n")
        self._keeper.stdin.flush()
        answer = self._keeper.stdout.readline().strip()
        assert answer, "the server's keeper is gone"
        return answer
