"""What one version changes against another, in words: answers, units, rules, messages, and the lines of the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.units import read_catalogue
from keiki.office.screens.languages import in_language

from .contents import CatalogueNames, attribute, live_line
from .in_force import ComparisonBase
from .models import CatalogueVersion

SHOWN = 20
MOST_PIECES = 3000
"""Texts longer than this are shown whole, as taken out and put in."""
_PIECE = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
SECTIONS = (
    ("rules", gettext_lazy("Rules and their messages")),
    ("units", gettext_lazy("Units")),
    ("unsatisfiable", gettext_lazy("What nothing can meet")),
    ("preferences", gettext_lazy("Preferences")),
    ("kinds", gettext_lazy("Kinds of unit")),
)
FIELDS = {
    "when": gettext_lazy("Condition"),
    "require": gettext_lazy("Demand"),
    "avoid": gettext_lazy("Avoids"),
    "weight": gettext_lazy("Weight"),
    "kind": gettext_lazy("Kind of unit"),
    "physical": gettext_lazy("Physical rule"),
    "stocked": gettext_lazy("Kept in stock"),
    "live_line_work": gettext_lazy("Live-line work"),
    "names.ja": gettext_lazy("Name (Japanese)"),
    "names.en": gettext_lazy("Name (English)"),
    "messages.ja": gettext_lazy("Message (Japanese)"),
    "messages.en": gettext_lazy("Message (English)"),
}
CODES = frozenset({"when", "require", "avoid"})


@dataclass(frozen=True)
class ChangedField:
    """One field of what changed, with what was taken out and put in; ``code`` sets it in the fixed-width font."""

    label: str
    text: SafeString
    code: bool


@dataclass(frozen=True)
class CatalogueChange:
    """A rule, unit or other named part that was added, removed or changed."""

    id: str
    name: str
    what: str
    tone: str
    fields: tuple[ChangedField, ...]


def changes(
    base: ComparisonBase, version: CatalogueVersion, found: Mapping[str, Any], *, every: bool
) -> dict[str, Any]:
    """Everything the comparison shows; ``found`` is what :mod:`~keiki.office.catalogues.jobs` kept of it."""
    before, after = CatalogueNames(read_catalogue(base.files)), CatalogueNames(read_catalogue(version.files))
    sections = [(title, _section(before, after, name, found[name])) for name, title in SECTIONS]
    return {
        "answers": _answers(before, after, found["answers"], None if every else SHOWN),
        "sections": [(title, parts) for title, parts in sections if parts],
        "files": [(name, [_line(line) for line in lines]) for name, lines in found["files"].items()],
    }


def marked(before: str, after: str) -> SafeString:
    """Return the text with ``<del>`` and ``<ins>`` around what differs, word by word, Japanese sign by sign."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > MOST_PIECES:
        return _deleted_text(before) + _inserted_text(after)
    parts: list[SafeString] = []
    for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(format_html("{}", "".join(old[first:last])))
            continue
        parts += [_deleted_text("".join(old[first:last])), _inserted_text("".join(new[start:end]))]
    return mark_safe("".join(parts))  # noqa: S308 (every part was escaped)


def _deleted_text(text: str) -> SafeString:
    return format_html("<del>{}</del>", text) if text else SafeString()


def _inserted_text(text: str) -> SafeString:
    return format_html("<ins>{}</ins>", text) if text else SafeString()


def _section(
    before: CatalogueNames, after: CatalogueNames, section: str, found: Mapping[str, list[dict[str, Any]]]
) -> list[CatalogueChange]:
    words = ((_("added"), "ok", "added"), (_("removed"), "bad", "removed"), (_("changed"), "warn", "changed"))
    shown = []
    for what, tone, key in words:
        for each in found[key]:
            old = _flat(before, each.get("before"))
            new = _flat(after, each.get("after"))
            values = each.get("after") or each["before"]
            name = in_language(values["names"]) if "names" in values else ""
            shown.append(CatalogueChange(each["id"], name, what, tone, _fields(section, old, new)))
    return shown


