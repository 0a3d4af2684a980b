"""Zones as processes: start them, ask them, stop them. Nothing here knows what a zone does.

Every zone is ``python -m keiki.<zone> COMMAND ... --json`` with its own data folder. What a zone logs goes to
``logs/<name>.log`` of the run's folder.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

READY_WITHIN = 20.0  # seconds


class ZoneRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A zone's command that ended with another exit code than 0; carries what it answered."""

    def __init__(self, zone: str, command: str, code: int, answer: dict[str, Any], said: str) -> None:
        self.zone, self.command, self.code, self.answer = zone, command, code, answer
        text = answer.get("error") or answer.get("message") or " ".join(said.strip().splitlines()[-1:]) or "no word"
        super().__init__(f"{zone} {command} ended with exit code {code}: {text}")


class ZoneSilent(Exception):  # noqa: N818
    """A zone's process that did not become ready, or stopped by itself."""


class Conversation:
    """A zone's process that answers JSON lines: ``{"command": [...]}`` with ``{"code": 0, "answer": {...}}``."""

    def __init__(self, zone: str, command: list[str], log: IO[bytes]) -> None:
        self._zone = zone
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)

    def ask(self, *arguments: str | Path, typed: str | dict[str, Any] = "") -> Any:
        """Have one command done; its answer, or :class:`ZoneRefused`. ``typed`` is no argument."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ZoneSilent(f"{self._zone} has no line to talk on")
        words = [str(each) for each in arguments]
        stdin.write(json.dumps({"command": words, "typed": typed}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise ZoneSilent(f"{self._zone} stopped in the middle of {words[0]}: see its log")
        said = json.loads(line)
        answer = said["answer"]
        if said["code"]:
            raise ZoneRefused(self._zone, words[0], int(said["code"]), answer, "")
        return answer

    def close(self) -> None:
        """End the conversation."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class Zones:
    """The processes of one run, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def data(self, zone: str) -> Path:
        """The zone's own data folder."""
        return self.folder / zone

    def ask(self, zone: str, *arguments: str | Path, typed: str | None = None, within: float = 60.0) -> dict[str, Any]:
        """Run one command of a zone and return its JSON answer, or raise :class:`ZoneRefused`. ``within``: seconds."""
        done = subprocess.run(
            _command(zone, arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        with (self.logs / f"{zone}-commands.log").open("a") as log:
            log.write(done.stderr)
        answer = _last_json(done.stdout)
        if done.returncode:
            raise ZoneRefused(zone, str(arguments[0]), done.returncode, answer, done.stderr)
        return answer

    def start(self, name: str, zone: str, *arguments: str | Path, ready: Callable[[], bool]) -> None:
        """Start a long-running process of a zone and wait until ``ready`` says so."""
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(_command(zone, arguments), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self._running[name] = process
        deadline = time.monotonic() + READY_WITHIN
        while not ready():
            if process.poll() is not None:
                raise ZoneSilent(f"{name} stopped by itself (exit code {process.returncode}): see logs/{name}.log")
            if time.monotonic() > deadline:
                raise ZoneSilent(f"{name} was not ready after {READY_WITHIN:.0f} s: see logs/{name}.log")
            time.sleep(0.02)

    def converse(self, zone: str, *arguments: str | Path) -> Conversation:
        """Begin a conversation with a zone's process."""
        with (self.logs / f"{zone}-session.log").open("ab") as log:
            return Conversation(zone, _command(zone, arguments), log)

    def pid(self, name: str) -> int:
        """The process id of a started process."""
        return self._running[name].pid

    def kill(self, name: str) -> None:
        """End a process as a power failure would."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stopped(self) -> str | None:
        """The name of a process that stopped by itself, if one did."""
        return next((name for name, process in self._running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Stop every process in the reverse order of its start; what does not go in 5 s is killed."""
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _command(zone: str, arguments: tuple[str | Path, ...]) -> list[str]:
    return [sys.executable, "-m", f"keiki.{zone}", *(str(a) for a in arguments)]


def _last_json(text: str) -> dict[str, Any]:
    """A command may talk before it answers; its answer is the last JSON object, on one line or pretty-printed."""
    stripped = text.strip()
    try:
        answer = json.loads(stripped)
    except ValueError:
        lines = stripped.splitlines()
        try:
            answer = json.loads(lines[-1]) if lines else {}
        except ValueError:
            return {}
    return answer if isinstance(answer, dict) else {"items": answer}
