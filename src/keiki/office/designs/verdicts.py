"""The right of the desk: every rule with whether it holds, live-line work, and the stock."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.office.catalogue import GateVerdict, RuleForCombination
from keiki.office.screens.languages import in_language
from keiki.office.screens.naming import Names
from keiki.office.screens.parts import Repair, ShownCheck, Tone

from .models import Design
from .stock import DepotStock

REPAIR_KEY = "r"


def checks(
    design: Design, combination: Mapping[str, str], verdict: GateVerdict, names: Names, repair_form: str
) -> tuple[tuple[ShownCheck, ...], tuple[ShownCheck, ...]]:
    """Return the rules that apply, those of place and contract first, and those that ask nothing here.

    ``repair_form`` is the id of the form that makes the repair; "" offers none.
    """
    rules = sorted(names.catalogue.rules(design.needs, combination), key=lambda rule: rule.physical)
    broken = {str(each["rule"]): in_language(each) for each in verdict.broken}
    known = {rule.id for rule in rules}
    found = [ShownCheck(words, Tone.BAD) for rule, words in broken.items() if rule not in known]
    found += [_check(rule, broken, names) for rule in rules if rule.applies]
    if repair_form and verdict.repair:
        first = next(place for place, each in enumerate(found) if each.tone is Tone.BAD)
        mended = _repair(combination, verdict.repair, repair_form)
        found[first] = ShownCheck(found[first].title, found[first].tone, found[first].why, mended)
    return tuple(found), tuple(_check(rule, broken, names) for rule in rules if not rule.applies)


def _check(rule: RuleForCombination, broken: Mapping[str, str], names: Names) -> ShownCheck:
    title = f"{rule.id} {in_language(rule.name)}"
    if rule.id in broken:
        return ShownCheck(title, Tone.BAD, broken[rule.id])
    if not rule.applies:
        return ShownCheck(title, Tone.QUIET, _("asks nothing here"))
    return ShownCheck(title, Tone.OK, names.needs(rule.needs))


def _repair(combination: Mapping[str, str], repair: Mapping[str, str], form: str) -> Repair:
    changed = [unit for kind, unit in repair.items() if combination.get(kind) != unit]
    return Repair(
        label=_("Use {units}").format(units=_(" + ").join(changed)),
        note=ngettext("smallest repair, {count} unit", "smallest repair, {count} units", len(changed)).format(
            count=len(changed)
        ),
        name="units",
        value=" ".join(changed),
        form=form,
        key=REPAIR_KEY,
    )


def work_checks(
    design: Design, combination: Mapping[str, str], names: Names, shelf: DepotStock
) -> tuple[ShownCheck, ...]:
    """Return what is no rule but concerns the visit: live-line work, and whether the depot has the units."""
    live = names.catalogue.live_line_kinds(combination, design.installed)
    work = (
        ShownCheck(_("This is live-line work"), Tone.WARN, _("Changing: {kinds}").format(kinds=names.kinds(live)))
        if live
        else ShownCheck(_("No live-line work"), Tone.OK)
    )
    return work, _stock(design, combination, names, shelf)


def _stock(design: Design, combination: Mapping[str, str], names: Names, shelf: DepotStock) -> ShownCheck:
    wanted = to_fetch(combination, design.installed, names)
    if not wanted:
        return ShownCheck(_("Stock"), Tone.OK, _("Nothing has to be fetched."))
    title = _("Stock at {depot}").format(depot=design.depot) if design.depot else _("Stock")
    if shelf.pieces is None:
        return ShownCheck(title, Tone.QUIET, shelf.trouble)
    counts = _(" · ").join(f"{unit} {shelf.pieces.get(unit, 0):,}" for unit in wanted)
    lacking = [unit for unit in wanted if not shelf.pieces.get(unit)]
    if lacking:
        out = _("Out of stock: {units}. Order them, or take another combination.").format(units=_(", ").join(lacking))
        return ShownCheck(title, Tone.WARN, f"{out} ({counts})")
    return ShownCheck(title, Tone.OK, counts)


def to_fetch(combination: Mapping[str, str], installed: Mapping[str, str], names: Names) -> list[str]:
    """Return the units that the depot must give for going from ``installed`` to ``combination``."""
    units = names.catalogue.catalogue.units
    return [
        unit
        for kind, unit in combination.items()
        if unit != installed.get(kind) and unit in units and units[unit].stocked
    ]
