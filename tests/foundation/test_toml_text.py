"""Settings, sources and catalogues that no program wrote: refused as TOML, never a traceback."""

from __future__ import annotations

import tomllib

import pytest

from keiki.foundation.files.toml_text import DEEPEST, parse_toml

HOSTILE = {
    "lists": "a = " + "[" * 5000 + "]" * 5000,
    "inline tables": "a = " + "{a = " * 2000 + "1" + "}" * 2000,
    "dotted keys": ".".join("a" * 5000) + " = 1",
    "tables": "[" + ".".join("a" * 100) + "]\nb = 1",
    "a number without end": "a = " + "9" * 5000,
    "no TOML": "a = ",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_wrong_is_refused_as_toml(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        parse_toml(text)


def test_what_is_right_is_read() -> None:
    assert parse_toml("[a.b]\nc = [[1, 2]]") == {"a": {"b": {"c": [[1, 2]]}}}
    assert parse_toml("a = " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))
