"""Finding supply points by what people know of them: the owners are asked, and what they show leaves here masked only.

A hit is a supply point with just enough to tell it from the next one. Nothing of a hit, and nothing that was typed, is
kept or logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from keiki.domain.linkage.masking import mask, masked
from keiki.domain.linkage.spelling import FEWEST
from keiki.domain.linkage.terms import Text
from keiki.domain.mapping.keys import KeyFormat
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.sources.asking import Rows
from keiki.office.sources.errors import ConfigurationError, SearchRefused
from keiki.office.sources.searches import SearchConfiguration, SearchKind

log = structlog.get_logger("keiki.office.sources")
SHOWN = ("name", "address")
"""The columns that a search may give for telling hits apart; they are shown masked."""


NAMES: Mapping[SearchKind, Text] = {
    SearchKind.CUSTOMER_NUMBER: ("お客さま番号", "customer number"),
    SearchKind.ADDRESS: ("住所の一部", "part of the address"),
    SearchKind.SERIAL: ("製造番号", "serial number"),
}
"""What people call the ways to search."""


@dataclass(frozen=True)
class Hit:
    """A supply point that was found; name and address are masked, each empty where the owner's query gives none.

    ``office`` is the service office, empty where the query does not give it or its code is not known.
    """

    point: SupplyPoint
    name: str = field(repr=False)
    address: str = field(repr=False)
    office: str


@dataclass(frozen=True)
class Unanswered:
    """The owner that was searched did not answer: its id, its name, and why."""

    source: str
    owner: Text
    reason: Text


@dataclass(frozen=True)
class Hits:
    """What a search found, in the owner's order; ``more``: there are others, so more should be typed.

    ``unavailable`` is there where the owner did not answer, or not for every spelling: there may be others, and no hit
    means nothing.
    """

    kind: SearchKind
    hits: tuple[Hit, ...] = ()
    more: bool = False
    unavailable: Unanswered | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """Which parts of customers' data the hits show, masked."""
        return tuple(part for part in SHOWN if any(getattr(hit, part) for hit in self.hits))


def not_searched(kind: SearchKind) -> SearchRefused:
    """Return the refusal where no source is searched by ``kind``."""
    ja, en = NAMES[kind]
    return SearchRefused(
        f"{ja}では検索できません。探す先が設定されていないので、データ連携の担当者に依頼してください。",
        f"nothing is searched by {en}: it is not configured where to look; ask the integrator",
    )


def spelled(search: SearchConfiguration, text: str) -> tuple[str, ...]:
    """Return what the owner is asked for, or raise :class:`SearchRefused` where too little was typed."""
    found = search.spellings(text)
    if found:
        return found
    if search.kind is SearchKind.ADDRESS:
        raise SearchRefused(
            f"住所は{FEWEST}文字以上入力してください。", f"type at least {FEWEST} letters of the address"
        )
    raise SearchRefused("探す番号を入力してください。", "type the number to look for")


def read_hits(
    search: SearchConfiguration, key: KeyFormat, batches: Iterable[Rows], most: int, unavailable: Unanswered | None
) -> Hits:
    """Read the owner's rows, each supply point once; a row whose key cannot be read is logged by its shape."""
    found: dict[SupplyPoint, Hit] = {}
    more = False
    for rows in batches:
        more = more or len(rows) > most
        for row in rows:
            hit = _hit(search, key, row)
            if hit is not None:
                found.setdefault(hit.point, hit)
    hits = tuple(found.values())
    return Hits(search.kind, hits[:most], more or len(hits) > most, unavailable)


def _hit(search: SearchConfiguration, key: KeyFormat, row: Mapping[str, object]) -> Hit | None:
    if "supply_point" not in row:
        raise ConfigurationError(
            f"sources, search, {search.kind.value}: 回答に列 'supply_point' がありません。問合せに加えてください",
            f"sources, search, {search.kind.value}: the answer has no column 'supply_point': add it to the query",
        )
    try:
        point = key.read(str(row["supply_point"]))
    except SupplyPointError as error:
        log.warning("hit rejected", source=search.source, key=mask(row["supply_point"]), reason=str(error))
        return None
    shown = masked({part: _cell(row, part) for part in SHOWN if _cell(row, part)})
    office = search.offices.get(_cell(row, "service_office"), "")
    return Hit(point, shown.get("name", ""), shown.get("address", ""), str(office))


def _cell(row: Mapping[str, object], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip(" \u3000")
