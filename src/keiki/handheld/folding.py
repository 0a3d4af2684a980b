"""Folding sentences to a terminal's width: Japanese has no spaces to break at, and rules of its own (kinsoku).

No line begins with a closing mark or a small sign; words of Latin letters and digits stay whole.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

NEVER_FIRST = "、。，．・：；？！」』）】〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.;:?!)]}"
_PIECES = re.compile(r"[!-~]+| +|.", re.DOTALL)


def fold(text: str, width: int) -> list[str]:
    """Break ``text`` into lines of at most ``width`` cells; a full-width character takes two."""
    lines, line = [], ""
    for piece in _join_closing(_PIECES.findall(text)):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _join_closing(pieces: list[str]) -> list[str]:
    """Put every mark that may not begin a line to the piece before it."""
    joined: list[str] = []
    for piece in pieces:
        if joined and piece[0] in NEVER_FIRST:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
