"""Write the OpenAPI description of the API to ``docs/openapi.json``, as the office serves it.

It is committed so that every change of what callers rely on is seen in a review; a test shows the difference.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keiki.office.config.start import start

PAGE = Path(__file__).parents[1] / "docs" / "openapi.json"


def description() -> str:
    """Return the description as it is committed."""
    start(None)
    from keiki.office.api.urls import api  # noqa: PLC0415 - its models need Django to be started

    return as_committed(api.get_openapi_schema())


def as_committed(served: Mapping[str, Any]) -> str:
    """Return a description as text, a line for each value."""
    return json.dumps(served, ensure_ascii=False, indent=1) + "\n"


def difference(committed: str, served: str) -> str:
    """Return what is different, line by line; empty where nothing is."""
    lines = difflib.unified_diff(
        committed.splitlines(), served.splitlines(), "docs/openapi.json", "as the code has it", lineterm="", n=2
    )
    return "\n".join(lines)


def draw(*, check: bool) -> int:
    """Write the description, or with ``check`` only compare; 0 if it is current afterwards, else 1."""
    served = description()
    if check:
        found = difference(PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "", served)
        if found:
            sys.stderr.write(f"{found}\ndocs/openapi.json is not what the API is: run ./keiki api-description\n")
        return 1 if found else 0
    PAGE.write_text(served, encoding="utf-8")
    return 0
