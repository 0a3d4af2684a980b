"""TOML that other people write: as ``tomllib`` reads it, or refused as TOML, whatever is in it."""

from __future__ import annotations

import tomllib
from typing import Any, Final

DEEPEST: Final = 32
"""Tables and lists inside each other; Keiki's own files have five."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables of ``text``.

    Raises ``tomllib.TOMLDecodeError``, also for what ``tomllib`` itself ends on: tables that are too deep, numbers of
    thousands of digits.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise tomllib.TOMLDecodeError(str(error)) from None
    level: list[Any] = [content]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
        level = [each for each in level if isinstance(each, dict | list)]
    if level:
        raise _too_deep()
    return content


def _too_deep() -> tomllib.TOMLDecodeError:
    return tomllib.TOMLDecodeError(f"tables or lists are nested deeper than {DEEPEST}")
