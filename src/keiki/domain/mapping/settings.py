"""The keys of a ``[[source]]`` and of ``[model]`` in ``sources.toml`` that say what an owner's columns mean.

Everything that can be known to be wrong is refused when the file is read: an unknown term, a code that maps to a value
the term does not allow, a term claimed by two sources. How a source is reached is said by other keys, in the office's
own table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator

from keiki.domain.linkage.record import SourceCard
from keiki.domain.linkage.terms import TERMS, FactType, Term, Value
from keiki.domain.mapping.columns import FILE_TIME, FactColumn, Models, SourceMapping
from keiki.domain.mapping.keys import KEY_FORMATS, KeyFormat
from keiki.domain.mapping.times import FORMATS, WITHOUT_ZONE, TimeFormat, zone_named
from keiki.foundation.settings.errors import WrongValueError, inside
from keiki.foundation.settings.tables import Duration, OneOrMore, Several, StrictTable, Text, must, one_of

_ID = re.compile(r"[\w-]{1,80}")


def _is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except ValueError:
        return False
    return True


def _term(name: str) -> str:
    if name not in TERMS:
        raise WrongValueError(
            ja=f"「{name}」という用語はありません。{', '.join(TERMS)} から選んでください",
            en=f"Keiki knows no term {name!r}: choose one of {', '.join(TERMS)}",
        )
    return name


_TimeFormatName = Annotated[str, one_of(*FORMATS)]
_Zone = Annotated[
    str,
    must(
        _is_zone,
        ja="その名前の時間帯はありません。Asia/Tokyo、UTC、+09:00 のように指定してください",
        en="unknown zone: write Asia/Tokyo, UTC, or an offset such as +09:00",
    ),
]


@dataclass(frozen=True)
class OwnerTable(StrictTable):
    """``owner``: whose data it is, in words."""

    ja: Text
    en: Text


@dataclass(frozen=True)
class KeyTable(StrictTable):
    """``key``: the column of the supply point number, and how the owner writes it."""

    column: Text
    format: Annotated[str, one_of(*KEY_FORMATS)]
    prefix: Text | None = None


@dataclass(frozen=True)
class AsOfTable(StrictTable):
    """``as_of``: how the owner writes the time that a row is vouched for, and where; no column: in the file's name."""

    format: _TimeFormatName
    column: Text | None = None
    zone: _Zone | None = None

    def __post_init__(self) -> None:
        _time_format(self.format, self.zone)


@dataclass(frozen=True, kw_only=True)
class FactTable(StrictTable):
    """A ``[[source.fact]]``: the term, its column, and how a cell is read.

    By a table of ``codes``, by an attribute of the maker's ``model``, by a time ``format``, or as it stands.
    """

    name: Annotated[str, AfterValidator(_term)]
    column: Text
    codes: Mapping[str, Any] | None = None
    model: Text | None = None
    format: _TimeFormatName | None = None
    zone: _Zone | None = None
    none: Several[str] = ()

    def __post_init__(self) -> None:
        self._check_way()
        _refuse_blanks(self.none)
        _refuse_blanks(self.codes or ())
        if self.none and not TERMS[self.name].optional:
            raise WrongValueError(
                ja=f"「{self.name}」には必ず値があるので、'none' は使えません",
                en=f"{self.name!r} always has a value: 'none' is not allowed for it",
            )
        if both := set(self.none) & set(self.codes or ()):
            raise WrongValueError(
                ja=f"{'、'.join(map(repr, sorted(both)))} が 'codes' と 'none' の両方にあります。"
                "一方だけにしてください",
                en=f"{', '.join(map(repr, sorted(both)))} stands in both 'codes' and 'none': leave it in one",
            )

    def _check_way(self) -> None:
        term = TERMS[self.name]
        ways = [way for way in (self.codes, self.model, self.format) if way is not None]
        if len(ways) > 1:
            raise WrongValueError(
                ja="'codes'、'model'、'format' のどれか一つだけを指定してください",
                en="give one of 'codes', 'model' and 'format'",
            )
        if (term.kind in {FactType.DATE, FactType.MOMENT}) != (self.format is not None):
            raise WrongValueError(
                ja="'format' は日付と時刻に必要で、ほかには使えません",
                en="a date or time, and nothing else, has a 'format'",
            )
        if self.zone and not self.format:
            raise WrongValueError(
                ja="日付と時刻だけに使えます", en="is for dates and times, which have a 'format'", key="zone"
            )
        if term.needs_codes and self.codes is None and self.model is None:
            raise WrongValueError(
                ja=f"「{self.name}」には 'codes' か 'model' が必要です。相手のコードとKeikiの値の対応を書いてください",
                en=f"{self.name!r} needs 'codes' or 'model': which foreign code means which of Keiki's values",
            )
        if self.codes is not None and not self.codes:
            raise WrongValueError(
                ja="'codes' が空です。相手のコードとKeikiの値の対応を書いてください",
                en="'codes' is empty: say which foreign code means which of Keiki's values",
            )
        if self.format:
            _time_format(self.format, self.zone)

    def fact(self, models: Models) -> FactColumn:
        """Return how the column becomes a fact; raises ``WrongValueError``."""
        term = TERMS[self.name]
        codes = self._of_model(models) if self.model is not None else self.codes
        time_format = _time_format(self.format, self.zone) if self.format else None
        return FactColumn(term, self.column, _checked(codes, term), time_format, frozenset(self.none))

    def _of_model(self, models: Models) -> Mapping[str, Value]:
        kind, _, attribute = (self.model or "").partition(".")
        found = {code: of[attribute] for code, of in models.get(kind, {}).items() if attribute in of}
        if not found:
            raise WrongValueError(
                ja="'model' には [model] の種別と属性を \"metering.phase\" のように指定してください",
                en="'model' must name a kind and an attribute of [model], such as \"metering.phase\"",
            )
        return found


