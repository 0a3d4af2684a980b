"""Reading the mapping part of ``sources.toml``: which column of an owner holds which of Keiki's terms, and how.

Everything that can be known to be wrong is refused here, before anything is read: an unknown term, a code that maps to
a value the term does not allow, a term claimed by two sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from keiki.domain.linkage.record import SourceCard
from keiki.domain.linkage.terms import TERMS, Kind, Term, Value
from keiki.domain.mapping.columns import FILE_TIME, FactColumn, Models, SourceMapping
from keiki.domain.mapping.keys import KEY_FORMATS, KeyFormat
from keiki.domain.mapping.times import FORMATS, WITHOUT_ZONE, TimeFormat, zone_named
from keiki.foundation.settings.table import SettingsTable, WrongSettingError

_ID = re.compile(r"[\w-]{1,80}")


def read_mapping(section: SettingsTable, models: Models, *, time_in_name: bool) -> SourceMapping:
    """Read the mapping of one ``[[source]]``; raises :class:`WrongSettingError` naming the place.

    ``time_in_name``: the as-of time stands in the name of the file, and in no column. Keys that say how the source is
    reached are passed over.
    """
    owner, key, as_of = section.table("owner"), section.table("key"), section.table("as_of")
    if time_in_name == as_of.has("column"):
        raise as_of.fail(
            "時点の書かれた場所を 'column' か、ファイルなら 'as_of_in_name' の一方で指定してください",
            "say where the as-of time stands: 'column', or for files 'as_of_in_name', not both",
        )
    facts = tuple(_fact(inner, models) for inner in section.tables("fact", "name"))
    mapping = SourceMapping(
        card=SourceCard(
            id=_id(section),
            owner=(owner.text("ja"), owner.text("en")),
            terms=tuple(fact.term.name for fact in facts),
            max_age=section.duration("max_age"),
        ),
        key_column=key.text("column"),
        key=_key_format(key),
        as_of_column=as_of.text("column", FILE_TIME),
        as_of_format=_time_format(as_of),
        facts=facts,
    )
    for inner in (owner, key, as_of):
        inner.done()
    return mapping


def read_models(section: SettingsTable) -> Models:
    """Read ``[model]``: what each maker's model is and can do; raises :class:`WrongSettingError`."""
    kinds: dict[str, Mapping[str, Mapping[str, Value]]] = {}
    units: dict[str, str] = {}
    for kind, codes in section.items().items():
        inner = SettingsTable(codes, f"{section.place} {kind}")
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


def refuse_two_owners(sources: Iterable[SourceMapping]) -> None:
    """Refuse two sources of one id, and a term that two of them give; raises :class:`WrongSettingError`."""
    every = tuple(sources)
    ids = [source.card.id for source in every]
    claimed: dict[str, str] = {}
    for source in every:
        if ids.count(source.card.id) > 1:
            raise WrongSettingError(
                f"source {source.card.id}: 同じ id のデータ元が二つあります。別々の id にしてください",
                f"source {source.card.id}: two sources have this id: give each its own",
            )
        for term in source.card.terms:
            if term in claimed:
                raise WrongSettingError(
                    f"source {source.card.id}: 「{term}」はすでに {claimed[term]} が持っています。"
                    "一つの項目の管理元は一つです",
                    f"source {source.card.id}: {term!r} is already given by {claimed[term]!r}: one fact has one owner",
                )
            claimed[term] = source.card.id


def _id(section: SettingsTable) -> str:
    """Read the id: it stands in logs, in names of files and beside the watch's cursors."""
    found = section.text("id")
    if not _ID.fullmatch(found):
        raise section.fail(
            "'id' は文字、数字、'-'、'_' で80字までにしてください",
            "'id' has letters, digits, '-' and '_' only, at most 80",
        )
    return found


def _key_format(section: SettingsTable) -> KeyFormat:
    prefix = section.text("prefix") if section.has("prefix") else ""
    form = section.text("format")
    if form not in KEY_FORMATS:
        raise section.fail(
            f"「{form}」というキーの形式はありません。{', '.join(KEY_FORMATS)} から選んでください",
            f"unknown key format {form!r}: choose one of {', '.join(KEY_FORMATS)}",
        )
    return KeyFormat(form, prefix)


def _time_format(section: SettingsTable) -> TimeFormat:
    form = section.text("format")
    if form not in FORMATS:
        raise section.fail(
            f"「{form}」という時刻の形式はありません。{', '.join(FORMATS)} から選んでください",
            f"unknown time format {form!r}: choose one of {', '.join(FORMATS)}",
        )
    if not section.has("zone"):
        return TimeFormat(form)
    name = section.text("zone")
    try:
        zone = zone_named(name)
    except ValueError:
        raise section.fail(
            f"「{name}」という時間帯はありません。Asia/Tokyo、UTC、+09:00 のように指定してください",
            f"unknown zone {name!r}: write Asia/Tokyo, UTC, or an offset such as +09:00",
        ) from None
    if form in WITHOUT_ZONE:
        raise section.fail(
            f"'zone' は {form} には使えません。時間帯によらない時刻です", f"{form} needs no 'zone': it is an instant"
        )
    return TimeFormat(form, zone)


def _fact(section: SettingsTable, models: Models) -> FactColumn:
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


def _codes(section: SettingsTable, term: Term, models: Models) -> Mapping[str, Value] | None:
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


def _refuse_blanks(section: SettingsTable, codes: Iterable[str]) -> None:
    """Refuse codes with blanks around: a cell is compared without them, so such a code would never be met."""
    if blank := [code for code in codes if code != code.strip(" \u3000")]:
        raise section.fail(
            f"コード {blank[0]!r} の前後に空白があります。空白を除いて比べるので、空白なしで書いてください",
            f"code {blank[0]!r} has blanks around it, and cells are compared without: write it without",
        )
