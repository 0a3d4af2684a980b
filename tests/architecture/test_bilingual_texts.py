"""A text in both languages is one value written by keyword: no reader has to know which language a pair takes first."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from source_trees import parsed, tree_of

SOURCE = Path(__file__).parents[2] / "src" / "keiki"
JAPANESE = re.compile(r"[ぁ-ヿ一-鿿]")
ROOMS = (
    "foundation",
    "protocols",
    "domain/access",
    "domain/audit",
    "domain/catalogues",
    "domain/contracts",
    "domain/credentials",
    "domain/designs",
    "domain/diagnosis",
    "domain/keys",
    "domain/lifecycle.py",
    "domain/mapping",
    "domain/remote",
    "domain/selection",
    "domain/units",
    "domain/workorders",
    "control",
    "handheld",
    "relay",
    "bench",
    "office/audit",
    "office/contracts/words.py",
    "office/delivery/words.py",
    "office/keys",
    "office/remote/words.py",
    "office/support",
    "office/workorders/words.py",
)
"""Rooms, or files of one, whose texts are all :class:`~keiki.foundation.text.bilingual.Bilingual`."""


def literal(node: ast.AST) -> str | None:
    """Return the text that an expression writes, without the values in it; ``None`` where it writes none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
    return None


def pairs(tree: ast.AST) -> list[int]:
    """Return the lines of all pairs of a text in Japanese and one in another language, and of names for such a type."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            texts = [text for each in node.elts if (text := literal(each)) is not None]
            if len(texts) == 2 and bool(JAPANESE.search(texts[0])) != bool(JAPANESE.search(texts[1])):
                found.append(node.lineno)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and _names_a_pair(node):
            found.append(node.lineno)
    return found


def _names_a_pair(node: ast.Assign | ast.AnnAssign) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    named = isinstance(target, ast.Name) and target.id in {"Text", "Words"}
    return named and node.value is not None and ast.unparse(node.value) == "tuple[str, str]"


@pytest.mark.parametrize("room", ROOMS)
def test_a_text_in_both_languages_is_one_value(room: str) -> None:
    place = SOURCE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert files
    found = {f"{path.relative_to(SOURCE)}:{line}" for path in files for line in pairs(tree_of(path))}
    assert not found, "write each as Bilingual(ja=..., en=...)"


@pytest.mark.parametrize(
    "written", ['("無線", "radio")', '("radio", "無線")', '(f"{n}件", f"{n} rows")', "Text = tuple[str, str]"]
)
def test_a_pair_of_texts_is_found(written: str) -> None:
    assert pairs(parsed(written)) == [1]


@pytest.mark.parametrize(
    "written", ['("rf", "plc")', '("年", "月")', 'Bilingual(ja="無線", en="radio")', '("無線", 1)']
)
def test_what_is_no_pair_of_texts_is_left_alone(written: str) -> None:
    assert pairs(parsed(written)) == []
