"""Every event that the office records has words for people, and no words are left that nobody records."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from keiki.domain.audit.details import LABELS, purpose_in_words, value_in_words
from keiki.domain.audit.words import HAPPENED, happened_in_words
from keiki.domain.remote.contradiction import WORDS, ContradictionState
from keiki.foundation.text.bilingual import Bilingual
from keiki.office.points.purposes import LookUpPurpose
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
    for words in HAPPENED.values():
        assert JAPANESE.search(words.ja)
        assert words.en.strip()
        assert not JAPANESE.search(words.en)
    for language in ("ja", "en"):
        assert len({words.in_language(language) for words in HAPPENED.values()}) == len(HAPPENED)


def test_an_event_of_another_version_stands_for_itself() -> None:
    assert happened_in_words("SomethingOfTomorrow") == Bilingual.same("SomethingOfTomorrow")
    assert happened_in_words("PasswordRewritten") == Bilingual(
        ja="パスワードを遠隔で書換え", en="password rewritten remotely"
    )


def details_recorded() -> set[str]:
    """The names of all details that the source records, by keyword."""
    names = set()
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(tree_of(path)):
            if isinstance(call, ast.Call):
                called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                if called in WHERE and len(call.args) > WHERE[called]:
                    names |= {keyword.arg for keyword in call.keywords if keyword.arg}
    return names - {"columns", "expected"}


def test_every_detail_that_is_recorded_has_words() -> None:
    recorded_names = details_recorded()
    assert len(recorded_names) > 50
    assert recorded_names <= set(LABELS), recorded_names - set(LABELS)
    for label in LABELS.values():
        assert JAPANESE.search(label.ja)
        assert not JAPANESE.search(label.en)


PURPOSE_AT = {
    "look_up": 3,
    "read_contact": 4,
    "customer_of": 3,
    "ContactUse": 0,
    "_refuse_without_addressee": 4,
    "search_unit": 4,
}
"""Which argument is the purpose, by what is called."""


def test_every_purpose_that_the_office_writes_has_words() -> None:
    """Read from the source: the texts given to look-ups, readings of a contact and searches, and the purposes."""
    written = {purpose.audit_text for purpose in LookUpPurpose}
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(tree_of(path)):
            called = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            place = PURPOSE_AT.get(called)
            if place is not None and len(call.args) > place:
                written |= {text for text in [_text_of(call.args[place])] if text}
    assert {"design opened", "desk of D-1", "letter", "password rewritten"} <= written
    assert {text for text in written if purpose_in_words(text) is None} == set()


def _text_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "D-1" for each in node.values)
    return ""


def test_a_state_is_said_in_the_words_of_its_own_lifecycle() -> None:
    def said(before: str, after: str) -> Bilingual | None:
        return value_in_words("after", after, {"before": before, "after": after})

    assert said("open", "finished") == Bilingual(ja="完了", en="finished")
    assert said("open", "recorded_stands") == WORDS.states[ContradictionState.RECORDED_STANDS]
    assert said("queued", "sent") == Bilingual(ja="中継サーバへ送信済み", en="sent to the relay")
    assert said("issued", "printed") == Bilingual(ja="印刷済み", en="printed")
    assert value_in_words("after", "of-tomorrow", {}) is None


def test_what_a_person_typed_stands_for_itself() -> None:
    for name, typed in (("because", "moved out"), ("why", "電話での問合せ"), ("name", "HHD-07"), ("hits", 3)):
        assert value_in_words(name, typed, {}) is None
    assert value_in_words("by_agent", True, {}) == Bilingual(ja="はい", en="yes")
    assert value_in_words("shown", ["phase", "unheard-of"], {}) == Bilingual(
        ja="契約の相線式、unheard-of",
        en="contracted phase and wires, unheard-of",
    )