def _fields(section: str, old: Mapping[str, str], new: Mapping[str, str]) -> tuple[ChangedField, ...]:
    return tuple(
        ChangedField(str(FIELDS.get(key) or attribute(key)), marked(old.get(key, ""), new.get(key, "")), key in CODES)
        for key in dict.fromkeys((*old, *new))
        if old.get(key, "") != new.get(key, "") and (section == "units" or key != "physical" or old)
    )


def _flat(words: CatalogueNames, values: Mapping[str, Any] | None) -> dict[str, str]:
    """The fields of one part as texts, both languages as fields of their own."""
    flat: dict[str, str] = {}
    for key, value in (values or {}).items():
        if key in ("names", "messages"):
            flat |= {f"{key}.{language}": value[language] for language in ("ja", "en")}
        elif key == "kind":
            flat[key] = words.kind(value)
        elif key == "live_line_work":
            flat[key] = live_line(words, value)
        elif key in ("stocked", "physical"):
            flat[key] = _("yes") if value else _("no")
        elif key in CODES or value is None:
            flat[key] = value or ""
        else:
            flat[key] = words.value(value)
    return flat


def _answers(
    before: CatalogueNames, after: CatalogueNames, found: Mapping[str, Any], most: int | None
) -> dict[str, Any]:
    rows = found["differences"]
    among = _values_by_need(rows)
    varying = [name for name, values in among.items() if len(values) > 1]
    needs = after.catalogue.needs
    whole = found["count"] == len(rows)
    fewer = {name: each for name, each in among.items() if name in needs and len(each) < len(needs[name].values)}
    return {
        "compared": found["compared"],
        "count": found["count"],
        "only_before": found["only_before"],
        "only_after": found["only_after"],
        "only_where": "; ".join(
            f"{after.need(name)}: {after.values(each)}" for name, each in (fewer.items() if whole else ())
        ),
        "columns": [after.need(name) for name in varying],
        "rows": [_row(before, after, each, varying) for each in rows[:most]],
        "more": max(0, len(rows) - (len(rows) if most is None else most)),
        "not_kept": 0 if whole else found["count"] - len(rows),
    }


def _values_by_need(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The values that each need has among the differences."""
    among: dict[str, dict[Any, None]] = {}
    for row in rows:
        for name, value in row["needs"].items():
            among.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in among.items()}


def _row(
    before: CatalogueNames, after: CatalogueNames, row: Mapping[str, Any], varying: Iterable[str]
) -> dict[str, Any]:
    wall = row["installed"]
    return {
        "needs": [after.value(row["needs"][name]) for name in varying],
        "wall": " / ".join(unit or _("another") for unit in wall.values()) if wall is not None else "",
        "units": _units(before, after, row["before"], row["after"]),
        "walls": row["walls"],
        "of_walls": row["of_walls"],
    }


def _units(one: CatalogueNames, other: CatalogueNames, before: list[str] | None, after: list[str] | None) -> SafeString:
    """The units that differ, with their kinds; both combinations whole where one has none or other kinds."""
    kinds = list(one.catalogue.kinds)
    if before is None or after is None or kinds != list(other.catalogue.kinds):
        old = " / ".join(before) if before else _("nothing is offered")
        new = " / ".join(after) if after else _("nothing is offered")
        return format_html("{} {}", _deleted_text(old), _inserted_text(new))
    parts = [
        format_html("{} {} {}", other.kind(kind), _unbroken(_deleted_text(old)), _unbroken(_inserted_text(new)))
        for kind, old, new in zip(kinds, before, after, strict=True)
        if old != new
    ]
    return format_html_join(", ", "{}", ((part,) for part in parts))


def _unbroken(text: str) -> SafeString:
    """A unit that no line breaks in two."""
    return format_html('<span class="code nowrap">{}</span>', text)


def _line(line: str) -> SafeString:
    """One line of a unified difference."""
    if line.startswith("+"):
        return _inserted_text(line)
    return _deleted_text(line) if line.startswith("-") else format_html("{}", line)
