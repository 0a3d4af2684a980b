"""Every event that the office records has words for people, and no words are left that nobody records."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from keiki.domain.audit.words import HAPPENED, happened_in_words
from source_trees import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "keiki" / "office"
WHERE = {"record": 1, "transition": 4}
"""Which argument of the two names what happened."""
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
NAME = re.compile(r"([A-Z][a-z0-9]+)+")


def names_in(node: ast.expr, function: ast.AST) -> set[str] | None:
    """The names that an argument may be: written there, or assigned to a local variable; None for a parameter."""
    if isinstance(node, ast.Name):
        parameters = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}
        if node.id in parameters:
            return None
        assigned = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == node.id for target in each.targets for t in ast.walk(target))
        ]
        return {name for value in assigned for name in names_in(value, function) or ()}
    written = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {name for name in written if NAME.fullmatch(name)}


def recorded() -> Iterator[tuple[str, set[str]]]:
    for path in SOURCE.rglob("*.py"):
        tree = tree_of(path)
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if not isinstance(call, ast.Call):
                    continue
                called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                at = WHERE.get(called)
                if at is None or len(call.args) <= at:
                    continue
                names = names_in(call.args[at], function)
                if names is not None:
                    yield f"{path.relative_to(SOURCE)}:{call.lineno}", names


def test_every_recorded_event_is_named_in_the_source_and_has_words() -> None:
    found = list(recorded())
    assert len(found) > 50
    for where, names in found:
        assert names, f"{where}: write the event's name where it is recorded"
        assert names <= set(HAPPENED), f"{where}: {names - set(HAPPENED)} needs words in domain/audit/words.py"


def test_no_words_are_left_for_what_nobody_records() -> None:
    assert set(HAPPENED) == {name for _, names in recorded() for name in names}


def test_words_are_in_both_languages_and_no_two_events_are_called_the_same() -> None:
    for ja, en in HAPPENED.values():
        assert JAPANESE.search(ja)
        assert en.strip()
        assert not JAPANESE.search(en)
    for language in (0, 1):
        assert len({words[language] for words in HAPPENED.values()}) == len(HAPPENED)


def test_an_event_of_another_version_stands_for_itself() -> None:
    assert happened_in_words("SomethingOfTomorrow") == ("SomethingOfTomorrow", "SomethingOfTomorrow")
    assert happened_in_words("PasswordRewritten") == ("パスワードを遠隔で書換え", "password rewritten remotely")
