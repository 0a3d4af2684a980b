"""Versions of the Kansai catalogue for tests: as it is, with a rule more, with another preference, damaged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from office_cast import Cast

from keiki.office.catalogues import services
from keiki.office.catalogues.models import CatalogueVersion

FOLDER = Path(__file__).parents[2] / "catalogues"
RULE = """
[[requirement_rule]]
id = "R9"
name = { ja = "無線区域では防雨カバー", en = "the cover against rain wherever route A is radio" }
when = 'need.medium == "rf"'
require = 'cover.rain'
message = { ja = "防雨カバーに替えてください。", en = "Use the cover against rain." }
"""
"""A rule that every design with the normal cover breaks where route A is radio."""


def files(
    version: str = "2", since: date = date(2016, 4, 1), *, more: str = "", two_way_first: bool = False
) -> dict[str, str]:
    """The files of a version; with ``two_way_first`` two-way units are preferred, which no rule asks for."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in (FOLDER / "kansai-2015").glob("*.toml")}
    head = texts["catalogue.toml"].replace('version = "1"', f'version = "{version}"')
    texts["catalogue.toml"] = head.replace("effective_from = 2015-08-01", f"effective_from = {since}")
    if two_way_first:
        before = "avoid = 'metering.two_way && !need.two_way'"
        assert before in texts["rules.toml"]
        texts["rules.toml"] = texts["rules.toml"].replace(before, "avoid = '!metering.two_way'")
    texts["rules.toml"] += more
    return texts


def published(cast: Cast, version: str = "2", since: date = date(2016, 4, 1)) -> CatalogueVersion:
    """A version that one person proposed and another published."""
    found = services.bring_in(cast.act("佐藤"), files(version, since))
    services.propose(cast.act("佐藤"), found)
    services.publish(cast.act("鈴木"), found, cast.now.date())
    return found
