"""Which file holds each owner's snapshot, and how its columns are read: ``snapshots.toml`` and the office's mapping.

``snapshots.toml`` names the files; keys, codes and formats stand in the mapping it points to, which is the office's
own ``sources.toml``: one mapping, so that a million points are read as one is. Keys of the mapping that only a look-up
needs (addresses, queries, time limits) are passed over here; the office checks them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.linkage.keys import KeyFormat
from keiki.domain.linkage.record import SourceCard
from keiki.domain.linkage.terms import TERMS, Kind, Term, Value
from keiki.domain.linkage.times import FORMATS
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.section import Section


@dataclass(frozen=True)
class FactColumn:
    """How one foreign column becomes one fact: by a table of codes, by a time format, or as it stands."""

    term: Term
    column: str
    codes: Mapping[str, Value] | None
    format: str | None
    none: frozenset[str]


@dataclass(frozen=True)
class Snapshot:
    """One owner's file. ``only``: the values a column must have for a row to count at all."""

    card: SourceCard
    file: Path
    key_column: str
    key: KeyFormat
    as_of_column: str
    as_of_format: str
    facts: tuple[FactColumn, ...]
    only: Mapping[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once; the key's first, the as-of's second."""
        facts = (fact.column for fact in self.facts)
        return tuple(dict.fromkeys((self.key_column, self.as_of_column, *facts)))


@dataclass(frozen=True)
class Configuration:
    """All snapshots, in the order of the mapping."""

    snapshots: tuple[Snapshot, ...]

    def owner(self, term: str) -> Snapshot | None:
        """Return the snapshot that gives ``term``."""
        return next((each for each in self.snapshots if term in each.card.terms), None)


def read_configuration(path: Path) -> Configuration:
    """Read ``snapshots.toml``; files are looked for beside it. Raises :class:`LinkingError` naming the place."""
    top = Section(_toml(path), path.name)
    top.refuse_others("mapping", "snapshot")
    mapping_file = path.parent / top.text("mapping")
    mapping = Section(_toml(mapping_file), mapping_file.name)
    models: Any = mapping.raw("model") if "model" in mapping else {}
    sources = {section.text("id"): section for section in mapping.tables("source", "id")}
    files = top.table("snapshot")
    for name in files.keys:
        if name not in sources:
            raise files.fail(
                f"「{name}」という台帳は対応表にありません。あるのは{'、'.join(sources)}です。",
                f"the mapping has no source {name!r}: it has {', '.join(sources)}",
            )
    snapshots = tuple(
        _snapshot(sources[name], files.table(name), models, path.parent) for name in sources if name in files
    )
    _refuse_gaps(snapshots, path.name)
    return Configuration(snapshots)


def _toml(path: Path) -> object:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        why = error.strerror or str(error)
        raise LinkingError(f"{path.name} を読めません: {why}", f"{path.name} cannot be read: {why}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinkingError(
            f"{path.name} は正しい TOML ではありません ({error})。",
            f"{path.name} is not valid TOML ({error}): correct it",
        ) from None


def _snapshot(source: Section, place: Section, models: Any, folder: Path) -> Snapshot:
    place.refuse_others("file", "only")
    key, as_of, owner = source.table("key"), source.table("as_of"), source.table("owner")
    facts = tuple(_fact(section, models) for section in source.tables("fact", "name"))
    try:
        form = KeyFormat(key.text("format"), key.text("prefix") if "prefix" in key else "")
    except ValueError as error:
        raise key.fail(f"キーの形式が分かりません: {error}", str(error)) from None
    only = place.table("only") if "only" in place else None
    return Snapshot(
        card=SourceCard(
            id=source.text("id"),
            owner=(owner.text("ja"), owner.text("en")),
            terms=tuple(fact.term.name for fact in facts),
            max_age=source.duration("max_age"),
        ),
        file=folder / place.text("file"),
        key_column=key.text("column"),
        key=form,
        as_of_column=as_of.text("column"),
        as_of_format=_format(as_of),
        facts=facts,
        only={column: only.texts(column) for column in only.keys} if only else {},
    )


def _format(section: Section) -> str:
    form = section.text("format")
    if form not in FORMATS:
        raise section.fail(
            f"時刻の形式「{form}」はありません。{'、'.join(FORMATS)}から選んでください。",
            f"unknown time format {form!r}: choose one of {', '.join(FORMATS)}",
        )
    return form


def _fact(section: Section, models: Any) -> FactColumn:
    section.refuse_others("name", "column", "codes", "model", "format", "none")
    name = section.text("name")
    if name not in TERMS:
        raise section.fail(f"「{name}」という用語はありません。", f"Keiki knows no term {name!r}: see docs/sources.md")
    term, codes = TERMS[name], _codes(section, models)
    dated = term.kind in {Kind.DATE, Kind.MOMENT}
    if dated != ("format" in section) or (codes is None and term.needs_codes):
        raise section.fail(
            "日付と時刻には format、区分と有無には codes か model が必要です。",
            "a date or time needs 'format', a choice or a flag needs 'codes' or 'model'",
        )
    none = frozenset(section.texts("none"))
    wrong = [code for code, value in (codes or {}).items() if value is None or not term.accepts(value)]
    if wrong or (none and not term.optional):
        raise section.fail(
            f"「{name}」に許されない値があります: {'、'.join(wrong) or 'none'}",
            f"{name!r} cannot have the value given for: {', '.join(wrong) or 'none'}",
        )
    return FactColumn(term, section.text("column"), codes, _format(section) if dated else None, none)


def _codes(section: Section, models: Any) -> Mapping[str, Any] | None:
    if "model" in section:
        kind, _, attribute = section.text("model").partition(".")
        of_kind = models.get(kind, {}) if isinstance(models, Mapping) else {}
        found = {code: of[attribute] for code, of in of_kind.items() if attribute in of}
        if not found:
            raise section.fail(
                "model は [model] の種別と属性です。", "'model' must name a kind and an attribute of [model]"
            )
        return found
    if "codes" in section:
        codes = section.table("codes")
        return {code: codes.raw(code) for code in codes.keys}
    return None


def _refuse_gaps(snapshots: tuple[Snapshot, ...], place: str) -> None:
    terms = [term for each in snapshots for term in each.card.terms]
    twice = sorted({term for term in terms if terms.count(term) > 1})
    if twice:
        raise LinkingError(
            f"{place}: {'、'.join(twice)} の出所が二つあります。一つにしてください。",
            f"{place}: {', '.join(twice)} is given by two sources: one fact has one owner",
        )
    missing = [term for term in REQUIRED if term not in terms]
    if missing:
        raise LinkingError(
            f"{place}: 設計に必要な {'、'.join(missing)} の出所がありません。スナップショットを追加してください。",
            f"{place}: no snapshot gives {', '.join(missing)}, which every design needs: add the owner's file",
        )
