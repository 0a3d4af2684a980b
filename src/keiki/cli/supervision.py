"""Bringing back a process that stopped by itself: at once the first time, later and later if it goes on stopping."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from keiki.cli.assembly import System
from keiki.cli.assembly_words import part
from keiki.cli.zones import ZoneRefused, ZoneSilent
from keiki.foundation.text.bilingual import Bilingual

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
CALM_SECONDS = 60.0
"""A process that ran for so long is brought back as if it had never stopped."""


@dataclass
class _Trouble:
    pause: float = FIRST_PAUSE
    again_at: float = 0.0
    started_at: float = field(default_factory=time.monotonic)


class Supervisor:
    """Looks after the processes of a system; ``say`` is told what stopped and what came back."""

    def __init__(self, system: System, say: Callable[[Bilingual], None]) -> None:
        self._system, self._say = system, say
        self._troubles: dict[str, _Trouble] = {}

    def look(self) -> None:
        """Look once: note what stopped, bring back what is due."""
        while name := self._system.zones.stopped():
            self._note(name, self._system.zones.kill(name))
        now = time.monotonic()
        due = [name for name in self._system.parts if (t := self._troubles.get(name)) and 0 < t.again_at <= now]
        for name in due:
            self._bring_back(name)

    def _note(self, name: str, code: int) -> None:
        now, trouble = time.monotonic(), self._troubles.setdefault(name, _Trouble(started_at=-CALM_SECONDS))
        if now - trouble.started_at >= CALM_SECONDS:
            trouble.pause = FIRST_PAUSE
        trouble.again_at = now + trouble.pause
        how = Bilingual(ja=f"シグナル {-code}", en=f"signal {-code}")
        if code >= 0:
            how = Bilingual(ja=f"終了コード {code}", en=f"exit code {code}")
        log = self._system.zones.logs / f"{name}.log"
        called = part(name)
        self._say(
            Bilingual(
                ja=f"{called.ja}が停止しました({how.ja})。{trouble.pause:.0f} 秒後に再起動します。ログ: {log}",
                en=f"{called.en} stopped ({how.en}) and is started again in {trouble.pause:.0f} s. Its log: {log}",
            )
        )
        trouble.pause = min(2 * trouble.pause, LONGEST_PAUSE)

    def _bring_back(self, name: str) -> None:
        trouble = self._troubles[name]
        trouble.again_at, trouble.started_at = 0.0, time.monotonic()
        try:
            moved = self._system.bring_back(name)
        except (ZoneSilent, ZoneRefused) as error:
            self._say(error.text)
            if name in self._system.zones.names():
                self._note(name, self._system.zones.kill(name))
            return
        for other in moved:
            self._troubles[other] = _Trouble(again_at=time.monotonic())
        called, pid = part(name), self._system.zones.pid(name)
        self._say(
            Bilingual(
                ja=f"{called.ja}が再び動いています(プロセス {pid})。",
                en=f"{called.en} runs again (process {pid}).",
            )
        )
