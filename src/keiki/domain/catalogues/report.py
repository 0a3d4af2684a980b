"""Verify a catalogue version, and say what it changes: in plain values that are kept with it and shown as they are."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from keiki.domain.catalogues.fitness import misfits
from keiki.domain.selection import Selector, Verification, compare, comparison_in_values, periods
from keiki.domain.selection.values import summary_in_values
from keiki.domain.units import Catalogue, read_catalogue
from keiki.foundation.text.bilingual import Bilingual

Files = Mapping[str, str]
Told: TypeAlias = Callable[[int, int], None]
"""Hears how many states were looked at, and of how many."""
Frozen: TypeAlias = tuple[tuple[str, str], ...]
_REMEMBERED = 8


@dataclass(frozen=True)
class VerifiedCatalogue:
    """A catalogue, read as on its first day, with its report: ``periods``, ``misfits`` and whether it ``fits``."""

    catalogue: Catalogue
    report: dict[str, Any]


def verified(files: Files, told: Told | None = None) -> VerifiedCatalogue:
    """Read and prove every period of the catalogue in ``files`` (name to text).

    Raises :class:`~keiki.domain.units.CatalogueError` with every problem and its place. In what it does not fit the
    office is no such problem and stands in the report. A content that was proved in this process is not proved again,
    but where ``told`` is to hear how far it is.
    """
    found = _verify(dict(files), told) if told else _verified(_frozen(files))
    return VerifiedCatalogue(found.catalogue, deepcopy(found.report))


def difference(before: Files, after: Files, told: Told | None = None) -> dict[str, Any]:
    """What ``after`` changes, each on its first day: answers to needs, units, rules, and the files line by line."""
    if told:
        return _differ(dict(before), dict(after), told)
    return deepcopy(_difference(_frozen(before), _frozen(after)))


def _frozen(files: Files) -> Frozen:
    return tuple(sorted(files.items()))


@lru_cache(maxsize=_REMEMBERED)
def _verified(frozen: Frozen) -> VerifiedCatalogue:
    return _verify(dict(frozen), None)


def _verify(files: Files, told: Told | None) -> VerifiedCatalogue:
    catalogue = read_catalogue(files)
    proofs: list[dict[str, Any]] = []
    found: dict[Bilingual, None] = {}
    days = periods(catalogue)
    for number, day in enumerate(days):
        selector = Selector.compile(read_catalogue(files, day))
        proofs.append(summary_in_values(selector, Verification(selector, _of_all(told, number, len(days), selector))))
        found |= dict.fromkeys(misfits(selector.catalogue))
    said = [{"ja": each.ja, "en": each.en} for each in found]
    return VerifiedCatalogue(catalogue, {"periods": proofs, "misfits": said, "fits": not said})


def _of_all(told: Told | None, number: int, days: int, selector: Selector) -> Callable[[int], None]:
    """Say of the needs of one period how many they are of all periods' needs."""
    if told is None:
        return lambda _: None
    size = selector.compiled.needs.size
    return lambda seen: told(number * size + seen, days * size)


@lru_cache(maxsize=_REMEMBERED)
def _difference(old: Frozen, new: Frozen) -> dict[str, Any]:
    return _differ(dict(old), dict(new), lambda _, __: None)


def _differ(before: Files, after: Files, told: Told) -> dict[str, Any]:
    one, other = read_catalogue(before), read_catalogue(after)
    found = compare(Selector.compile(one), Selector.compile(other), told)
    return {
        "before": {"name": one.name, "version": one.version, "effective_from": one.effective_from.isoformat()},
        "after": {"name": other.name, "version": other.version, "effective_from": other.effective_from.isoformat()},
        "answers": comparison_in_values(found),
        "units": _changed(_units(one), _units(other)),
        "rules": _changed(_rules(one), _rules(other)),
        "unsatisfiable": _changed(_unsatisfiable(one), _unsatisfiable(other)),
        "preferences": _changed(_preferences(one), _preferences(other)),
        "kinds": _changed(_kinds(one), _kinds(other)),
        "files": {name: lines for name in sorted({*before, *after}) if (lines := _lines(name, before, after))},
    }


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What was added, removed and changed of what has ids."""
    return {
        "added": [{"id": id_, "after": after[id_]} for id_ in after if id_ not in before],
        "removed": [{"id": id_, "before": before[id_]} for id_ in before if id_ not in after],
        "changed": [
            {"id": id_, "before": before[id_], "after": after[id_]}
            for id_ in before
            if id_ in after and before[id_] != after[id_]
        ],
    }


def _units(catalogue: Catalogue) -> dict[str, Any]:
    return {
        unit.id: {"kind": unit.kind, "names": dict(unit.names), "stocked": unit.stocked, **dict(unit.attributes)}
        for unit in catalogue.units.values()
    }


def _rules(catalogue: Catalogue) -> dict[str, Any]:
    return {
        rule.id: {
            "physical": rule.physical,
            "when": rule.when.source if rule.when else None,
            "require": rule.require.source,
            "names": dict(rule.names),
            "messages": dict(rule.messages),
        }
        for rule in catalogue.rules
    }


def _unsatisfiable(catalogue: Catalogue) -> dict[str, Any]:
    return {each.id: {"when": each.when.source, "messages": dict(each.messages)} for each in catalogue.unsatisfiable}


def _preferences(catalogue: Catalogue) -> dict[str, Any]:
    return {
        each.id: {"avoid": each.avoid.source, "weight": each.weight, "names": dict(each.names)}
        for each in catalogue.preferences
    }


def _kinds(catalogue: Catalogue) -> dict[str, Any]:
    return {
        kind.id: {
            "weight": kind.weight,
            "names": dict(kind.names),
            "live_line_work": kind.live_line_work
            if isinstance(kind.live_line_work, str)
            else list(kind.live_line_work),
        }
        for kind in catalogue.kinds.values()
    }


def _lines(name: str, before: Files, after: Files) -> list[str]:
    """The unified difference of one file, without its head."""
    old, new = (files.get(name, "").splitlines() for files in (before, after))
    lines: Iterable[str] = difflib.unified_diff(old, new, lineterm="", n=2)
    return list(lines)[2:]
