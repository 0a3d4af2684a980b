"""``sources check``: the table of health of the data servers, for the operator and for who writes ``sources.toml``."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from keiki.domain.linkage.terms import Text
from keiki.office.commands.answer import REFUSED, CommandAnswer, TableAnswer
from keiki.office.config.wiring import OfficeServices
from keiki.office.sources.health import Health, check_sources

WIDTH = 132
HEADS: tuple[Text, ...] = (
    ("台帳", "source"),
    ("到達", "reachable"),
    ("件数", "rows"),
    ("最新の基準時刻", "newest as-of"),
    ("古い", "stale"),
    ("未来", "ahead"),
    ("対応表にないもの、使えない理由", "not in the mapping, or what is wrong"),
    ("秒", "s"),
)
YES: Text = ("はい", "yes")
NO: Text = ("いいえ", "NO")
WELL: Text = ("すべての台帳が使えます。", "Every source can be decided from.")
ILL: Text = ("判断に使えない台帳があります: {}", "Not to be decided from: {}")


def sources_check(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Try each data server: reachable, rows, newest as-of, and what in them the mapping does not know."""
    limit = float(given.limit)
    found = check_sources(
        office_services.sources.configuration, office_services.act(given.by).at, limit, office_services.drops
    )
    ill = [each.source for each in found if not each.usable]
    values = {"well": not ill, "sources": [_values(each) for each in found]}
    at = 0 if given.language == "ja" else 1
    return TableAnswer(values, 0 if not ill else REFUSED, text=_drawn(found, ill, at, office_services.zone))


def _values(found: Health) -> dict[str, Any]:
    return {
        "source": found.source,
        "owner": _both(found.owner),
        "reachable": found.reachable,
        "well": found.well,
        "reason": _both(found.reason),
        "detail": _both(found.detail),
        "rows": found.rows,
        "read": found.read,
        "oldest_as_of": found.oldest.isoformat() if found.oldest else None,
        "newest_as_of": found.newest.isoformat() if found.newest else None,
        "stale": found.stale,
        "ahead": found.ahead,
        "unmapped": [
            {"column": each.column, "masked": each.masked, "rows": each.rows, "why": _both(each.example)}
            for each in found.findings
        ],
        "warnings": [_both(each) for each in found.warnings],
        "seconds": round(found.took, 3),
    }


def _drawn(found: Sequence[Health], ill: Sequence[str], at: int, zone: ZoneInfo) -> str:
    table = Table()
    for head in HEADS:
        table.add_column(head[at], overflow="fold")
    for each in found:
        shapes = [f"{f.column} {f.masked!r} ×{f.rows}" for f in each.findings[:5]]
        unmapped = "\n".join([*shapes, *(warning[at] for warning in each.warnings)]) or "-"
        unread = not each.surveyed
        cells = (
            f"{each.source}\n{each.owner[at]}",
            YES[at] if each.reachable else NO[at],
            "-" if unread else f"{each.rows:,}",
            _moment(each.newest, zone),
            "-" if unread else str(each.stale),
            "-" if unread else str(each.ahead),
            each.detail[at] or unmapped,
            f"{each.took:.2f}",
        )
        table.add_row(*cells, style="" if each.usable else "bold red")
    paper = io.StringIO()
    console = Console(file=paper, width=WIDTH, no_color=True, highlight=False)
    console.print(table)
    console.print(WELL[at] if not ill else ILL[at].format(", ".join(ill)), markup=False)
    return paper.getvalue().rstrip("\n")


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}" if moment else "-"


def _both(text: Text) -> dict[str, str]:
    return {"ja": text[0], "en": text[1]}
