"""Every sentence that a planner can meet exists in both languages, and is said whole."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from keiki.cli import catalogue_words, design_words
from keiki.domain.selection import words as selection_words
from keiki.domain.units import SentenceTable
from keiki.domain.units import words as catalogue_problem_words
from keiki.domain.units.sentences import PLACEHOLDER
from keiki.foundation.text.bilingual import Bilingual
from keiki.planning import words as planning_words
from source_trees import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "keiki"
TABLES = {
    module.__name__: module.say
    for module in (catalogue_words, design_words, selection_words, catalogue_problem_words, planning_words)
}
SENTENCES = [(name, code) for name, table in TABLES.items() for code in table.texts]
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SPEAKS_NO_LANGUAGE = {"not-tied"}


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize(("table", "code"), SENTENCES)
def test_a_sentence_is_there_in_every_language_with_the_same_values(table: str, code: str) -> None:
    sentence = TABLES[table].texts[code]
    assert placeholders(sentence.ja) == placeholders(sentence.en)
    if code not in SPEAKS_NO_LANGUAGE:
        assert JAPANESE.search(sentence.ja)
        assert sentence.en.strip()
        assert not JAPANESE.search(sentence.en)


def spoken() -> list[tuple[str, int, str, str, set[str] | None]]:
    """Every place that says something: file, line, table, code, and its values' names (None: they are unpacked)."""
    found = []
    for path in SOURCE.rglob("*.py"):
        tree = tree_of(path)
        names = {
            alias.asname or alias.name: node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in TABLES
            for alias in node.names
            if alias.name == "say"
        }
        own = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        if own in TABLES:
            names["say"] = own
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                if not isinstance(node.args[0], ast.Constant):
                    continue
                given = {keyword.arg for keyword in node.keywords}
                values = None if None in given else {str(name) for name in given}
                found.append((path.name, node.lineno, str(names[node.func.id]), str(node.args[0].value), values))
    return found


@pytest.mark.parametrize(("file", "line", "table", "code", "values"), spoken())
def test_whoever_says_a_sentence_gives_the_values_that_it_names(
    file: str, line: int, table: str, code: str, values: set[str] | None
) -> None:
    texts = TABLES[table].texts
    assert code in texts, f"{file}:{line}"
    if values is not None:
        assert values == placeholders(texts[code].en), f"{file}:{line}"


def test_no_sentence_is_left_that_nobody_says() -> None:
    written = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    for table, code in SENTENCES:
        assert len(re.findall(f'"{re.escape(code)}"', written)) >= 2, f"{table}: {code}"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    say = SentenceTable({"a": Bilingual(ja="甲は{b}", en="a is {b}"), "b": Bilingual(ja="乙({n})", en="b ({n})")})
    assert say("a", b=say("b", n=[1, True])) == Bilingual(ja="甲は乙(1, true)", en="a is b (1, true)")
    listed = say("a", b=[say("b", n="{x}"), "c"])
    assert listed == Bilingual(ja="甲は乙({x}), c", en="a is b ({x}), c")
