"""The page on how to write a catalogue holds a catalogue that is right, on both sides of the day it speaks of."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from keiki.domain.selection import Choice, NoChoice, Selector
from keiki.domain.units import Combination, read_catalogue

PAGE = (Path(__file__).parents[3] / "docs" / "catalogues.md").read_text("utf-8")
TEXT = "\n".join(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))


def selector(day: datetime.date) -> Selector:
    return Selector.compile(read_catalogue({"catalogue.toml": TEXT}, day))


def test_the_pages_catalogue_is_accepted_and_answers() -> None:
    before, after = selector(datetime.date(2026, 4, 1)), selector(datetime.date(2027, 4, 1))
    assert len(before.compiled.space) < len(after.compiled.space)
    needs = {"route_b": "wireless", "capacity": 60, "rain": True}
    answer = before.choose(needs, Combination(("COM-N", "M60", "CT-NONE", "CV-N")))
    assert isinstance(answer, Choice)
    assert str(answer.combination) == "COM-W / M60 / CT-NONE / CV-R"
    large = before.choose({**needs, "capacity": 200}, Combination(("COM-W", "M120", "CT-NONE", "CV-R")))
    assert isinstance(large, Choice)
    assert large.live_line_work
    wifi = {**needs, "route_b": "wifi"}
    refused = before.choose(wifi)
    assert isinstance(refused, NoChoice)
    assert refused.conflicts[0].declared_ids == ("U1",)
    assert isinstance(after.choose(wifi), Choice)
