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
    yield say("as-of", name=catalogue.name, version=catalogue.version, day=catalogue.as_of).text(language)
    yield say("combinations", count=proof.combinations).text(language)
    yield say("needs", count=proof.needs, met=proof.needs - unmet).text(language)
    yield say("unmet", count=unmet).text(language)
    yield from (f"    {id_:<6}{count:>8}" for id_, count in proof.declared.items())
    yield say("conflicts", count=len(proof.conflicts)).text(language)
    for conflict in proof.conflicts:
        yield f"    {_needs(conflict.needs)}  ({', '.join(conflict.rule_ids)}; {', '.join(conflict.declared_ids)})"
    yield say("no-dead-units").text(language)
    yield say("no-dead-rules").text(language)
    yield say("never-first", units=proof.never_first or say("none")).text(language)
    yield say("ties", count=ties.states, of=ties.of_states).text(language)
    if ties.example:
        needs, wall, tied = ties.example
        first, others = str(tied[0]), "; ".join(map(str, tied[1:]))
        yield say("tie-needs", needs=_needs(needs)).text(language)
        yield say("tie-wall", wall=str(wall), first=first, others=others).text(language)


def show_answers(proof: Verification, language: Language) -> Iterator[str]:
    """A line for every need with its best combination."""
    for answer in proof.answers():
        needs = _needs(answer.needs)
        if answer.choice is None:
            yield say("answer-none", needs=needs, ids=answer.declared).text(language)
        else:
            tied = say("tied", count=len(answer.tied) - 1) if len(answer.tied) > 1 else say("not-tied")
            best = str(answer.choice.combination)
            yield say("answer", needs=needs, choice=best, allowed=answer.allowed, tied=tied).text(language)


def differences(shown: tuple[Difference, ...], language: Language) -> Table:
    """A row for every difference."""
    columns = ("column-needs", "column-installed", "column-before", "column-after", "column-walls")
    table = Table(*(say(column).text(language) for column in columns))
    for found in shown:
        before, after = (_or_nothing(combination, language) for combination in (found.before, found.after))
        walls = say("walls", count=found.walls, of=found.of_walls).text(language)
        table.add_row(_needs(found.needs), _wall_of(found, language), before, after, walls)
    return table


def _needs(needs: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={written(value)}" for name, value in needs.items())


def _or_nothing(combination: Combination | None, language: Language) -> str:
    return str(combination) if combination else say("nothing").text(language)


def _wall_of(difference: Difference, language: Language) -> str:
    if difference.installed is None:
        return say("new-place").text(language)
    other = say("other-unit").text(language)
    return " / ".join(unit or other for unit in difference.installed.values())
