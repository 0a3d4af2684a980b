"""Versions of the Kansai catalogue for tests: as it is, with a rule more, with another preference, damaged."""

from __future__ import annotations

from datetime import UTC, date, datetime

from office_cast import Cast

from keiki.catalogues import SHIPPED
from keiki.office.catalogues import jobs, services
from keiki.office.catalogues.models import CatalogueJob, CatalogueVersion

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
    texts = {file.name: file.read_text(encoding="utf-8") for file in (SHIPPED / "kansai-2015").glob("*.toml")}
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


def done() -> list[CatalogueJob]:
    """Do as the worker would everything that the screens asked for."""
    return list(iter(lambda: jobs.do_next(lambda: datetime.now(UTC), lambda: datetime.now(UTC).date()), None))


def long_files() -> dict[str, str]:
    """A catalogue whose proof takes long: 120 covers more, of which each need on each wall has its choice."""
    texts = files("9")
    cover = '\n[[unit]]\nid = "CX{0}"\nkind = "cover"\nname = {{ ja = "X{0}", en = "X{0}" }}\nrain = {1}\n'
    texts["units.toml"] += "".join(cover.format(each, "true" if each % 2 else "false") for each in range(120))
    return texts
