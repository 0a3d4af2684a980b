"""Proofs and comparisons of catalogues, for people and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table

from keiki.cli.catalogue_words import say
from keiki.domain.selection import Difference, Selector, Verification
from keiki.domain.units import Combination, Value, written
from keiki.foundation.program.language import Language


def show_proof(selector: Selector, proof: Verification, language: Language) -> Iterator[str]:
    """The lines that tell what was proved."""
    catalogue, ties, unmet = selector.catalogue, proof.ties, proof.unsatisfiable
    yield say("as-of", name=catalogue.name, version=catalogue.version, day=catalogue.as_of).in_language(language)
    yield say("combinations", count=proof.combinations).in_language(language)
    yield say("needs", count=proof.needs, met=proof.needs - unmet).in_language(language)
    yield say("unmet", count=unmet).in_language(language)
    yield from (f"    {id_:<6}{count:>8}" for id_, count in proof.declared.items())
    yield say("conflicts", count=len(proof.conflicts)).in_language(language)
    for conflict in proof.conflicts:
        yield f"    {_needs(conflict.needs)}  ({', '.join(conflict.rule_ids)}; {', '.join(conflict.declared_ids)})"
    yield say("no-dead-units").in_language(language)
    yield say("no-dead-rules").in_language(language)
    yield say("never-first", units=proof.never_first or say("none")).in_language(language)
    yield say("ties", count=ties.states, of=ties.of_states).in_language(language)
    if ties.example:
        needs, wall, tied = ties.example
        first, others = str(tied[0]), "; ".join(map(str, tied[1:]))
        yield say("tie-needs", needs=_needs(needs)).in_language(language)
        yield say("tie-wall", wall=str(wall), first=first, others=others).in_language(language)


def show_answers(proof: Verification, language: Language) -> Iterator[str]:
    """A line for every need with its best combination."""
    for answer in proof.answers():
        needs = _needs(answer.needs)
        if answer.choice is None:
            yield say("answer-none", needs=needs, ids=answer.declared).in_language(language)
        else:
            tied = say("tied", count=len(answer.tied) - 1) if len(answer.tied) > 1 else say("not-tied")
            best = str(answer.choice.combination)
            yield say("answer", needs=needs, choice=best, allowed=answer.allowed, tied=tied).in_language(language)


def differences(shown: tuple[Difference, ...], language: Language) -> Table:
    """A row for every difference."""
    columns = ("column-needs", "column-installed", "column-before", "column-after", "column-walls")
    table = Table(*(say(column).in_language(language) for column in columns))
    for found in shown:
        before, after = (_or_nothing(combination, language) for combination in (found.before, found.after))
        walls = say("walls", count=found.walls, of=found.of_walls).in_language(language)
        table.add_row(_needs(found.needs), _wall_of(found, language), before, after, walls)
    return table


def _needs(needs: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={written(value)}" for name, value in needs.items())


def _or_nothing(combination: Combination | None, language: Language) -> str:
    return str(combination) if combination else say("nothing").in_language(language)


def _wall_of(difference: Difference, language: Language) -> str:
    if difference.installed is None:
        return say("new-place").in_language(language)
    other = say("other-unit").in_language(language)
    return " / ".join(unit or other for unit in difference.installed.values())
