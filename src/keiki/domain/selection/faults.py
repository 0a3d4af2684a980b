"""The faults for which a catalogue is refused before anyone chooses by it.

Needs and combinations are finite, so it is proved by looking at all of them: every unit can be used, every rule refuses
something, every preference decides something, and exactly those needs that are declared unsatisfiable are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.selection.space import CombinationSet
from keiki.domain.selection.truth import RuleVerdict, Truth
from keiki.domain.selection.words import say
from keiki.domain.units import CatalogueError, CatalogueProblem, Value, written

_EXAMPLES = 3


def refuse_faults(compiled: CompiledCatalogue) -> None:
    """Raise :class:`~keiki.domain.units.CatalogueError` with every fault."""
    problems = [*_dead_units(compiled), *_dead_rules(compiled), *_needs(compiled)]
    if problems:
        raise CatalogueError(problems)


def _dead_units(compiled: CompiledCatalogue) -> Iterator[CatalogueProblem]:
    usable = 0
    for leaves in compiled.leaves:
        usable |= leaves.allowed
    for having in compiled.space.having:
        for unit_id, combinations in having.items():
            unit = compiled.catalogue.units[unit_id or ""]
            if not combinations:
                yield CatalogueProblem(unit.position, say("unit-fits-nothing", unit=unit.id))
            elif not combinations & usable:
                yield CatalogueProblem(unit.position, say("unit-never-usable", unit=unit.id))


def _dead_rules(compiled: CompiledCatalogue) -> Iterator[CatalogueProblem]:
    for rule in compiled.catalogue.rules:
        if rule.physical:
            verdicts = list(_physical_verdicts(compiled, compiled.truths[rule.id]))
            fires, refuses = any(v.fires for v in verdicts), any(not v.met for v in verdicts)
        else:
            sets = compiled.requirements[rule.id]
            fires, refuses = sets.ever_fires, sets.ever_lacks(compiled.space.all)
        if not fires:
            yield CatalogueProblem(rule.position, say("rule-never-fires", rule=rule.id))
        elif not refuses:
            yield CatalogueProblem(rule.position, say("rule-never-refuses", rule=rule.id))
    for preference in compiled.catalogue.preferences:
        if not compiled.avoided[preference.id].ever_has(compiled.space.all):
            yield CatalogueProblem(preference.position, say("preference-never-holds", preference=preference.id))


def _physical_verdicts(compiled: CompiledCatalogue, truth: Truth) -> Iterator[RuleVerdict]:
    """What a physical rule says of all units of the kinds that it reads, whatever other rules say of them."""
    kinds = list(compiled.catalogue.kinds)
    read = []
    for kind in truth.kinds:
        names = [name for owner, name in truth.parts if owner == kind]
        units = compiled.catalogue.units_of[kind]
        read.append(list({tuple(u.attributes[name] for name in names): u.attributes for u in units}.values()))
    for chosen in product(*read):
        attributes: list[Mapping[str, Value]] = [{} for _ in kinds]
        for kind, values in zip(truth.kinds, chosen, strict=True):
            attributes[kinds.index(kind)] = values
        yield truth.verdict((), truth.of_units(attributes))


def _needs(compiled: CompiledCatalogue) -> Iterator[CatalogueProblem]:
    undeclared: list[int] = []
    counts = dict.fromkeys(compiled.unsatisfiable, 0)
    wrong: dict[str, tuple[int, CombinationSet]] = {}
    for code, leaves in enumerate(compiled.leaves):
        covering = compiled.declared(code)
        for id_ in covering:
            counts[id_] += 1
            if leaves.allowed:
                wrong.setdefault(id_, (code, leaves.allowed))
        if not leaves.allowed and not covering:
            undeclared.append(code)
    if undeclared:
        examples = "; ".join(_describe(compiled, code) for code in undeclared[:_EXAMPLES])
        sentence = say("needs-undeclared", count=len(undeclared), of=compiled.needs.size, examples=examples)
        yield CatalogueProblem(compiled.catalogue.position, sentence)
    for entry in compiled.catalogue.unsatisfiable:
        if not counts[entry.id]:
            yield CatalogueProblem(entry.position, say("unsatisfiable-never-holds", id=entry.id))
        elif entry.id in wrong:
            code, allowed = wrong[entry.id]
            combination = compiled.space.combinations[(allowed & -allowed).bit_length() - 1]
            needs = _describe(compiled, code)
            yield CatalogueProblem(
                entry.position, say("unsatisfiable-wrong", id=entry.id, combination=str(combination), needs=needs)
            )


def _describe(compiled: CompiledCatalogue, code: int) -> str:
    return ", ".join(f"{name} = {written(value)}" for name, value in compiled.needs.decode(code).items())
