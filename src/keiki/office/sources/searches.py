"""How each owner is searched, as the integrator wrote it in ``[search]``: by customer number, address part or serial.

Read strictly: a search of names and addresses is asked of a database with a query of its own, never of an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from keiki.domain.linkage.spelling import ESCAPE, address_patterns, number_spelling, serial_spellings
from keiki.domain.linkage.terms import TERMS, Value
from keiki.foundation.settings.errors import WrongValueError, inside
from keiki.foundation.settings.tables import StrictTable, Text, between
from keiki.office.sources.access import Access, only_reads, refuse_personal

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


@dataclass(frozen=True, kw_only=True)
class SearchTable(StrictTable):
    """One way to search; ``offices`` where the owner's codes are not those of the fact that the same source gives."""

    source: Text
    query: Text
    limit: Annotated[int, between(1, MOST_HITS)] = 50
    written: Literal["half_width", "full_width"] | None = None
    offices: Mapping[str, Any] | None = None

    def search(
        self, kind: SearchKind, accesses: Mapping[str, Access], offices: Mapping[str, Mapping[str, Value]]
    ) -> SearchConfiguration:
        """Return the search; ``offices`` are the codes of service offices by source. Raises ``WrongValueError``."""
        if self.source not in accesses:
            raise no_source(self.source)
        refuse_personal(accesses[self.source], "source")
        return SearchConfiguration(
            kind=kind,
            source=self.source,
            query=self.query.strip(),
            limit=self.limit,
            full_width=None if self.written is None else self.written == "full_width",
            offices=offices.get(self.source, {}) if self.offices is None else _offices(self.offices),
        )


def _of_address(query: str) -> str:
    if ":limit" not in query:
        raise WrongValueError(
            ja=":limit を使っていません。「大阪」と探されて町の半分を送らせないために必要です",
            en="does not use :limit: an owner must not send half a town for its name",
        )
    if f"ESCAPE '{ESCAPE}'" not in query:
        raise WrongValueError(
            ja=f"LIKE :pattern ESCAPE '{ESCAPE}' と書いてください。入力された % を文字として探すためです",
            en=f"must say LIKE :pattern ESCAPE '{ESCAPE}', so that a typed % is found as it is",
        )
    return query


@dataclass(frozen=True, kw_only=True)
class WantedSearchTable(SearchTable):
    """A search for what a number or a serial number is."""

    query: Annotated[Text, only_reads(":wanted", allowed=(":limit",))]


@dataclass(frozen=True, kw_only=True)
class AddressSearchTable(SearchTable):
    """A search for a part of an address."""

    query: Annotated[Text, only_reads(":pattern", allowed=(":limit",)), AfterValidator(_of_address)]


@dataclass(frozen=True, kw_only=True)
class SearchesTable(StrictTable):
    """``[search]``: each key is a :class:`SearchKind`."""

    customer_number: WantedSearchTable | None = None
    address: AddressSearchTable | None = None
    serial: WantedSearchTable | None = None

    def searches(
        self, accesses: Mapping[str, Access], offices: Mapping[str, Mapping[str, Value]]
    ) -> Mapping[SearchKind, SearchConfiguration]:
        """Return the searches that are configured; raises ``WrongValueError``."""
        found = {}
        for kind in SearchKind:
            table: SearchTable | None = getattr(self, kind.value)
            if table is not None:
                with inside(kind.value):
                    found[kind] = table.search(kind, accesses, offices)
        return MappingProxyType(found)


def no_source(name: str) -> WrongValueError:
    """Return the refusal of a source that is not there."""
    return WrongValueError(
        ja=f"データ元「{name}」はありません。[[source]] の id を指定してください",
        en=f"there is no source {name!r}: use the id of a [[source]]",
        key="source",
    )


def _offices(codes: Mapping[str, Any]) -> Mapping[str, Value]:
    for code, office in codes.items():
        if not isinstance(office, str) or not TERMS["service_office"].accepts(office):
            raise WrongValueError(
                ja=f"コード「{code}」の意味 {office!r} は、「service_office」の値になりません",
                en=f"code {code!r} means {office!r}, which 'service_office' cannot be",
                key="offices",
            )
    return MappingProxyType(dict(codes))
