"""Whoever waits for a start is told what it waits for, whatever stands at the other end of the lines."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from keiki.cli.assembly_words import RELAY, RELAY_STARTS
from keiki.cli.progress import StartLines
from keiki.foundation.program.language import Language


@pytest.mark.parametrize(("terminal", "kind"), [(False, "xterm"), (True, "dumb"), (True, "unknown")])
def test_a_pipe_and_a_dumb_terminal_get_a_line_when_a_part_begins(terminal: bool, kind: str) -> None:
    paper = io.StringIO()
    console = Console(file=paper, force_terminal=terminal, _environ={"TERM": kind}, highlight=False)
    with StartLines(console, Language.EN) as lines:
        lines.begin(RELAY, RELAY_STARTS)
        assert "… relay: starts NATS" in paper.getvalue()
        lines.ready(RELAY)
    assert "✓ relay" in paper.getvalue()


def test_a_terminal_that_moves_its_cursor_gets_lines_that_count() -> None:
    paper = io.StringIO()
    console = Console(file=paper, force_terminal=True, _environ={"TERM": "xterm"}, highlight=False)
    with StartLines(console, Language.EN) as lines:
        lines.begin(RELAY, RELAY_STARTS)
        lines._live.refresh()
        lines.ready(RELAY)
    assert "relay: starts NATS" in paper.getvalue()
    assert "0:00:00" in paper.getvalue()
    assert "… relay" not in paper.getvalue()
