"""The story on the terminal: one line per step while it runs, the evidence beside it once it was seen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from keiki.foundation.program.language import Language

JAPAN = ZoneInfo("Asia/Tokyo")


class StepFailed(Exception):  # noqa: N818 - a step that did not happen
    """A step of the story was not seen to happen; says what was expected and what was there instead."""

    def __init__(self, en: str, ja: str) -> None:
        self.en, self.ja = en, ja
        super().__init__(en)


def expect(true: object, en: str, ja: str) -> None:
    """Go on only if ``true``; otherwise the step failed for the reason in the sentence."""
    if not true:
        raise StepFailed(en, ja)


@dataclass
class Page:
    """Prints steps with their evidence, and keeps count of what was seen."""

    language: Language
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    seen: list[tuple[str, float]] = field(default_factory=list)

    def words(self, en: str, ja: str) -> str:
        """The text in the chosen language."""
        return ja if self.language is Language.JA else en

    @contextmanager
    def step(self, en: str, ja: str) -> Iterator[None]:
        """One numbered step: printed when it begins, timed when it ends."""
        number, title = len(self.seen) + 1, self.words(en, ja)
        self.console.print(f"\n[bold cyan]{number:>2}[/]  [bold]{escape(title)}[/]")
        started = time.monotonic()
        yield
        took = time.monotonic() - started
        self.seen.append((title, took))
        self.console.print(f"    [green]✓[/] [dim]{took:.1f} {self.words('s', '秒')}[/]")

    def evidence(self, en: str, ja: str, value: object = "") -> None:
        """One line of what was seen."""
        label = self.words(en, ja)
        shown = f"  {escape(str(value))}" if value != "" else ""
        self.console.print(f"    [dim]{escape(label)}[/]{shown}")

    def note(self, text: str) -> None:
        """A line that is neither step nor evidence."""
        self.console.print(text)

    def detail(self, text: str) -> None:
        """What belongs to the line above, indented."""
        self.console.print(Padding(Text(text), (0, 0, 0, 6)), soft_wrap=False)

    @staticmethod
    def moment(iso: str) -> str:
        """A time as people read it, to the minute and with its zone."""
        return datetime.fromisoformat(iso).astimezone(JAPAN).strftime("%Y-%m-%d %H:%M %z")
