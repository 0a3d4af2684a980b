"""The integrator's configuration as values: sources, their mappings to Keiki's terms, stock, contact and models.

Everything that can be known to be wrong is refused here, before any server is asked: an unknown term, a code that maps
to a value the term does not allow, a term claimed by two sources, a query without its key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from keiki.domain.linkage.terms import Value
from keiki.domain.mapping.columns import FILE_TIME, Models, SourceMapping
from keiki.domain.mapping.settings import read_mapping, read_models, refuse_two_owners
from keiki.foundation.files.folder import DropFolder
from keiki.foundation.files.toml_text import parse_toml
from keiki.foundation.settings.table import SettingsTable, WrongSettingError
from keiki.office.sources.access import Access, read_access, read_query, refuse_personal
from keiki.office.sources.errors import ConfigurationError
from keiki.office.sources.searches import SearchConfiguration, SearchKind, read_searches

LONGEST_LIMIT = timedelta(seconds=60)
"""No source may keep people waiting longer."""


@dataclass(frozen=True)
class SourceConfiguration(SourceMapping):
    """One source: how its answers are read, and how it is reached. ``timeout`` in seconds."""

    access: Access
    timeout: float


@dataclass(frozen=True)
class Configuration:
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


def read_configuration(text: str) -> Configuration:
    """Read the TOML text; raises :class:`ConfigurationError` naming the place."""
    try:
        return _configuration(SettingsTable(parse_toml(text.removeprefix("\ufeff")), "sources"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"sources: TOMLとして読めません({error})。ファイルを直してください",
            f"sources: not valid TOML ({error}): correct the file",
        ) from None
    except WrongSettingError as error:
        raise ConfigurationError(error.text.ja, error.text.en) from None


def _configuration(top: SettingsTable) -> Configuration:
    models = read_models(top.table("model"))
    sources = tuple(_source(section, models) for section in top.tables("source", "id"))
    by_id = {source.card.id: source.access for source in sources}
    stock, contact = top.table("stock"), top.table("contact")
    configuration = Configuration(
        sources=sources,
        models=models,
        stock_source=_known(stock, sources),
        stock_count=read_query(stock, "count", ":depot"),
        stock_serials=read_query(stock, "serials", ":depot", ":model"),
        contact_source=_known(contact, sources),
        contact_query=read_query(contact, "query", ":key", ":contract"),
        searches=read_searches(top.table("search"), by_id, _office_codes(sources)) if top.has("search") else {},
    )
    for section in (stock, contact, top):
        section.done()
    refuse_personal(by_id[configuration.contact_source], "contact")
    refuse_personal(by_id[configuration.stock_source], "stock")
    refuse_two_owners(sources)
    return configuration


def _source(section: SettingsTable, models: Models) -> SourceConfiguration:
    access = read_access(section)
    in_name = isinstance(access, DropFolder) and access.as_of_in_name is not None
    mapping = read_mapping(section, models, time_in_name=in_name)
    timeout = section.duration("timeout", "2s", LONGEST_LIMIT).total_seconds()
    section.done()
    if isinstance(access, DropFolder):
        access.layout.refuse_unplaced(section, (name for name in mapping.columns if name != FILE_TIME))
    return SourceConfiguration(**vars(mapping), access=access, timeout=timeout)


def _office_codes(sources: tuple[SourceConfiguration, ...]) -> Mapping[str, Mapping[str, Value]]:
    """The codes of service offices, by the source that gives that fact."""
    facts = ((source.card.id, fact) for source in sources for fact in source.facts)
    return {source: fact.codes or {} for source, fact in facts if fact.term.name == "service_office"}


def _known(section: SettingsTable, sources: tuple[SourceConfiguration, ...]) -> str:
    name = section.text("source")
    if name not in {source.card.id for source in sources}:
        raise section.fail(
            f"データ元「{name}」はありません。[[source]] の id を指定してください",
            f"there is no source {name!r}: use the id of a [[source]]",
        )
    return name
