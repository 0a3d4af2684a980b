"""The middle of the desk: a combination drawn on the installed units, broken rules at the unit that breaks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from keiki.office.catalogue import GateVerdict
from keiki.office.screens.drawing import Drawing, DrawnUnit
from keiki.office.screens.languages import in_language
from keiki.office.screens.naming import Names

from .models import Design

SERIALS = {"communication": "communication_serial", "metering": "metering_serial", "option": "option_serial"}


def draw(
    design: Design,
    combination: Mapping[str, str],
    verdict: GateVerdict,
    names: Names,
    label: str,
    *,
    selected: str = "",
    address: Callable[[str], str] | None = None,
) -> Drawing:
    """Draw ``combination``; ``address`` leads from a kind to the desk with that unit selected."""
    serials = {each["fact"]: str(each["value"]) for each in design.decided_from}
    troubles = _troubles(verdict, names)
    units = []
    for kind in names.catalogue.catalogue.kinds:
        unit, old = combination.get(kind, ""), design.installed.get(kind, "")
        action = _action(names, unit, old)
        units.append(
            DrawnUnit(
                kind=kind,
                kind_name=names.kind(kind),
                unit=unit,
                words=names.unit(unit),
                serial=serials.get(SERIALS.get(kind, ""), "") if unit == old else "",
                action=action,
                action_words=_planned(design, combination, names, kind, action),
                trouble=troubles.get(kind, ()),
                selected=kind == selected,
                medium=names.picture(kind, unit),
                url=address(kind) if address else "",
            )
        )
    return Drawing(tuple(units), label)


def _troubles(verdict: GateVerdict, names: Names) -> dict[str, tuple[str, ...]]:
    """Return the broken rules in short, at each kind that can mend them."""
    short = {rule.id: in_language(rule.names) for rule in names.catalogue.catalogue.rules}
    found: dict[str, tuple[str, ...]] = {}
    for broken in verdict.broken:
        rule = str(broken["rule"])
        words = f"{rule} {short[rule]}" if rule in short else in_language(broken)
        for kind in broken["kinds"]:
            found[kind] = (*found.get(kind, ()), words)
    return found


def _action(names: Names, unit: str, old: str) -> str:
    units = names.catalogue.catalogue.units
    if unit == old:
        return "none" if unit in units and not units[unit].stocked else "keep"
    if unit in units and not units[unit].stocked:
        return "remove"
    return "replace" if old in units and units[old].stocked else "new"


def _planned(design: Design, combination: Mapping[str, str], names: Names, kind: str, action: str) -> str:
    old = design.installed.get(kind, "")
    if action == "none":
        return ""
    if action == "keep":
        return _("keep what is installed")
    words = {"replace": _("replace {old}"), "remove": _("remove {old}"), "new": _("fit new")}[action].format(old=old)
    why = names.catalogue.replacement_rules(design.needs, combination, design.installed, kind)
    reason = in_language(why[0]) if why else _("no rule asks for it")
    return _("{action} — {reason}").format(action=words, reason=reason)


def unit_in_words(drawing: Drawing, kind: str) -> str:
    """Say the drawn unit of ``kind``, for those who hear the screen."""
    return next((unit.alternative for unit in drawing.units if unit.kind == kind), "")
