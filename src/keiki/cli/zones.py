"""Zones as processes: start them, ask them, stop them. Nothing here knows what a zone does.

Every zone is ``python -m keiki.<zone> COMMAND ... --json`` with its own data folder. What a zone logs goes to
``logs/<name>.log`` of the run's folder.

How long a zone may take depends on the machine, so nothing here counts seconds since a start: a process is given up
only when it shows no sign of life for a whole minute. Signs of life are processor time and lines in its log.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from keiki.cli.assembly_words import part
from keiki.foundation.processes import processor_ticks
from keiki.foundation.text.bilingual import Bilingual

SILENT_SECONDS = 60.0
LOOK_SECONDS = 0.05


class ZoneRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A zone's command that ended with another exit code than 0; carries what it answered."""

    def __init__(self, zone: str, command: str, code: int, answer: dict[str, Any], said: str) -> None:
        self.zone, self.command, self.code, self.answer = zone, command, code, answer
        english = answer.get("error") or answer.get("message") or " ".join(said.strip().splitlines()[-1:]) or "no word"
        both = answer.get("message")
        japanese = both["ja"] if isinstance(both, dict) and "ja" in both else english
        self.text = Bilingual(
            ja=f"{zone} {command} は終了コード {code} で終わりました: {japanese}",
            en=f"{zone} {command} ended with exit code {code}: {english}",
        )
        super().__init__(self.text.en)


class ZoneSilent(Exception):  # noqa: N818
    """A zone's process that did not become ready, or stopped by itself."""

    def __init__(self, text: Bilingual) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass
class SignsOfLife:
    """Whether a process works: it uses the processor, or its log grows."""

    pid: int
    log: Path
    _seen: tuple[int, int] = (0, 0)
    _at: float = field(default_factory=time.monotonic)

    def silent(self) -> bool:
        """Whether there was no sign of life for :data:`SILENT_SECONDS` before now."""
        now, signs = time.monotonic(), (processor_ticks(self.pid), self.log.stat().st_size if self.log.exists() else 0)
        if signs != self._seen:
            self._seen, self._at = signs, now
        return now - self._at > SILENT_SECONDS