@dataclass(frozen=True, kw_only=True)
class MappingTable(StrictTable):
    """The keys of a ``[[source]]`` that say what its columns mean."""

    id: Annotated[
        str,
        must(
            lambda text: bool(_ID.fullmatch(text)),
            ja="文字、数字、'-'、'_' で80字までにしてください",
            en="must have letters, digits, '-' and '_' only, at most 80",
        ),
    ]
    """It stands in logs, in names of files and beside the watch's cursors."""
    owner: OwnerTable
    key: KeyTable
    as_of: AsOfTable
    max_age: Duration
    fact: OneOrMore[FactTable]

    def mapping(self, models: Models, *, time_in_name: bool) -> SourceMapping:
        """Return the mapping; raises ``WrongValueError``.

        ``time_in_name``: the as-of time stands in the name of the file, and in no column.
        """
        if time_in_name == (self.as_of.column is not None):
            raise WrongValueError(
                ja="時点の書かれた場所を 'column' か、ファイルなら 'as_of_in_name' の一方で指定してください",
                en="say where the as-of time stands: 'column', or for files 'as_of_in_name', not both",
                key="as_of",
            )
        facts = []
        for number, table in enumerate(self.fact):
            with inside("fact", number):
                facts.append(table.fact(models))
        return SourceMapping(
            card=SourceCard(
                id=self.id,
                owner=(self.owner.ja, self.owner.en),
                terms=tuple(fact.term.name for fact in facts),
                max_age=self.max_age,
            ),
            key_column=self.key.column,
            key=KeyFormat(self.key.format, self.key.prefix or ""),
            as_of_column=self.as_of.column or FILE_TIME,
            as_of_format=_time_format(self.as_of.format, self.as_of.zone),
            facts=tuple(facts),
        )


def _models(tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Models:
    """Check what each maker's model is and can do."""
    units: dict[str, str] = {}
    for kind, models in tables.items():
        for code, model in models.items():
            with inside(kind, code):
                unit = model.get("unit")
                if not isinstance(unit, str) or not unit.strip():
                    raise WrongValueError(
                        ja="ユニットのidを書いてください", en="must be set: the id of the unit", key="unit"
                    )
                if units.setdefault(code, unit) != unit:
                    raise WrongValueError(
                        ja=f"この型式は、別の種別では {units[code]} です。在庫がどちらのユニットか分かりません",
                        en=f"the model is {units[code]} in another kind: of which unit would its stock be?",
                    )
                _refuse_blanks([code])
    return {
        kind: {code: MappingProxyType(dict(model)) for code, model in models.items()} for kind, models in tables.items()
    }


ModelTables = Annotated[Mapping[str, Mapping[str, Mapping[str, Any]]], AfterValidator(_models)]
"""``[model]``: what each maker's model is and can do."""


def refuse_two_owners(sources: Iterable[SourceMapping]) -> None:
    """Refuse two sources of one id, and a term that two of them give: ``WrongValueError``."""
    every = tuple(sources)
    ids = [source.card.id for source in every]
    claimed: dict[str, str] = {}
    for source in every:
        if ids.count(source.card.id) > 1:
            raise WrongValueError(
                ja=f"source {source.card.id}: 同じ id のデータ元が二つあります。別々の id にしてください",
                en=f"source {source.card.id}: two sources have this id: give each its own",
            )
        for term in source.card.terms:
            if term in claimed:
                raise WrongValueError(
                    ja=f"source {source.card.id}: 「{term}」はすでに {claimed[term]} が持っています。"
                    "一つの項目の管理元は一つです",
                    en=f"source {source.card.id}: {term!r} is already given by {claimed[term]!r}: "
                    "one fact has one owner",
                )
            claimed[term] = source.card.id


def _time_format(form: str, zone: str | None) -> TimeFormat:
    if zone is not None and form in WITHOUT_ZONE:
        raise WrongValueError(
            ja=f"'zone' は {form} には使えません。時間帯によらない時刻です",
            en=f"{form} needs no 'zone': it is an instant",
        )
    return TimeFormat(form, zone_named(zone) if zone is not None else None)


def _checked(codes: Mapping[str, Any] | None, term: Term) -> Mapping[str, Value] | None:
    for code, value in (codes or {}).items():
        if value is None or not term.accepts(value):
            raise WrongValueError(
                ja=f"コード「{code}」の意味 {value!r} は、「{term.name}」の値になりません",
                en=f"code {code!r} means {value!r}, which {term.name!r} cannot be",
            )
    return MappingProxyType(dict(codes)) if codes is not None else None


def _refuse_blanks(codes: Iterable[str]) -> None:
    """Refuse codes with blanks around: a cell is compared without them, so such a code would never be met."""
    if blank := [code for code in codes if code != code.strip(" \u3000")]:
        raise WrongValueError(
            ja=f"コード {blank[0]!r} の前後に空白があります。空白を除いて比べるので、空白なしで書いてください",
            en=f"code {blank[0]!r} has blanks around it, and cells are compared without: write it without",
        )
