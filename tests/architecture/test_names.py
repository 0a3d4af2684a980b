"""A public class is called what no other is: read alone, its name says which one is meant."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from source_trees import tree_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "keiki"
MOST_SHARED = 0.03
"""Of all public classes at most so many may share their name, with a reason each."""
EXCEPTIONS: dict[str, str] = {}
"""Names that several classes share, and why each must: fill in a reason, never a name alone."""
DJANGOS = {"Meta", "Migration"}
BUSINESS_WORDS = (
    "service contract",
    "application",
    "credential",
    "design",
    "work order",
    "remote command",
    "catalogue version",
    "checkpoint",
    "follow-up",
    "vault",
    "depot",
    "drop",
)
"""Words of the business that name a public class or a folder of data; each has its row in the glossary."""


def shared_names(sources: Iterable[tuple[str, ast.Module]]) -> dict[str, set[str]]:
    """Return the files of each public class name that stands in more than one."""
    homes: dict[str, set[str]] = defaultdict(set)
    for place, tree in sources:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in DJANGOS:
                homes[node.name].add(place)
    return {name: places for name, places in homes.items() if len(places) > 1}


def sources() -> list[tuple[str, ast.Module]]:
    files = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return [(str(path.relative_to(ROOT)), tree_of(path)) for path in files]


def test_a_public_class_shares_its_name_with_no_other() -> None:
    shared = shared_names(sources())
    new = {name: sorted(places) for name, places in shared.items() if name not in EXCEPTIONS}
    assert not new, f"give each a name that says what it is when read alone: {new}"


def test_exceptions_are_few_have_reasons_and_are_still_needed() -> None:
    every = sources()
    shared = shared_names(every)
    total = sum(
        isinstance(node, ast.ClassDef) and not node.name.startswith("_") for _, tree in every for node in ast.walk(tree)
    )
    assert total > 500, "the classes were not found"
    assert sum(len(shared.get(name, ())) for name in EXCEPTIONS) <= MOST_SHARED * total
    assert set(EXCEPTIONS) <= set(shared), "a name that nobody shares needs no exception"
    assert all(len(reason.split()) > 4 for reason in EXCEPTIONS.values())


def test_a_shared_name_is_seen() -> None:
    two = [("a.py", ast.parse("class Outcome: ...")), ("b.py", ast.parse("class Outcome: ...\nclass _Own: ..."))]
    assert shared_names(two) == {"Outcome": {"a.py", "b.py"}}


def test_words_of_the_business_are_in_the_glossary() -> None:
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    terms = {term.strip() for row in rows if row.startswith("| ") for term in row.split("|")[1].split(",")}
    missing = [
        word for word in BUSINESS_WORDS if not any(word == term or term.startswith(f"{word} (") for term in terms)
    ]
    assert not missing
