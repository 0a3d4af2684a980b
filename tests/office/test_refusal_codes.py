"""Codes by which programs tell refusals apart: written, each for one meaning, and never changed without a word."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import keiki.domain.linkage
import keiki.office
from keiki.office.commands.refusals import REFUSALS
from keiki.office.refusal import Refusal
from keiki.office.refusal_codes import CODES, code_of
from keiki.protocols.sealing.errors import SealingError
from keiki.relay.client import RelayError, RelayUnavailable
from source_trees import tree_of

GOLDEN = Path(__file__).parents[1] / "golden" / "refusal-codes.txt"
PLACES = (Path(keiki.office.__file__).parent, Path(keiki.domain.linkage.__file__).parent)
SOURCE = PLACES[0].parents[1]
CODE_AT = {
    "problem": 1,
    "RequestRefused": 1,
    "Unauthorized": 1,
    "Outage": 0,
    "refused": 0,
    "DecisionProblem": 0,
    "_not_now": 0,
}
"""Calls that take a code, and at which place."""


def kinds(of: type[Exception]) -> set[type[Exception]]:
    return {each for direct in of.__subclasses__() for each in {direct, *kinds(direct)}}


def texts(node: ast.AST | None) -> Iterator[str]:
    """The texts that an expression may come to."""
    if isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def codes_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and any(getattr(to, "id", "") == "code" for to in line.targets):
                    yield from texts(line.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if "code" in texts(key):
                    yield from texts(value)
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in CODE_AT and len(node.args) > CODE_AT[called]:
                yield from texts(node.args[CODE_AT[called]])
            if called[:1].isupper() and called != "ValidationError":
                yield from (text for each in node.keywords if each.arg == "code" for text in texts(each.value))


def classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def codes() -> set[str]:
    written = {code for place in PLACES for path in place.rglob("*.py") for code in codes_in(tree_of(path))}
    sealing = {kind.code for kind in kinds(SealingError)}  # type: ignore[attr-defined]
    return written | sealing | set(CODES.values())


def test_codes_stay_as_callers_know_them() -> None:
    """A new code is added to the file; to change or remove one breaks callers, and the changelog says so."""
    agreed = set(GOLDEN.read_text(encoding="utf-8").split())
    found = codes()
    assert (sorted(agreed - found), sorted(found - agreed)) == ([], []), "gone from, and not in, refusal-codes.txt"


def test_every_kind_of_refusal_has_a_code_and_no_two_share_one() -> None:
    for path in PLACES[0].rglob("*.py"):
        if any("Refusal" in map(ast.unparse, node.bases) for node in classes(tree_of(path))):
            import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    ours = [kind for kind in kinds(Refusal) if kind.__module__.startswith("keiki.")]
    assert len(ours) > 40
    counted = Counter(vars(kind)["code"] for kind in ours)
    assert [code for code, times in counted.items() if times > 1] == []


def test_a_refusal_without_a_code_is_not_even_defined() -> None:
    with pytest.raises(TypeError, match="Nameless needs a code of its own"):
        type("Nameless", (Refusal,), {})


def test_a_renamed_class_keeps_its_code() -> None:
    kind = next(kind for kind in kinds(Refusal) if kind.__name__ == "NoOrder")
    renamed = type("AbsentOrder", (kind,), {"code": vars(kind)["code"]})
    assert renamed("ない", "none").code == "no_order"


def test_every_error_of_another_room_that_is_an_answer_has_a_code() -> None:
    others = {kind for kind in REFUSALS if kind not in (Refusal, SealingError)} | kinds(RelayError)
    assert others <= set(CODES)
    assert code_of(RelayUnavailable("away")) == "relay_unavailable"
    assert code_of(ConnectionRefusedError()) == "os_error"