class Conversation:
    """A zone's process that answers JSON lines: ``{"command": [...]}`` with ``{"code": 0, "answer": {...}}``."""

    def __init__(self, zone: str, command: list[str], log: IO[bytes]) -> None:
        self._zone = zone
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)

    def ask(self, *arguments: str | Path, typed: str | dict[str, Any] = "") -> Any:
        """Have one command done; its answer, or :class:`ZoneRefused`. ``typed`` is no argument."""
        stdin, stdout = self._process.stdin, self._process.stdout
        words = [str(each) for each in arguments]
        ended = Bilingual(
            ja=f"{self._zone} は {words[0]} の途中で停止しました。logs/{self._zone}-session.log を見てください",
            en=f"{self._zone} stopped in the middle of {words[0]}: see logs/{self._zone}-session.log",
        )
        if stdin is None or stdout is None:
            raise ZoneSilent(ended)
        try:
            stdin.write(json.dumps({"command": words, "typed": typed}) + "\n")
            stdin.flush()
            said = json.loads(stdout.readline())
        except (OSError, ValueError):
            raise ZoneSilent(ended) from None
        answer = said["answer"]
        if said["code"]:
            raise ZoneRefused(self._zone, words[0], int(said["code"]), answer, "")
        return answer

    def close(self) -> None:
        """End the conversation."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        end(self._process)
        if self._process.stdout:
            self._process.stdout.close()


class Zones:
    """The processes of one run, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.on_start: Callable[[], None] = lambda: None
        """Is called whenever a process was started, before it is ready."""
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: list[subprocess.Popen[str]] = []
        self._stopping = False

    def data(self, zone: str) -> Path:
        """The zone's own data folder."""
        return self.folder / zone

    def log(self, zone: str) -> Path:
        """What the zone's commands logged."""
        return self.logs / f"{zone}-commands.log"

    def shown(self, zone: str) -> Path:
        """What the zone's commands showed: kept only where its folder was made, for it may name people."""
        return self.folder / "shown" / f"{zone}.txt"

    def ask(self, zone: str, *arguments: str | Path) -> dict[str, Any]:
        """Run one command of a zone and return its JSON answer, or raise :class:`ZoneRefused`."""
        log = self.log(zone)
        process = subprocess.Popen(
            _command(zone, arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._commands.append(process)
        signs = SignsOfLife(process.pid, log)
        while True:
            try:
                said, complained = process.communicate(timeout=1.0)
                break
            except subprocess.TimeoutExpired:
                if signs.silent():
                    process.kill()
                    process.communicate()
                    raise ZoneSilent(_silent(f"{zone} {arguments[0]}", log)) from None
        self._commands.remove(process)
        for path, text in ((log, complained), (self.shown(zone), said)):
            if path.parent.is_dir():
                with path.open("a") as file:
                    file.write(text)
        answer = _last_json(said)
        if process.returncode:
            words = [str(word) for word in arguments if not str(word).startswith("-")]
            raise ZoneRefused(zone, words[0], process.returncode, answer, complained)
        return answer

    def start(self, name: str, zone: str, *arguments: str | Path, ready: Path, inherits: int | None = None) -> None:
        """Start a long-running process of a zone and wait until its ``ready`` file names it.

        ``inherits``: a file descriptor that the process gets under the same number. Raises :class:`ZoneSilent`.
        """
        log = self.logs / f"{name}.log"
        if self._stopping:
            raise ZoneSilent(Bilingual(ja="停止しています", en="everything is being stopped"))
        with log.open("ab") as file:
            process = subprocess.Popen(
                _command(zone, arguments),
                stdout=file,
                stderr=file,
                stdin=subprocess.DEVNULL,
                pass_fds=() if inherits is None else (inherits,),
            )
        self._running[name] = process
        self.on_start()
        signs = SignsOfLife(process.pid, log)
        while not _names(ready, process.pid):
            if process.poll() is not None:
                raise ZoneSilent(_stopped(name, process.returncode, log))
            if signs.silent():
                raise ZoneSilent(_silent(name, log))
            time.sleep(LOOK_SECONDS)

    def converse(self, zone: str, *arguments: str | Path) -> Conversation:
        """Begin a conversation with a zone's process."""
        with (self.logs / f"{zone}-session.log").open("ab") as log:
            return Conversation(zone, _command(zone, arguments), log)

    def pid(self, name: str) -> int:
        """The process id of a started process."""
        return self._running[name].pid

    def pids(self) -> list[int]:
        """The process ids of everything that was started and not stopped."""
        return [process.pid for process in list(self._running.values())]  # others may start some meanwhile

    def names(self) -> list[str]:
        """The names of everything that was started and not stopped."""
        return list(self._running)

    def kill(self, name: str) -> int:
        """End a process as a power failure would, if it did not end before; its exit code, negative for a signal."""
        process = self._running.pop(name)
        process.kill()
        return process.wait()

    def stopped(self) -> str | None:
        """The name of a process that stopped by itself, if one did."""
        return next((name for name, process in self._running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Stop every process in the reverse order of its start; what does not go in 5 s is killed.

        Nothing can be started afterwards.
        """
        self._stopping = True
        for command in list(self._commands):
            command.terminate()
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            process.send_signal(signal.SIGTERM)
            end(process)


def end(process: subprocess.Popen[Any], seconds: float = 5.0) -> None:
    """Wait for a process that was asked to end; after ``seconds`` kill it."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _names(ready: Path, pid: int) -> bool:
    """Whether the ready file was written by this very process, and not by one that was killed before."""
    try:
        return bool(json.loads(ready.read_text(encoding="utf-8"))["pid"] == pid)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _stopped(name: str, code: int, log: Path) -> Bilingual:
    last, called = _last_line(log), part(name)
    return Bilingual(
        ja=f"{called.ja}が終了コード {code} で停止しました。{log} を見てください。最後の行: {last}",
        en=f"{called.en} stopped by itself (exit code {code}): see {log}. Its last line: {last}",
    )


def _silent(name: str, log: Path) -> Bilingual:
    called = part(name)
    return Bilingual(
        ja=f"{called.ja}は {SILENT_SECONDS:.0f} 秒間まったく動いていません。{log} を見てください",
        en=f"{called.en} showed no sign of life for {SILENT_SECONDS:.0f} s: see {log}",
    )


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - 2000))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else "-"


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
