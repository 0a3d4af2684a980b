"""Python sources as syntax trees, for tests that read the source.

Up to Python 3.11.7 parsing fails with ``SystemError: AST constructor recursion depth mismatch`` where collecting
garbage in the middle of it runs other code (CPython issue 106905): so nothing is collected meanwhile.
"""

from __future__ import annotations

import ast
import gc
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """Parse a file."""
    return parsed(path.read_text(encoding="utf-8"))


def parsed(text: str) -> ast.Module:
    """Parse a text."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        if collecting:
            gc.enable()
