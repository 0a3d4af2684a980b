"""What the steps of one story share: the page, the system, and what has been learnt so far. No secret is among it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keiki.cli.assembly import System
from keiki.cli.story.household import Hems
from keiki.cli.story.page import Page, StepFailed

SPEED = 100.0
"""How many times faster than real the town's radio and clocks run."""
ANSWER_WITHIN = 120.0
"""Seconds that a remote command or a delivery may take in the story; it takes two on an idle machine."""


@dataclass
class StoryRun:
    """One run of the story."""

    page: Page
    system: System
    seed: int
    points: int
    supply_point: str = ""
    email: str = ""
    work_order: dict[str, Any] = field(default_factory=dict)
    sheet: Path = Path()
    photograph: Path = Path()
    letter: Path = Path()
    units: dict[str, Any] = field(default_factory=dict)

    def hems(self, *switches: str) -> Hems:
        """Start the household's HEMS with what the customer has: the newest e-mail and the letter."""
        own = ("--credentials-from-mail", self.email, "--letter", str(self.letter), *switches)
        return Hems(self.system, self.supply_point, *own)

    def wait(self, en: str, ja: str, there: Callable[[], Any], within: float = ANSWER_WITHIN) -> Any:
        """Ask again until ``there`` gives something, or fail the step after ``within`` seconds.

        ``en`` and ``ja`` name what is waited for.
        """
        deadline = time.monotonic() + within
        while not (found := there()):
            if time.monotonic() > deadline:
                raise StepFailed(
                    f"{en} did not come within {within:.0f} s", f"{ja}を {within:.0f} 秒以内に確認できません"
                )
            if stopped := self.system.zones.stopped():
                raise StepFailed(
                    f"the process {stopped} stopped by itself while waiting for {en}",
                    f"{ja}を待つ間にプロセス {stopped} が終了しました",
                )
            time.sleep(0.2)
        return found

    def close(self, keep: bool) -> None:
        """Stop every process; remove the folder unless it is to be kept."""
        self.system.close()
        if not keep:
            shutil.rmtree(self.system.folder, ignore_errors=True)
