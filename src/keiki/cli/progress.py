"""What a person sees while the zones start: one line when each begins, saying what it does, and one when it is ready.

On a terminal that can move its cursor the lines of what is under way count the seconds; anywhere else they are plain
lines.
"""

from __future__ import annotations

import time
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from keiki.foundation.program.language import Language
from keiki.foundation.text.bilingual import Bilingual


class StartReport(Protocol):
    """Is told what begins and what is ready."""

    def begin(self, name: Bilingual, doing: Bilingual) -> None:
        """``name`` begins to do something that others wait for."""

    def ready(self, name: Bilingual) -> None:
        """``name`` is ready."""


class NoReport:
    """Tells nobody."""

    def begin(self, name: Bilingual, doing: Bilingual) -> None:
        """Say nothing."""

    def ready(self, name: Bilingual) -> None:
        """Say nothing."""


class StartLines:
    """A :class:`StartReport` on a console. Use in a ``with``."""

    def __init__(self, console: Console, language: Language) -> None:
        self._console, self._language = console, language
        self._since: dict[str, float] = {}
        self._tasks: dict[str, TaskID] = {}
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._draws = console.is_terminal and console.is_interactive and not console.is_dumb_terminal
        self._live = Progress(*columns, console=console, transient=True, disable=not self._draws)

    def __enter__(self) -> StartLines:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def begin(self, name: Bilingual, doing: Bilingual) -> None:
        """Show that ``name`` is under way, and with what."""
        said = name.in_language(self._language)
        words = f"{escape(said)}: {escape(doing.in_language(self._language))}"
        self._since[said] = time.monotonic()
        self._tasks[said] = self._live.add_task(words, total=None)
        if not self._draws:
            self._console.print(f"… {words}")

    def ready(self, name: Bilingual) -> None:
        """Show that ``name`` is ready, and how long it took."""
        said = name.in_language(self._language)
        self._live.remove_task(self._tasks.pop(said))
        took = time.monotonic() - self._since.pop(said)
        self._console.print(f"[green]✓[/] {escape(said)}  [dim]{took:.1f} s[/]")
