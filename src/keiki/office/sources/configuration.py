"""The integrator's configuration as values: sources, their mappings to Keiki's terms, stock, contact and models.

Everything that can be known to be wrong is refused here, before any server is asked: an unknown term, a code that maps
to a value the term does not allow, a term claimed by two sources, a query without its key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from keiki.domain.linkage.keys import KEY_FORMATS, KeyFormat
from keiki.domain.linkage.record import SourceCard
from keiki.domain.linkage.terms import TERMS, Kind, Term, Value
from keiki.domain.linkage.times import FORMATS
from keiki.office.sources.access import Access, FolderAccess, read_access, read_query, refuse_personal
from keiki.office.sources.errors import ConfigurationError
from keiki.office.sources.searches import SearchConfiguration, SearchKind, read_searches
from keiki.office.sources.section import Section

LONGEST_LIMIT = timedelta(seconds=60)
"""No source may keep people waiting longer."""
_ID = re.compile(r"[\w-]{1,80}")
FILE_TIME = "(file name)"
"""The column that stands for the time in a file's name."""
Models = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Kind of unit -> maker's model -> attributes, ``unit`` among them."""


@dataclass(frozen=True)
class FactColumn:
    """How one foreign column becomes one fact: by a table of codes, by a time format, or as it stands."""

    term: Term
    column: str
    codes: Mapping[str, Value] | None
    format: str | None
    none: frozenset[str]


