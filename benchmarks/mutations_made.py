"""The single small changes that ``mutations.py`` makes to a module, found in its syntax tree.

Texts for people, annotations, docstrings and decorators are left alone: a change of those is no broken behaviour.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CODE = re.compile(r"[a-z0-9_.-]+")
"""Texts that a program reads: codes, names of columns and states."""


@dataclass(frozen=True)
class Mutation:
    """A change: the line it is on, what it is, and the whole module with it."""

    line: int
    what: str
    source: str


def mutations_of(source: str) -> Iterator[Mutation]:
    """Every change that there is for a module's source."""
    tree = ast.parse(source)
    for node in _behaviour(tree):
        for what, changed in _changes(node):
            text = _replaced(source, node, changed)
            if _parses(text):
                yield Mutation(node.lineno, what, text)  # type: ignore[attr-defined]


def _behaviour(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that say what the module does."""
    for child in ast.iter_child_nodes(node):
        if _is_description(node, child):
            continue
        yield child
        yield from _behaviour(child)


def _is_description(parent: ast.AST, child: ast.AST) -> bool:
    """Whether ``child`` is a docstring, an annotation, a decorator, an import, or text of a message."""
    if isinstance(child, (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.arguments)):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return child is parent.returns or child in parent.decorator_list
    if isinstance(parent, ast.ClassDef):
        return child in parent.bases or child in parent.decorator_list or child in parent.keywords
    return isinstance(parent, ast.AnnAssign) and child is parent.annotation


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if turned := TURNED.get(type(operator)):
                changed = deepcopy(node)
                changed.ops[place] = turned()
                yield "comparison turned", changed
    elif isinstance(node, ast.BoolOp):
        changed = deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and, or", changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "negation left out", node.operand
    elif isinstance(node, ast.BinOp) and (other := ARITHMETIC.get(type(node.op))):
        changed = deepcopy(node)
        changed.op = other()
        yield "arithmetic", changed
    elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
        changed = deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), changed.test)
        yield "condition negated", changed
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    else:
        yield from _other_statements(node)


def _other_constants(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "truth value", ast.Constant(not value)
    elif isinstance(value, int):
        yield "number", ast.Constant(value + 1)
    elif isinstance(value, str) and CODE.fullmatch(value):
        yield "code", ast.Constant(f"{value}-other")


def _other_statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, (ast.Raise, ast.Expr)):
        yield "statement left out", ast.Pass()
    elif isinstance(node, ast.Continue):
        yield "continue, break", ast.Break()
    elif isinstance(node, ast.Break):
        yield "break, continue", ast.Continue()
    elif isinstance(node, ast.Return) and node.value is not None and not _is_nothing(node.value):
        yield "nothing returned", ast.Return(ast.Constant(None))


def _is_nothing(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _replaced(source: str, node: ast.AST, changed: ast.AST) -> str:
    """The source with the text of ``node`` replaced; the rest stays as it is, comments too."""
    lines = source.encode().splitlines(keepends=True)
    start = _offset(lines, node.lineno, node.col_offset)  # type: ignore[attr-defined]
    end = _offset(lines, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    if isinstance(node, (ast.If, ast.While)):
        start = _offset(lines, node.test.lineno, node.test.col_offset)
        end = _offset(lines, node.test.end_lineno or 0, node.test.end_col_offset or 0)
        changed = changed.test  # type: ignore[attr-defined]
    text = ast.unparse(ast.fix_missing_locations(changed))
    if isinstance(changed, ast.expr) and not isinstance(changed, ast.Constant):
        text = f"({text})"
    whole = source.encode()
    return (whole[:start] + text.encode() + whole[end:]).decode()


def _offset(lines: list[bytes], line: int, column: int) -> int:
    return sum(map(len, lines[: line - 1])) + column


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
