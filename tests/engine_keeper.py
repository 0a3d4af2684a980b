"""Keep one throw-away database server for a test run, and end it with the run, even after ``kill -9``.

Run as a script by :class:`engines.Engine`: the only argument is JSON with ``command``, ``user`` (``null``: as
oneself), ``folder`` and ``signal``. One word a line comes on standard input (``start``, ``kill``, ``alive``) and is
answered. When the input ends, because the tests are done or gone, the server is stopped and its folder removed.
Should the keeper itself be killed, the kernel sends the server ``signal`` (``PR_SET_PDEATHSIG``).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
SECONDS = 10


class Kept:
    """The server's process, if it runs."""

    def __init__(self, command: list[str], user: str | None, folder: Path, ending: int) -> None:
        self._command, self._user, self._folder, self._ending = command, user, folder, ending
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        as_user: dict[str, Any] = {}
        if self._user:
            as_user = {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                preexec_fn=lambda: _LIBC.prctl(_PR_SET_PDEATHSIG, self._ending),  # noqa: PLW1509 - one thread
                **as_user,
            )
        return str(self._process.pid)

    def alive(self) -> str:
        return "yes" if self._process and self._process.poll() is None else "no"

    def kill(self) -> str:
        """End the server as a crash would."""
        return self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(self._ending)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, ending: int) -> str:
        if self._process and self._process.poll() is None:
            self._process.send_signal(ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS)
                return "ended"
            self._process.kill()
            self._process.wait()
        return "ended"


def main(told: dict[str, Any]) -> None:
    kept = Kept(told["command"], told["user"], Path(told["folder"]), told["signal"])
    acts = {"start": kept.start, "alive": kept.alive, "kill": kept.kill}
    try:
        for line in sys.stdin:
            sys.stdout.write(acts[line.strip()]() + "\n")
            sys.stdout.flush()
    finally:
        kept.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(json.loads(sys.argv[1]))