@dataclass(frozen=True)
class SourceConfiguration:
    """One source: how it is reached, and how its answers are read. ``timeout`` in seconds."""

    card: SourceCard
    access: Access
    timeout: float
    key_column: str
    key: KeyFormat
    as_of_column: str
    as_of_format: str
    facts: tuple[FactColumn, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The foreign columns that are read, each once; nothing else of a row is kept."""
        return tuple(dict.fromkeys((self.key_column, self.as_of_column, *(fact.column for fact in self.facts))))


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
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"sources: TOMLとして読めません({error})。ファイルを直してください",
            f"sources: not valid TOML ({error}): correct the file",
        ) from None
    top = Section(table, "sources")
    models = _models(top.table("model"))
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
        contact_query=read_query(contact, "query", ":key"),
        searches=read_searches(top.table("search"), by_id, _office_codes(sources)) if top.has("search") else {},
    )
    for section in (stock, contact, top):
        section.done()
    refuse_personal(by_id[configuration.contact_source], "contact")
    refuse_personal(by_id[configuration.stock_source], "stock")
    _refuse_two_owners(sources)
    return configuration


def _models(section: Section) -> Models:
    kinds: dict[str, Mapping[str, Mapping[str, Value]]] = {}
    units: dict[str, str] = {}
    for kind, codes in section.items().items():
        inner = Section(codes, f"{section.place} {kind}")
        models: dict[str, Mapping[str, Value]] = {}
        for code in inner.items():
            model = inner.table(code)
            unit = model.text("unit")
            if units.setdefault(code, unit) != unit:
                raise model.fail(
                    f"同じ型式「{code}」が、別の種別では {units[code]} です。在庫がどちらのユニットか分かりません",
                    f"the model {code!r} is {units[code]} in another kind: of which unit would its stock be?",
                )
            _refuse_blanks(model, [code])
            models[code] = MappingProxyType(dict(model.items()))  # type: ignore[arg-type]
        kinds[kind] = models
    return kinds


def _source(section: Section, models: Models) -> SourceConfiguration:
    owner, key, as_of = section.table("owner"), section.table("key"), section.table("as_of")
    facts = tuple(_fact(inner, models) for inner in section.tables("fact", "name"))
    configuration = SourceConfiguration(
        card=SourceCard(
            id=_id(section),
            owner=(owner.text("ja"), owner.text("en")),
            terms=tuple(fact.term.name for fact in facts),
            max_age=section.duration("max_age"),
        ),
        access=_access_with_time(section, as_of),
        timeout=section.duration("timeout", "2s", LONGEST_LIMIT).total_seconds(),
        key_column=key.text("column"),
        key=_key_format(key),
        as_of_column=as_of.text("column", FILE_TIME),
        as_of_format=_time_format(as_of),
        facts=facts,
    )
    for inner in (owner, key, as_of, section):
        inner.done()
    _refuse_unplaced(section, configuration)
    return configuration


def _id(section: Section) -> str:
    """Read the id: it stands in logs, in names of files and beside the watch's cursors."""
    found = section.text("id")
    if not _ID.fullmatch(found):
        raise section.fail(
            "'id' は文字、数字、'-'、'_' で80字までにしてください",
            "'id' has letters, digits, '-' and '_' only, at most 80",
        )
    return found


def _refuse_unplaced(section: Section, source: SourceConfiguration) -> None:
    """Refuse a fixed-width file whose configuration does not say where a column stands."""
    access = source.access
    if not isinstance(access, FolderAccess) or access.form != "fixed_width":
        return
    placed = {span.name for span in access.columns} | {FILE_TIME}
    missing = [column for column in source.columns if column not in placed]
    if missing:
        raise section.fail(
            f"'columns' に列 {', '.join(missing)} の位置がありません。加えてください",
            f"'columns' does not place the column {', '.join(missing)}: add it",
        )


def _key_format(section: Section) -> KeyFormat:
    prefix = section.text("prefix") if section.has("prefix") else ""
    form = section.text("format")
    if form not in KEY_FORMATS:
        raise section.fail(
            f"「{form}」というキーの形式はありません。{', '.join(KEY_FORMATS)} から選んでください",
            f"unknown key format {form!r}: choose one of {', '.join(KEY_FORMATS)}",
        )
    return KeyFormat(form, prefix)


def _time_format(section: Section) -> str:
    form = section.text("format")
    if form not in FORMATS:
        raise section.fail(
            f"「{form}」という時刻の形式はありません。{', '.join(FORMATS)} から選んでください",
            f"unknown time format {form!r}: choose one of {', '.join(FORMATS)}",
        )
    return form


def _access_with_time(section: Section, as_of: Section) -> Access:
    """Read the access; the as-of time stands in a column or, for files alone, in their names."""
    access = read_access(section)
    in_name = isinstance(access, FolderAccess) and access.as_of is not None
    if in_name == as_of.has("column"):
        raise as_of.fail(
            "時点の書かれた場所を 'column' か、ファイルなら 'as_of_in_name' の一方で指定してください",
            "say where the as-of time stands: 'column', or for files 'as_of_in_name', not both",
        )
    return access


def _fact(section: Section, models: Models) -> FactColumn:
    name = section.text("name")
    if name not in TERMS:
        raise section.fail(
            f"「{name}」という用語はありません。{', '.join(TERMS)} から選んでください",
            f"Keiki knows no term {name!r}: choose one of {', '.join(TERMS)}",
        )
    term = TERMS[name]
    if sum(section.has(way) for way in ("codes", "model", "format")) > 1:
        raise section.fail(
            "'codes'、'model'、'format' のどれか一つだけを指定してください", "give one of 'codes', 'model' and 'format'"
        )
    codes = _codes(section, term, models)
    needs_format = term.kind in {Kind.DATE, Kind.MOMENT}
    if needs_format != section.has("format"):
        raise section.fail(
            "'format' は日付と時刻に必要で、ほかには使えません", "a date or time, and nothing else, has a 'format'"
        )
    if codes is None and term.needs_codes:
        raise section.fail(
            f"「{name}」には 'codes' か 'model' が必要です。相手のコードとKeikiの値の対応を書いてください",
            f"{name!r} needs 'codes' or 'model': which foreign code means which of Keiki's values",
        )
    none = section.texts("none")
    if none and not term.optional:
        raise section.fail(
            f"「{name}」には必ず値があるので、'none' は使えません",
            f"{name!r} always has a value: 'none' is not allowed for it",
        )
    _refuse_blanks(section, none)
    if both := none & set(codes or ()):
        raise section.fail(
            f"{'、'.join(map(repr, sorted(both)))} が 'codes' と 'none' の両方にあります。一方だけにしてください",
            f"{', '.join(map(repr, sorted(both)))} stands in both 'codes' and 'none': leave it in one",
        )
    fact = FactColumn(term, section.text("column"), codes, _time_format(section) if needs_format else None, none)
    section.done()
    return fact


def _codes(section: Section, term: Term, models: Models) -> Mapping[str, Value] | None:
    if section.has("model"):
        kind, _, attribute = section.text("model").partition(".")
        found = {code: of[attribute] for code, of in models.get(kind, {}).items() if attribute in of}
        if not found:
            raise section.fail(
                "'model' には [model] の種別と属性を \"metering.phase\" のように指定してください",
                "'model' must name a kind and an attribute of [model], such as \"metering.phase\"",
            )
    elif section.has("codes"):
        found = dict(section.table("codes").items())  # type: ignore[arg-type]
        _refuse_blanks(section, found)
        if not found:
            raise section.fail(
                "'codes' が空です。相手のコードとKeikiの値の対応を書いてください",
                "'codes' is empty: say which foreign code means which of Keiki's values",
            )
    else:
        return None
    for code, value in found.items():
        if value is None or not term.accepts(value):
            raise section.fail(
                f"コード「{code}」の意味 {value!r} は、「{term.name}」の値になりません",
                f"code {code!r} means {value!r}, which {term.name!r} cannot be",
            )
    return MappingProxyType(found)


def _refuse_blanks(section: Section, codes: Iterable[str]) -> None:
    """Refuse codes with blanks around: a cell is compared without them, so such a code would never be met."""
    if blank := [code for code in codes if code != code.strip(" \u3000")]:
        raise section.fail(
            f"コード {blank[0]!r} の前後に空白があります。空白を除いて比べるので、空白なしで書いてください",
            f"code {blank[0]!r} has blanks around it, and cells are compared without: write it without",
        )


def _office_codes(sources: tuple[SourceConfiguration, ...]) -> Mapping[str, Mapping[str, Value]]:
    """The codes of service offices, by the source that gives that fact."""
    facts = ((source.card.id, fact) for source in sources for fact in source.facts)
    return {source: fact.codes or {} for source, fact in facts if fact.term.name == "service_office"}


def _known(section: Section, sources: tuple[SourceConfiguration, ...]) -> str:
    name = section.text("source")
    if name not in {source.card.id for source in sources}:
        raise section.fail(
            f"データ元「{name}」はありません。[[source]] の id を指定してください",
            f"there is no source {name!r}: use the id of a [[source]]",
        )
    return name


def _refuse_two_owners(sources: tuple[SourceConfiguration, ...]) -> None:
    ids = [source.card.id for source in sources]
    claimed: dict[str, str] = {}
    for source in sources:
        if ids.count(source.card.id) > 1:
            raise ConfigurationError(
                f"source {source.card.id}: 同じ id のデータ元が二つあります。別々の id にしてください",
                f"source {source.card.id}: two sources have this id: give each its own",
            )
        for term in source.card.terms:
            if term in claimed:
                raise ConfigurationError(
                    f"source {source.card.id}: 「{term}」はすでに {claimed[term]} が持っています。"
                    "一つの項目の管理元は一つです",
                    f"source {source.card.id}: {term!r} is already given by {claimed[term]!r}: one fact has one owner",
                )
            claimed[term] = source.card.id
