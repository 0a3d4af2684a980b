"""A catalogue that is too large is refused with its place, not with a full memory."""

from __future__ import annotations

import pytest

from keiki.domain.selection import Selector
from keiki.domain.units import CatalogueError, read_catalogue


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [
        ("space.MOST_COMBINATIONS", 359, r"catalogue\.toml:4: more than 359 combinations are valid"),
        ("compiled.MOST_NEEDS", 863, r"catalogue\.toml:4: the needs have 864 combinations of values, more than 863"),
        ("truth.MOST_EVALUATIONS", 5, r"rules\.toml:\d+: the rule reads more than 5 combinations of values"),
    ],
)
def test_limits_are_told(
    monkeypatch: pytest.MonkeyPatch, kansai_texts: dict[str, str], limit: str, value: int, says: str
) -> None:
    monkeypatch.setattr(f"keiki.domain.selection.{limit}", value)
    with pytest.raises(CatalogueError, match=says):
        Selector.compile(read_catalogue({**kansai_texts, "x.toml": f"# {limit}"}))
