"""How each owner is searched, as the integrator wrote it in ``[search]``: by customer number, address part or serial.

Read strictly: a search of names and addresses is asked of a database with a query of its own, never of an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from keiki.domain.linkage.spelling import ESCAPE, address_patterns, number_spelling, serial_spellings
from keiki.domain.linkage.terms import TERMS, Value
from keiki.foundation.settings.table import SettingsTable
from keiki.office.sources.access import Access, read_query, refuse_personal

WIDTHS = ("half_width", "full_width")
MOST_HITS = 200


class SearchKind(StrEnum):
    """What a supply point is searched by."""

    CUSTOMER_NUMBER = "customer_number"
    ADDRESS = "address"
    SERIAL = "serial"


@dataclass(frozen=True)
class SearchConfiguration:
    """One way to search. ``limit`` is how many hits are shown at most; ``offices`` the owner's codes in Keiki's.

    ``full_width`` is how the owner writes numbers, or an address's digits; ``None``: now so, now so.
    """

    kind: SearchKind
    source: str
    query: str
    limit: int
    full_width: bool | None
    offices: Mapping[str, Value]

    @property
    def parameter(self) -> str:
        """The name of the query's parameter."""
        return "pattern" if self.kind is SearchKind.ADDRESS else "wanted"

    def spellings(self, text: str) -> tuple[str, ...]:
        """Return what is asked for a typed text, one after the other; nothing where too little was typed."""
        if self.kind is SearchKind.ADDRESS:
            return address_patterns(text, full_width=self.full_width)
        if self.kind is SearchKind.SERIAL:
            return serial_spellings(text, full_width=bool(self.full_width))
        spelled = number_spelling(text, full_width=bool(self.full_width))
        return (spelled,) if spelled else ()


def read_searches(
    section: SettingsTable, accesses: Mapping[str, Access], offices: Mapping[str, Mapping[str, Value]]
) -> Mapping[SearchKind, SearchConfiguration]:
    """Read ``[search]``; ``offices`` are the codes of service offices by source, where a source gives that fact.

    Raises :class:`ConfigurationError` naming the place.
    """
    found = {}
    for kind in SearchKind:
        if section.has(kind.value):
            inner = section.table(kind.value)
            found[kind] = _search(kind, inner, accesses, offices)
            inner.done()
    section.done()
    return MappingProxyType(found)


def _search(
    kind: SearchKind, section: SettingsTable, accesses: Mapping[str, Access], offices: Mapping[str, Mapping[str, Value]]
) -> SearchConfiguration:
    source = section.text("source")
    if source not in accesses:
        raise section.fail(
            f"データ元「{source}」はありません。[[source]] の id を指定してください",
            f"there is no source {source!r}: use the id of a [[source]]",
        )
    refuse_personal(accesses[source], f"search, {kind.value}")
    parameter = ":pattern" if kind is SearchKind.ADDRESS else ":wanted"
    query = read_query(section, "query", parameter, allowed=(":limit",))
    if kind is SearchKind.ADDRESS and ":limit" not in query:
        raise section.fail(
            "'query' が :limit を使っていません。「大阪」と探されて町の半分を送らせないために必要です",
            "'query' does not use :limit: an owner must not send half a town for its name",
        )
    if kind is SearchKind.ADDRESS and f"ESCAPE '{ESCAPE}'" not in query:
        raise section.fail(
            f"'query' には LIKE :pattern ESCAPE '{ESCAPE}' と書いてください。入力された % を文字として探すためです",
            f"'query' must say LIKE :pattern ESCAPE '{ESCAPE}', so that a typed % is found as it is",
        )
    limit = section.number("limit", 50)
    if not 1 <= limit <= MOST_HITS:
        raise section.fail(
            f"'limit' は1から{MOST_HITS}の間で指定してください",
            f"'limit' must be from 1 to {MOST_HITS}: nobody reads more",
        )
    width = section.text("written") if section.has("written") else None
    if width not in (None, *WIDTHS):
        raise section.fail(
            f"「{width}」という文字幅はありません。'written' は {', '.join(WIDTHS)} から選んでください",
            f"unknown width {width!r}: 'written' is one of {', '.join(WIDTHS)}",
        )
    full_width = None if width is None else width == "full_width"
    return SearchConfiguration(kind, source, query, limit, full_width, _offices(section, offices.get(source)))


def _offices(section: SettingsTable, known: Mapping[str, Value] | None) -> Mapping[str, Value]:
    """Read the codes of service offices, where they are not those of the fact that the same source gives."""
    if not section.has("offices"):
        return known or {}
    codes: Mapping[str, object] = section.table("offices").items()
    for code, office in codes.items():
        if not isinstance(office, str) or not TERMS["service_office"].accepts(office):
            raise section.fail(
                f"'offices': コード「{code}」の意味 {office!r} は、「service_office」の値になりません",
                f"'offices': code {code!r} means {office!r}, which 'service_office' cannot be",
            )
    return MappingProxyType({code: str(office) for code, office in codes.items()})
