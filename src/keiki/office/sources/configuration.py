"""The integrator's configuration as values: sources, their mappings to Keiki's terms, stock, contact and models.

Everything that can be known to be wrong is refused here, before any server is asked: an unknown term, a code that maps
to a value the term does not allow, a term claimed by two sources, a query without its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from keiki.domain.linkage.terms import Value
from keiki.domain.mapping.columns import FILE_TIME, Models, SourceMapping
from keiki.domain.mapping.settings import ModelTables, refuse_two_owners
from keiki.foundation.files.folder import DropFolder
from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import WrongSettingError, inside
from keiki.foundation.settings.reader import read_table
from keiki.foundation.settings.tables import OneOrMore, StrictTable, Text
from keiki.office.sources.access import Access, SourceTable, only_reads, refuse_personal
from keiki.office.sources.errors import ConfigurationError
from keiki.office.sources.searches import SearchConfiguration, SearchesTable, SearchKind, no_source


@dataclass(frozen=True)
class SourceConfiguration(SourceMapping):
    """One source: how its answers are read, and how it is reached. ``timeout`` in seconds."""

    access: Access
    timeout: float


@dataclass(frozen=True)
class ConfiguredSources:
    """The whole file. ``models`` by kind; ``units`` by maker's model."""

    sources: tuple[SourceConfiguration, ...]
    models: Models
    stock_source: str
    stock_count: str
    stock_serials: str
    contact_source: str
    contact_query: str
    searches: Mapping[SearchKind, SearchConfiguration] = field(default_factory=dict)

    @property
    def units(self) -> Mapping[str, str]:
        """The unit id of every maker's model."""
        return {code: str(of["unit"]) for models in self.models.values() for code, of in models.items()}


@dataclass(frozen=True)
class StockTable(StrictTable):
    """``[stock]``: which source counts the units of a depot, and how it is asked."""

    source: Text
    count: Annotated[Text, only_reads(":depot")]
    serials: Annotated[Text, only_reads(":depot", ":model")]


@dataclass(frozen=True)
class ContactTable(StrictTable):
    """``[contact]``: which source knows the customer, and how it is asked."""

    source: Text
    query: Annotated[Text, only_reads(":key", ":contract")]


@dataclass(frozen=True, kw_only=True)
class SourcesFile(StrictTable):
    """The whole of ``sources.toml``."""

    model: ModelTables
    source: OneOrMore[SourceTable]
    stock: StockTable
    contact: ContactTable
    search: SearchesTable | None = None


def read_configuration(text: str) -> ConfiguredSources:
    """Read the TOML text; raises :class:`ConfigurationError` naming every place."""
    try:
        document = SettingsDocument.parse(text, "sources.toml")
        return _configuration(read_table(SourcesFile, document), document)
    except WrongSettingError as error:
        raise ConfigurationError(error.text.ja, error.text.en) from None


def _configuration(file: SourcesFile, document: SettingsDocument) -> ConfiguredSources:
    models: Models = file.model
    sources = []
    for number, table in enumerate(file.source):
        with document.at("source", number):
            sources.append(_source(table, models))
    by_id = {source.card.id: source.access for source in sources}
    for key, personal in (("stock", file.stock.source), ("contact", file.contact.source)):
        with document.at(key):
            if personal not in by_id:
                raise no_source(personal)
            refuse_personal(by_id[personal], "source")
    searches: Mapping[SearchKind, SearchConfiguration] = {}
    with document.at("search"):
        if file.search:
            searches = file.search.searches(by_id, _office_codes(sources))
    with document.at():
        refuse_two_owners(sources)
    return ConfiguredSources(
        sources=tuple(sources),
        models=models,
        stock_source=file.stock.source,
        stock_count=file.stock.count,
        stock_serials=file.stock.serials,
        contact_source=file.contact.source,
        contact_query=file.contact.query,
        searches=searches,
    )


def _source(table: SourceTable, models: Models) -> SourceConfiguration:
    access = table.access()
    in_name = isinstance(access, DropFolder) and access.as_of_in_name is not None
    mapping = table.mapping(models, time_in_name=in_name)
    if isinstance(access, DropFolder):
        with inside("folder"):
            access.layout.refuse_unplaced(name for name in mapping.columns if name != FILE_TIME)
    return SourceConfiguration(**vars(mapping), access=access, timeout=table.timeout.total_seconds())


def _office_codes(sources: Iterable[SourceConfiguration]) -> Mapping[str, Mapping[str, Value]]:
    """The codes of service offices, by the source that gives that fact."""
    facts = ((source.card.id, fact) for source in sources for fact in source.facts)
    return {source: fact.codes or {} for source, fact in facts if fact.term.name == "service_office"}
