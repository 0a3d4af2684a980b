"""One way to write an object as bytes, so that its hash is the same everywhere (``docs/audit.md`` section 2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_HASH = re.compile(r"[0-9a-f]{64}")
MAX_WHOLE = 10**18
"""Whole numbers beyond it are kept as text: not every database keeps them."""


class BadLine(ValueError):  # noqa: N818 - what the line is
    """A line that is not what the audit's format says; says what is wrong with it."""


def canonical(members: Mapping[str, Any]) -> bytes:
    """Return ``members`` as canonical JSON: sorted, without space, UTF-8."""
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``details`` as every database gives them back: fractions and huge numbers as text, tuples as lists.

    Half of a surrogate pair becomes a question mark. Raises :class:`TypeError` for what JSON cannot hold.
    """
    written = json.dumps(details, ensure_ascii=False).encode("utf-8", "replace")
    made: dict[str, Any] = json.loads(written, parse_float=str, parse_int=_whole, parse_constant=str)
    return made


def read_object(line: str | bytes) -> dict[str, Any]:
    """Read a line that is one canonical JSON object; raise :class:`BadLine` for anything else."""
    data = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
    try:
        members = json.loads(data.decode())
        if isinstance(members, dict) and canonical(members) == data:
            return members
    except (ValueError, RecursionError):
        pass
    raise BadLine("not one JSON object in its canonical form")


def text(members: Mapping[str, Any], name: str) -> str:
    """Return the member ``name``, which must be text."""
    value = members.get(name)
    if not isinstance(value, str):
        raise BadLine(f"{name} is not text")
    return value


def whole(members: Mapping[str, Any], name: str) -> int:
    """Return the member ``name``, which must be a whole number from 1."""
    value = members.get(name)
    if type(value) is not int or value < 1:
        raise BadLine(f"{name} is not a whole number from 1")
    return value


def digest(members: Mapping[str, Any], name: str) -> str:
    """Return the member ``name``, which must be a SHA-256 in hexadecimal."""
    value = text(members, name)
    if not _HASH.fullmatch(value):
        raise BadLine(f"{name} is not 64 lower-case hexadecimal digits")
    return value


def write_time(at: datetime) -> str:
    """Write an aware time in UTC with six digits of a second."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_time(members: Mapping[str, Any], name: str) -> datetime:
    """Return the member ``name``, which must be a time as :func:`write_time` writes it."""
    value = text(members, name)
    if not _TIME.fullmatch(value):
        raise BadLine(f"{name} is not a time in UTC with six digits of a second")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise BadLine(f"{name} is not a time there is") from None


def _whole(digits: str) -> int | str:
    value = int(digits)
    return value if abs(value) <= MAX_WHOLE else digits
