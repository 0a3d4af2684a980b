"""The household's HEMS as a process: it takes its credential from its own post, so that the story never sees it."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any

from keiki.cli.assembly import System
from keiki.cli.story.page import StepFailed

SAYS_WITHIN = 60.0  # seconds


class Hems:
    """A running HEMS: the unmodified ``momonga`` on an emulated Wi-SUN module. Closed at the end of a ``with``."""

    def __init__(self, system: System, supply_point: str, *switches: str) -> None:
        command = [sys.executable, "-m", "keiki.bench", "hems", "--town", str(system.data("bench"))]
        with (system.zones.logs / "hems.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--supply-point", supply_point, *switches],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._said: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.first = self._next()
        """What it said first: that it joined, was refused, or found no meter."""

    @property
    def event(self) -> str:
        """The first event's name."""
        return str(self.first["event"])

    def read(self) -> dict[str, Any]:
        """Let it read the meter once."""
        return self._ask("read")

    def close(self) -> None:
        """Let it end its session and stop."""
        if self._process.stdin:
            with contextlib.suppress(OSError), self._process.stdin as line:
                line.write("close\n")
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()

    def switch_off(self) -> None:
        """Take its power away."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Hems:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, line: str) -> dict[str, Any]:
        if self._process.stdin is None:
            raise StepFailed("the HEMS takes no commands", "HEMS が指示を受け付けません")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._next()

    def _listen(self) -> None:
        if self._process.stdout:
            with self._process.stdout as lines:
                for line in lines:
                    self._said.put(line)
        self._said.put("")

    def _next(self) -> dict[str, Any]:
        try:
            line = self._said.get(timeout=SAYS_WITHIN)
        except queue.Empty:
            raise StepFailed(
                f"the HEMS said nothing for {SAYS_WITHIN:.0f} s", f"HEMS から {SAYS_WITHIN:.0f} 秒間応答がありません"
            ) from None
        if not line:
            code = self._process.wait()
            raise StepFailed(
                f"the HEMS stopped by itself (exit code {code}): see logs/hems.log",
                f"HEMS が途中で終了しました(終了コード {code})。logs/hems.log を確認してください",
            )
        said: dict[str, Any] = json.loads(line)
        return said
